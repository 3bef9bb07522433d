import { createHash } from 'node:crypto'
import type { Capabilities, Source } from '@fairlead/core'

const singleRequestBytes = 16 * 1024 * 1024

/** Bytes that repeat nowhere, the same for the same seed: a lost, doubled or shifted piece is seen. */
export function randomBytes(size: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = (seed * 2_654_435_761) >>> 0 || 1
  for (let index = 0; index < words.length; index += 1) {
    // xorshift32, Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003).
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, size)
}

/** A size that goes in several parts wherever a client takes parts, and is a multiple of nothing. */
export function bigSize({ write }: Capabilities): number {
  if (write === false || write.resumable === false) return 1_048_576 + 4321
  const partBytes = Math.min(singleRequestBytes, write.resumable.partBytes[1])
  const size = partBytes * (partBytes > 1_048_576 ? 2 : 8) + 4321
  return Math.min(size, write.maxBytes ?? size)
}

/** Lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The whole of a stream. */
export async function drain(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A body of known or unknown size that comes in pieces, as from a pipe: once only. */
export function pipedSource(bytes: Uint8Array, options: { readonly size?: number; readonly failAfter?: number } = {}): Source {
  let at = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (options.failAfter !== undefined && at >= options.failAfter) return controller.error(new Error('the source broke'))
        if (at >= bytes.byteLength) return controller.close()
        const end = Math.min(at + 65_536, bytes.byteLength, options.failAfter ?? Number.POSITIVE_INFINITY)
        controller.enqueue(bytes.slice(at, end))
        at = end
      },
    },
    { highWaterMark: 0 },
  )
  return { ...(options.size !== undefined && { size: options.size }), replayable: false, open: async () => stream }
}

/** A body that can be opened again and again, piece by piece. */
export function replayableSource(bytes: Uint8Array): Source {
  return {
    size: bytes.byteLength,
    replayable: true,
    open: async range => await pipedSource(bytes.subarray(range?.start ?? 0, range?.end)).open(),
  }
}
