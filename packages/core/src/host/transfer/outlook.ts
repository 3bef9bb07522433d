import type { CallOptions } from '../client.ts'

/** How much there is to send, told once everything is listed, and anew when some of it is not sent. */
export interface Outlook {
  add(bytes: number): void
  /** A file that is there already. */
  drop(bytes: number): void
  /** A file that failed; `path` is what its events were told under. */
  fail(bytes: number, path: string): void
  complete(): void
}

/** See {@link Outlook}. */
export function createOutlook(onEvent: CallOptions['onEvent']): Outlook {
  let [files, bytes, known] = [0, 0, false]
  const tell = (): void => {
    if (known) onEvent?.({ type: 'plan', files, bytes })
  }
  const change = (count: number, size: number): void => {
    files += count
    bytes += count * size
    tell()
  }
  return {
    add: size => change(1, size),
    drop: size => change(-1, size),
    fail(size, path) {
      bytes -= size
      tell()
      onEvent?.({ type: 'transfer-end', path, loaded: 0 })
    },
    complete() {
      known = true
      tell()
    },
  }
}
