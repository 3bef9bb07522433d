import type { Source } from '../../contract/source.ts'
import { createDigester } from '../objects/digester.ts'

/** A source that is hashed by what is read of it, from its beginning on. */
export interface HashedInOrder {
  /** The source to send: every reading of it goes by the hash. */
  readonly source: Source
  /** The checksum, lower-case hex; undefined unless every byte has come by, none before those in front of it. */
  digest(): string | undefined
}

/**
 * Hashes while parts go out one after the other, so that a big file is read once and not once more beside it. A part that
 * is sent again is hashed once; one that begins behind a gap leaves the checksum unknown.
 */
export function hashInOrder(source: Source, size: number, algorithm: Parameters<typeof createDigester>[0]): HashedInOrder {
  const digester = createDigester(algorithm)
  let hashed = 0
  const pass = (offset: number, piece: Uint8Array): void => {
    if (offset > hashed || offset + piece.byteLength <= hashed) return
    digester.update(piece.subarray(hashed - offset))
    hashed = offset + piece.byteLength
  }
  return {
    source: {
      ...(source.size !== undefined && { size: source.size }),
      replayable: source.replayable,
      async open(range) {
        const reader = (await source.open(range)).getReader()
        let position = range?.start ?? 0
        return new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              const { done, value } = await reader.read()
              if (done) return controller.close()
              pass(position, value)
              position += value.byteLength
              controller.enqueue(value)
            },
            cancel: reason => reader.cancel(reason),
          },
          { highWaterMark: 0 },
        )
      },
    },
    digest: () => (hashed === size ? digester.digest() : undefined),
  }
}

/** Reads a source up to `end` and lets the bytes go: what an earlier process has sent must be hashed, too. */
export async function readUpTo(source: Source, end: number, signal: AbortSignal | undefined): Promise<void> {
  if (end === 0) return
  const reader = (await source.open({ start: 0, end })).getReader()
  for (let { done } = await reader.read(); !done; { done } = await reader.read()) {
    if (signal?.aborted === true) await reader.cancel(signal.reason)
    signal?.throwIfAborted()
  }
}
