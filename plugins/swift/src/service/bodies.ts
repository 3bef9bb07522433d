import { createHash, hash } from 'node:crypto'
import type { Source } from '@fairlead/core'

/** A body on its way out, and its MD5 once it has gone. */
export interface SentBody {
  readonly body: Uint8Array | ReadableStream<Uint8Array>
  readonly headers: Readonly<Record<string, string>>
  /** Lower-case hex; of a stream after its end. */
  md5(): string
}

/** A body in one piece is announced with its MD5, so that a wrong one is never stored; of a stream it is known only afterwards. */
export async function sentBody(source: Source): Promise<SentBody> {
  const bytes = source.bytes?.()
  if (bytes !== undefined) {
    const md5 = hash('md5', bytes, 'hex')
    return { body: bytes, headers: { etag: md5 }, md5: () => md5 }
  }
  const running = createHash('md5')
  const reader = (await source.open()).getReader()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await reader.read()
        if (piece.done) return controller.close()
        running.update(piece.value)
        controller.enqueue(piece.value)
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  let value: string | undefined
  return {
    body,
    headers: source.size === undefined ? {} : { 'content-length': String(source.size) },
    md5: () => (value ??= running.digest('hex')),
  }
}
