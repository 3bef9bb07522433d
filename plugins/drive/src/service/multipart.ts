import { randomUUID } from 'node:crypto'
import type { Source } from '@fairlead/core'

/** A body of two parts (RFC 2387): what is said of a file, and its content. */
export interface Multipart {
  readonly type: string
  readonly body: Source
}

/** Puts them together; content that is in memory stays in one piece with the rest. */
export function multipart(metadata: Readonly<Record<string, unknown>>, content: Source, contentType: string): Multipart {
  const boundary = randomUUID()
  const head = Buffer.from(
    `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n` +
      `--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--`)
  const type = `multipart/related; boundary=${boundary}`
  const bytes = content.bytes?.()
  if (bytes !== undefined) {
    const whole = Buffer.concat([head, bytes, tail])
    return { type, body: { size: whole.byteLength, replayable: true, bytes: () => whole, open: async () => streamOf([whole]) } }
  }
  const size = content.size === undefined ? undefined : head.byteLength + content.size + tail.byteLength
  const open = async (): Promise<ReadableStream<Uint8Array>> => streamOf([head], await content.open(), [tail])
  return { type, body: { ...(size !== undefined && { size }), replayable: content.replayable, open } }
}

function streamOf(...pieces: readonly (Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[]): ReadableStream<Uint8Array> {
  const all = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (const piece of pieces) yield* piece
  }
  return ReadableStream.from(all())
}
