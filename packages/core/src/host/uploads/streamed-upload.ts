import type { PartReceipt, UploadState } from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import { bytesSource } from '../../contract/source.ts'
import { completed } from './completed-upload.ts'
import { createDigester, preferredAlgorithm } from '../objects/digester.ts'
import { parallel } from '../objects/parallel.ts'
import { sendPart, type Upload } from './part-driver.ts'
import { growingPartBytes, partBytesFor, type PlannedPart } from './part-plan.ts'
import { checkExpected, checkWritten, sourceError, tooBig, wrongSourceSize } from '../objects/write-checks.ts'

/** A part in memory: it can be sent again even though its source can't be read again. */
type BufferedPart = PlannedPart & { readonly bytes: Uint8Array }

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
  const parts = bufferedParts(upload)
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
      async (part, signal) => void receipts.push(await sendPart(upload, begun, part, bytesSource(part.bytes), signal)),
      options.signal,
      { holding: limits.order === 'any' && options.lanes !== undefined },
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
async function* bufferedParts(upload: Upload): AsyncGenerator<BufferedPart, void, undefined> {
  const { runtime, gate, placed, source, options, limits } = upload
  const path = placed.logical
  const { signal } = options
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
    reader.cancel(signal?.reason).catch((error: unknown) => runtime.log.debug('a source could not be let go', { error: String(error) }))
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    let pieces: Uint8Array[] = []
    let held = 0
    let offset = 0
    let number = 1
    for (;;) {
      signal?.throwIfAborted()
      const next = await reader.read().catch((error: unknown) => {
        throw sourceError(gate, path, error)
      })
      signal?.throwIfAborted()
      if (next.done) break
      pieces.push(next.value)
      held += next.value.byteLength
      const total = offset + held
      if (total > (source.size ?? total)) throw wrongSourceSize(gate, path, source.size, total)
      if (write !== false && total > (write.maxBytes ?? total)) throw tooBig(gate, write, path, total)
      // A full part waits for one more byte: only then it is known not to be the last.
      while (held > partBytes(number)) {
        if (number === limits.maxParts) {
          throw gate.error(
            'input-invalid',
            'write',
            path,
            `"${path}" needs more than the ${number} parts that the store takes.`,
            'Split it into smaller files.',
          )
        }
        const size = partBytes(number)
        const gathered = Buffer.concat(pieces, held)
        yield { number, offset, size, last: false, bytes: gathered.subarray(0, size) }
        pieces = [gathered.subarray(size)]
        held -= size
        offset += size
        number++
      }
    }
    if (source.size !== undefined && offset + held !== source.size) throw wrongSourceSize(gate, path, source.size, offset + held)
    yield { number, offset, size: held, last: true, bytes: Buffer.concat(pieces, held) }
  } finally {
    signal?.removeEventListener('abort', abort)
    await reader.cancel().catch((error: unknown) => runtime.log.debug('a source could not be let go', { error: String(error) }))
  }
}
