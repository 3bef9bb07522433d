import type { CallOptions } from '../client.ts'

/**
 * Tells the progress of one transfer. Every byte is told once, however often it is sent: what is sent by streams is told
 * by {@link createHighWater}.
 */
export interface Meter {
  start(total?: number): void
  /** Bytes that moved now. */
  add(bytes: number): void
  /** Bytes that an earlier process moved. */
  resume(bytes: number): void
  end(): void
}

const silent: Meter = { start: () => undefined, add: () => undefined, resume: () => undefined, end: () => undefined }

/** The meter of one transfer; without a listener it costs nothing. */
export function createMeter(operation: string, path: string, onEvent: CallOptions['onEvent']): Meter {
  if (onEvent === undefined) return silent
  let loaded = 0
  return {
    start: total => onEvent({ type: 'transfer-start', operation, path, ...(total !== undefined && { total }) }),
    add(bytes) {
      if (bytes <= 0) return
      loaded += bytes
      onEvent({ type: 'transfer-delta', path, bytes, loaded })
    },
    resume(bytes) {
      if (bytes <= 0) return
      loaded += bytes
      onEvent({ type: 'transfer-resume', path, bytes, loaded })
    },
    end: () => onEvent({ type: 'transfer-end', path, loaded }),
  }
}

/** How far one piece (a body or a part) has got over all its attempts; told bytes are never told again. */
export function createHighWater(meter: Meter): (position: number) => void {
  let told = 0
  return position => {
    if (position <= told) return
    meter.add(position - told)
    told = position
  }
}
