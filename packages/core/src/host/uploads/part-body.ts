import type { ByteRange, Source } from '../../contract/source.ts'
import { isPartSource } from '../objects/local-file.ts'

/** Parts up to this are held in memory while they are sent: read once, hashed, sent and sent again in one piece. */
export const partInMemory = 64 * 1024 * 1024

/** The bytes of one part of a source, read into `bytes`, which has its size. What the source itself throws comes out as it is. */
export async function readPart(source: Source, range: Required<ByteRange>, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  if (isPartSource(source)) return source.readPart(range, bytes)
  const size = bytes.byteLength
  const reader = (await source.open(range)).getReader()
  let filled = 0
  // What the source says to being let go is of no use: the caller hears of the abort itself, right below.
  const abort = (): void => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', abort, { once: true })
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      signal.throwIfAborted()
      const { value } = next
      // One byte too many is told by the length; what comes after it is not read.
      if (filled + value.byteLength > size) return Buffer.concat([bytes.subarray(0, filled), value])
      bytes.set(value, filled)
      filled += value.byteLength
    }
    signal.throwIfAborted()
    return bytes.subarray(0, filled)
  } finally {
    signal.removeEventListener('abort', abort)
    await reader.cancel()
  }
}

/** Bytes in memory as a body that is given away without a copy: whoever sends them lets them go. */
export function memorySource(bytes: Uint8Array): Source {
  return new MemorySource(bytes)
}

class MemorySource implements Source {
  readonly replayable = true
  readonly size: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.size = bytes.byteLength
    this.#bytes = bytes
  }

  bytes(): Uint8Array {
    return this.#bytes
  }

  async open(range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const part = range === undefined ? this.#bytes : this.#bytes.subarray(range.start, range.end)
    return new ReadableStream({
      start(controller) {
        if (part.byteLength > 0) controller.enqueue(part)
        controller.close()
      },
    })
  }
}
