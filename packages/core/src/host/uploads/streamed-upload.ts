import type { PartReceipt, UploadState } from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import { completed } from './completed-upload.ts'
import { createDigester, preferredAlgorithm } from '../objects/digester.ts'
import { createAccount, type MemoryBudget } from '../objects/memory-budget.ts'
import { maxPartsAtOnce } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { sendPart, type Upload } from './part-driver.ts'
import { growingPartBytes, partBytesFor, type PlannedPart } from './part-plan.ts'
import { checkExpected, checkWritten, sourceError, tooBig, wrongSourceSize } from '../objects/write-checks.ts'

/** A part in memory: it can be sent again even though its source can't be read again. `reserved` bytes of the memory are its own. */
type BufferedPart = PlannedPart & { readonly bytes: Uint8Array; readonly reserved: number }

/**
 * Uploads a source that is read once, from beginning to end: one that can't be opened again, or whose size nobody knows.
 * Parts are held in memory while they are on their way, so a part that broke is sent again. A body that fits one part
 * goes in one request. Any failure puts the upload away: nothing of it is ever visible, and nothing is journaled.
 */
export async function uploadStreamed(upload: Upload, sendWhole: (bytes: Uint8Array) => Promise<Entry>): Promise<Entry> {
  const { gate, placed, options, service, limits, runtime } = upload
  const path = placed.logical
  const algorithm = options.sha256 === undefined ? preferredAlgorithm(runtime.capabilities.checksums) : 'sha256'
  const digester = algorithm === undefined ? undefined : createDigester(algorithm)
  const receipts: PartReceipt[] = []
  let state: UploadState | undefined
  let total = 0
  using memory = createAccount(runtime.memory)
  // A source may have nothing to give for long: who reads it is told of a part that failed.
  const stop = new AbortController()
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
  const parts = bufferedParts(upload, memory, signal)
  try {
    const first = await parts.next()
    if (first.done !== true && first.value.last) return await sendWhole(first.value.bytes)
    const begun = await service.begin({ ...upload.attributes, ...(upload.source.size !== undefined && { size: upload.source.size }) })
    state = begun
    const all = async function* (): AsyncGenerator<BufferedPart, void, undefined> {
      for (let next = first; next.done !== true; next = await parts.next()) {
        digester?.update(next.value.bytes)
        total += next.value.size
        yield next.value
      }
    }
    await parallel(
      all(),
      limits.order === 'any' ? upload.lanes : 1,
      async (part, signal) => {
        const { bytes, reserved: _reserved, ...planned } = part
        try {
          receipts.push(await sendPart(upload, begun, planned, bytes, signal))
        } catch (error) {
          stop.abort(error)
          throw error
        } finally {
          // Also of a part that failed: the next one may be waiting for this memory, and is waited for before the failure comes out.
          memory.give(part.reserved)
        }
      },
      options.signal,
      { holding: limits.order === 'any' && options.lanes !== undefined, atMost: maxPartsAtOnce },
    )
    const value = digester?.digest()
    if (options.sha256 !== undefined) checkExpected(gate, path, options.sha256, value)
    const entry = await completed(
      upload,
      await service.complete(
        begun,
        receipts.toSorted((a, b) => a.number - b.number),
      ),
      total,
      algorithm,
      value,
    )
    state = undefined
    await checkWritten(runtime, gate, placed, entry, {
      bytes: total,
      digest: algorithm === undefined || value === undefined ? undefined : { algorithm, value },
    })
    return gate.entry(entry)
  } catch (error) {
    if (state !== undefined) await service.abort(state)
    throw error
  } finally {
    await parts.return()
  }
}

/** The source cut into parts, in order. The last one may be empty only when the body is. */
async function* bufferedParts(upload: Upload, memory: MemoryBudget, signal: AbortSignal): AsyncGenerator<BufferedPart, void, undefined> {
  const { runtime, gate, placed, source, limits } = upload
  const path = placed.logical
  const write = runtime.capabilities.write
  const fixed = source.size === undefined ? undefined : partBytesFor(source.size, limits)
  const partBytes = (number: number): number => fixed ?? growingPartBytes(number, limits)
  const reader = await source.open().then(
    stream => stream.getReader(),
    (error: unknown) => {
      throw sourceError(gate, path, error)
    },
  )
  const abort = (): void => {
    reader.cancel(signal.reason).catch((error: unknown) => runtime.log.debug('a source could not be released', { error: String(error) }))
  }
  signal.addEventListener('abort', abort, { once: true })
  let filled = 0
  let offset = 0
  let number = 1
  const checkTotal = (total: number): void => {
    if (total > (source.size ?? total)) throw wrongSourceSize(gate, path, source.size, total)
    if (write !== false && total > (write.maxBytes ?? total)) throw tooBig(gate, write, path, total)
  }
  const take = async (): Promise<Uint8Array> => {
    const size = partBytes(number)
    await memory.take(size, signal)
    return Buffer.allocUnsafeSlow(size)
  }
  try {
    let part = await take()
    for (;;) {
      signal.throwIfAborted()
      const next = await reader.read().catch((error: unknown) => {
        throw sourceError(gate, path, error)
      })
      signal.throwIfAborted()
      if (next.done) break
      for (let piece = next.value; piece.byteLength > 0;) {
        checkTotal(offset + filled + piece.byteLength)
        // A full part waits for one more byte: only then it is known not to be the last.
        if (filled === part.byteLength) {
          if (number === limits.maxParts) throw tooManyParts(upload, number)
          const full = part
          yield { number, offset, size: filled, last: false, bytes: full, reserved: full.byteLength }
          offset += filled
          filled = 0
          number++
          part = await take()
        }
        const taken = piece.subarray(0, part.byteLength - filled)
        part.set(taken, filled)
        filled += taken.byteLength
        piece = piece.subarray(taken.byteLength)
      }
    }
    if (source.size !== undefined && offset + filled !== source.size) throw wrongSourceSize(gate, path, source.size, offset + filled)
    yield { number, offset, size: filled, last: true, bytes: part.subarray(0, filled), reserved: part.byteLength }
  } finally {
    signal.removeEventListener('abort', abort)
    await reader.cancel().catch((error: unknown) => runtime.log.debug('a source could not be released', { error: String(error) }))
  }
}

function tooManyParts({ gate, placed }: Upload, parts: number): Error {
  return gate.error(
    'input-invalid',
    'write',
    placed.logical,
    `"${placed.logical}" needs more than the ${parts} parts that the store accepts.`,
    'Split it into smaller files.',
  )
}
