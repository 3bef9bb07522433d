import { ftruncateSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Entry } from '../../contract/entry.ts'
import { combineCrc32 } from './crc-combine.ts'
import { createDigester } from './digester.ts'
import { rehash, syncData, writePiece } from './download-file.ts'
import type { Download } from './download.ts'
import { lanesOf, maxPartsAtOnce } from './lanes.ts'
import { openBodyOf, type ObjectBody } from './object-body.ts'
import { parallel } from './parallel.ts'
import { mustFlush, noteRange, readRangeRecord, type ArrivedRange } from './range-record.ts'

/** Bytes of a range: what a break costs at most for each connection. */
const rangeBytes = 16 * 1024 * 1024
/** Bodies from this on are fetched in ranges, several at once. */
export const rangedBytes = 4 * rangeBytes

type Algorithm = Parameters<typeof createDigester>[0]

/** Where a download in ranges grows, and what notes how far it is. */
export interface RangedTarget {
  readonly descriptor: number
  readonly record: string
}

/**
 * Fetches what is missing of an object in ranges, several at once, each to its place in the file. Each range asks for this
 * version of the object (`precondition-failed` for another), so two versions never mix. A range counts when it is noted: a
 * later process fetches the others. Gives the checksum of the whole, lower-case hex, of the algorithm asked for.
 */
export async function fetchRanges(
  job: Download,
  entry: Entry & { readonly size: number; readonly etag: string },
  target: RangedTarget,
  first: ObjectBody | undefined,
  algorithm: Algorithm | undefined,
): Promise<string> {
  const { runtime, options, meter } = job
  const { size } = entry
  const count = Math.ceil(size / rangeBytes)
  const arrived = readRangeRecord(target.record)
  ftruncateSync(target.descriptor, size)
  meter.resume([...arrived.keys()].reduce((sum, number) => sum + bytesOf(number, size), 0))
  const missing = function* (): Generator<number, void, undefined> {
    for (let number = 0; number < count; number++) if (!arrived.has(number)) yield number
  }
  if (arrived.has(0)) await first?.cancel()
  const lanes = lanesOf(runtime, options)
  const notes = createNotes(target)
  try {
    await parallel(
      missing(),
      lanes,
      async (number, signal) => {
        const range = await fetchRange(job, entry, target, number, number === 0 ? first : undefined, signal)
        arrived.set(number, range)
        notes.add(range)
        lanes.moved(bytesOf(number, size))
      },
      options.signal,
      { holding: options.lanes !== undefined, atMost: maxPartsAtOnce },
    )
  } finally {
    await notes.written()
  }
  if (algorithm === undefined) return ''
  if (algorithm === 'crc32') return combined(arrived, count, size)
  const digester = createDigester(algorithm)
  await rehash(target.descriptor, size, digester, options.signal)
  return digester.digest()
}

/** Notes ranges; where they must be on the disk before, it works while the network does: one flush at a time, for all that came during the last. */
function createNotes({ descriptor, record }: RangedTarget) {
  let waiting: ArrivedRange[] = []
  let writing: Promise<void> | undefined
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const ranges = waiting
      waiting = []
      await syncData(descriptor)
      for (const range of ranges) noteRange(record, range)
    }
    writing = undefined
  }
  return {
    add(range: ArrivedRange): void {
      if (!mustFlush()) return noteRange(record, range)
      waiting.push(range)
      writing ??= write()
      // Told by the end, which waits for it.
      writing.catch(() => undefined)
    },
    written: async (): Promise<void> => writing,
  }
}

function bytesOf(number: number, size: number): number {
  return Math.min(rangeBytes, size - number * rangeBytes)
}

async function fetchRange(
  job: Download,
  entry: Entry & { readonly size: number; readonly etag: string },
  { descriptor }: RangedTarget,
  number: number,
  first: ObjectBody | undefined,
  signal: AbortSignal,
): Promise<ArrivedRange> {
  const { runtime, gate, doRead, placed, options, meter } = job
  const start = number * rangeBytes
  const end = start + bytesOf(number, entry.size)
  let position = start
  let checksum = 0
  const take = (piece: Uint8Array): void => {
    writePiece(descriptor, piece, position)
    position += piece.byteLength
    checksum = crc32(piece, checksum)
    meter.add(piece.byteLength)
  }
  if (first === undefined) {
    const body = await openBodyOf(entry.etag, runtime, gate, doRead, placed, { ...options, range: { start, end }, signal })
    await body.each(take)
  } else {
    // The body that is open already gives the first range, as far as it is one.
    while (position < end) {
      const piece = await first.next()
      if (piece === undefined) break
      take(piece.subarray(0, end - position))
    }
    await first.cancel()
  }
  return { number, crc32: checksum }
}

function combined(arrived: ReadonlyMap<number, ArrivedRange>, count: number, size: number): string {
  let checksum = 0
  for (let number = 0; number < count; number++) {
    checksum = combineCrc32(checksum, arrived.get(number)?.crc32 ?? 0, bytesOf(number, size))
  }
  return checksum.toString(16).padStart(8, '0')
}
