import { closeSync, fdatasync, fstatSync, read, readSync, write, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { FairleadError, type Source } from '@fairlead/core'
import { contentKey } from '../mapping.ts'

/** Small enough to stay in the processor's cache on its way. */
const blockBytes = 256 * 1024
const readAsync = promisify(read)
const writeAsync = promisify(write)
/** Flushes a descriptor on the thread pool, so that several files reach the disk together. */
export const flush = promisify(fdatasync)

/** Reads `length` bytes at `start` in one piece. The descriptor stays open. */
export function readPiece(descriptor: number, start: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const count = readSync(descriptor, bytes, filled, length - filled, start + filled)
    if (count === 0) throw changed()
    filled += count
  }
  return bytes
}

/** Streams bytes `start` to `end` and closes the descriptor at the end, on a failure, and on cancel. A file that changed meanwhile is `integrity`. */
export function readStream(descriptor: number, start: number, end: number): ReadableStream<Uint8Array> {
  const content = contentKey(fstatSync(descriptor, { bigint: true }))
  let position = start
  let reading = false
  let cancelled = false
  const step = async (controller: ReadableByteStreamController) => {
    const bytes = Buffer.allocUnsafeSlow(Math.min(blockBytes, end - position))
    const { bytesRead } = bytes.byteLength === 0 ? { bytesRead: 0 } : await readAsync(descriptor, bytes, 0, bytes.byteLength, position)
    if (bytesRead === 0 && position < end) throw changed()
    position += bytesRead
    const done = position === end
    if (done && contentKey(fstatSync(descriptor, { bigint: true })) !== content) throw changed()
    if (cancelled) return done
    if (bytesRead > 0) controller.enqueue(bytes.subarray(0, bytesRead))
    if (done) {
      controller.close()
      controller.byobRequest?.respond(0)
    }
    return done
  }
  return new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        reading = true
        try {
          const done = await step(controller)
          reading = false
          if (done || cancelled) closeSync(descriptor)
        } catch (error) {
          closeSync(descriptor)
          throw error
        }
      },
      // A read in flight still uses the descriptor: closed under it, its number could name another file.
      cancel() {
        cancelled = true
        if (!reading) closeSync(descriptor)
      },
    },
    { highWaterMark: 0 },
  )
}

function changed(): FairleadError {
  return new FairleadError('integrity', 'The file changed while it was read.', {
    retry: 'later',
    hint: 'Try again when nothing writes to it.',
  })
}

/** Writes a source at `position` and returns how many bytes that were. A source of another size than it said is `integrity`. */
export async function writeSource(descriptor: number, source: Source, position: number, signal: AbortSignal): Promise<number> {
  if (source.bytes !== undefined) {
    const bytes = source.bytes()
    writeAll(descriptor, bytes, position)
    return expectSize(source, bytes.byteLength)
  }
  let written = 0
  const reader = (await source.open()).getReader()
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) return expectSize(source, written)
      for (let offset = 0; offset < value.byteLength;) {
        offset += (await writeAsync(descriptor, value, offset, value.byteLength - offset, position + written + offset)).bytesWritten
      }
      written += value.byteLength
    }
  } catch (error) {
    await reader.cancel(error).catch((also: unknown) => also)
    throw error
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let offset = 0; offset < bytes.byteLength;)
    offset += writeSync(descriptor, bytes, offset, bytes.byteLength - offset, position + offset)
}

function expectSize(source: Source, written: number): number {
  if (source.size !== undefined && source.size !== written) {
    throw new FairleadError('integrity', `The body has ${written} bytes, but ${source.size} were announced.`, {
      hint: 'Push it again when nothing writes to it.',
    })
  }
  return written
}
