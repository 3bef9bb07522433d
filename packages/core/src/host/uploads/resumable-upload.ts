import type { PartReceipt, UploadState } from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import { alreadyStored, completed, hashSource } from './completed-upload.ts'
import { preferredAlgorithm, type digestBytes } from '../objects/digester.ts'
import { createBodyHash } from './body-hash.ts'
import { uploadId, uploadLock } from './upload-id.ts'
import { openJournal, type Journal, type UploadKey, type UploadRow } from './journal.ts'
import { partInMemory } from './part-body.ts'
import { sendParts, type PartWork, type Upload } from './part-driver.ts'
import { partBytesFor, partsOf } from './part-plan.ts'
import { checkExpected, checkWritten, sourceChanged, sourceError } from '../objects/write-checks.ts'

/** After these, going on with the same upload would only fail again. */
const hopeless: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'already-exists',
  'precondition-failed',
  'integrity',
  'input-invalid',
  'path-invalid',
  'unsupported',
  'not-found',
  'range-invalid',
])

type Algorithm = Parameters<typeof digestBytes>[0]

/** One upload that is under way: what the service knows it by, and what it holds already. */
interface Running {
  readonly id: string
  readonly state: UploadState
  readonly partBytes: number
  readonly receipts: Map<number, PartReceipt>
  /** Bytes from which a sequential service goes on. */
  readonly from: number
}

/**
 * Uploads a replayable source of known size in parts. With a fingerprint the upload is journaled: when it breaks, is
 * aborted or killed, the same call goes on with the parts that are missing, also in a new process; a source that changed
 * in between starts over, and what was there of the old one is put away.
 */
export async function uploadReplayable(upload: Upload, size: number): Promise<Entry> {
  const { runtime, placed, source, options } = upload
  const { fingerprint } = source
  if (fingerprint === undefined) return uploadUnjournaled(upload, size)
  const id = uploadId(runtime, placed.logical)
  const key: UploadKey = {
    identity: runtime.identity,
    connection: runtime.name,
    path: placed.logical,
    size,
    fingerprint,
    attributes: JSON.stringify([upload.attributes, options.sha256 ?? '']),
  }
  const locked = async (): Promise<Entry> => {
    using journal = openJournal(runtime.folders.state)
    const row = journal.find(key.identity, key.path)
    const found = row === undefined ? undefined : await goOn(upload, journal, row, key)
    if (found !== undefined && 'entry' in found) return found.entry
    // What arrived just before the last process ended is not in the journal yet.
    if (found !== undefined) journal.sent(found.id, [...found.receipts.values()])
    const running = found ?? (await begin(upload, journal, id, key))
    try {
      const entry = await finish(upload, running, size, fingerprint, receipt => journal.sent(running.id, [receipt]))
      journal.forget(running.id)
      return entry
    } catch (error) {
      if (FairleadError.is(error) && hopeless.has(error.code)) {
        journal.forget(running.id)
        await upload.service.abort(running.state)
      }
      throw error
    }
  }
  return runtime.locks.exclusive(uploadLock(id), locked, options.signal === undefined ? {} : { signal: options.signal })
}

/** Nothing could prove that the source is still the same, so a broken upload is put away. */
async function uploadUnjournaled(upload: Upload, size: number): Promise<Entry> {
  const partBytes = fitParts(upload, size)
  const state = await upload.service.begin({ ...upload.attributes, size })
  try {
    return await finish(upload, { id: '', state, partBytes, receipts: new Map(), from: 0 }, size, undefined, () => undefined)
  } catch (error) {
    await upload.service.abort(state)
    throw error
  }
}

async function begin(upload: Upload, journal: Journal, id: string, key: UploadKey): Promise<Running> {
  const partBytes = fitParts(upload, key.size)
  const state = await upload.service.begin({ ...upload.attributes, size: key.size })
  journal.begin(id, key, partBytes, state)
  return { id, state, partBytes, receipts: new Map(), from: 0 }
}

function fitParts({ gate, placed, limits }: Upload, size: number): number {
  const partBytes = partBytesFor(size, limits)
  if (partBytes !== undefined) return partBytes
  const most = limits.partBytes[1] * (limits.maxParts ?? 1)
  throw gate.error(
    'input-invalid',
    'write',
    placed.logical,
    `"${placed.logical}" has ${size} bytes, but the store accepts at most ${most} in parts.`,
    'Split it into smaller files.',
  )
}

/** What can be gone on with of an earlier upload; the entry, where only its end was not heard of; undefined to start over. */
async function goOn(
  upload: Upload,
  journal: Journal,
  row: UploadRow,
  key: UploadKey,
): Promise<Running | { readonly entry: Entry } | undefined> {
  const same = row.size === key.size && row.fingerprint === key.fingerprint && row.attributes === key.attributes
  if (!same) {
    journal.forget(row.id)
    await upload.service.abort(row.state)
    return undefined
  }
  const arrived = await upload.service.arrived(row.state)
  if (arrived === 'gone') {
    const entry =
      row.sent === row.size
        ? await alreadyStored(upload, row.size, algorithm => hashSource(upload.source, algorithm, upload.options.signal))
        : undefined
    journal.forget(row.id)
    if (entry === undefined) return undefined
    upload.meter.resume(row.size)
    return { entry }
  }
  const known = journal.receipts(row.id)
  const receipts = new Map<number, PartReceipt>()
  if ('offset' in arrived) {
    for (const part of partsOf(row.size, row.partBytes)) {
      if (part.offset + part.size <= arrived.offset)
        receipts.set(part.number, known.get(part.number) ?? { number: part.number, offset: part.offset, size: part.size })
    }
    upload.meter.resume(Math.min(arrived.offset, row.size))
    return { id: row.id, state: row.state, partBytes: row.partBytes, receipts, from: Math.min(arrived.offset, row.size) }
  }
  const byNumber = new Map(arrived.receipts.map(receipt => [receipt.number, receipt]))
  let bytes = 0
  for (const part of partsOf(row.size, row.partBytes)) {
    const receipt = byNumber.get(part.number)
    if (receipt === undefined || receipt.size !== part.size) continue
    const journaled = known.get(part.number)
    receipts.set(part.number, journaled !== undefined && journaled.etag === receipt.etag ? journaled : { ...receipt, offset: part.offset })
    bytes += part.size
  }
  upload.meter.resume(bytes)
  return { id: row.id, state: row.state, partBytes: row.partBytes, receipts, from: 0 }
}

/** Sends what is missing while the whole is hashed, checks that the source stayed what it was, and completes. */
async function finish(
  upload: Upload,
  running: Running,
  size: number,
  fingerprint: string | undefined,
  done: (receipt: PartReceipt) => void,
): Promise<Entry> {
  const { runtime, gate, placed, source, options, service } = upload
  const path = placed.logical
  const { receipts, state, partBytes, from } = running
  const algorithm = options.sha256 === undefined ? preferredAlgorithm(runtime.capabilities.checksums) : 'sha256'
  const hash = algorithm !== undefined && partBytes <= partInMemory ? createBodyHash(size, algorithm) : undefined
  const work = function* (): Generator<PartWork, void, undefined> {
    if (hash !== undefined) for (const part of partsOf(from, partBytes)) yield { part, arrived: true }
    for (const part of partsOf(size, partBytes, from)) {
      const arrived = receipts.has(part.number)
      if (!arrived || hash !== undefined) yield { part, arrived }
    }
  }
  await sendParts(upload, state, work(), hash, receipt => {
    const whole = wholePart(receipt, partBytes)
    receipts.set(whole.number, whole)
    done(whole)
  })
  const value = hash === undefined ? await hashWhole(upload, algorithm) : hash.digest()
  if (source.fingerprint !== fingerprint) throw sourceChanged(gate, path)
  if (options.sha256 !== undefined) checkExpected(gate, path, options.sha256, value)
  const ordered = [...receipts.values()].toSorted((a, b) => a.number - b.number)
  const entry = await completed(upload, await service.complete(state, ordered), size, algorithm, value)
  await checkWritten(runtime, gate, placed, entry, {
    bytes: size,
    digest: algorithm === undefined || value === undefined ? undefined : { algorithm, value },
  })
  return gate.entry(entry)
}

/** The hash of a body whose parts were too big to be hashed in memory, from a second reading. */
async function hashWhole({ gate, placed, source, options }: Upload, algorithm: Algorithm | undefined): Promise<string | undefined> {
  if (algorithm === undefined) return undefined
  try {
    return await hashSource(source, algorithm, options.signal)
  } catch (error) {
    throw options.signal?.aborted === true ? error : sourceError(gate, placed.logical, error)
  }
}

/** The receipt of a part of which an earlier process had sent the beginning. */
function wholePart(receipt: PartReceipt, partBytes: number): PartReceipt {
  const offset = (receipt.number - 1) * partBytes
  return receipt.offset === offset ? receipt : { ...receipt, offset, size: receipt.offset + receipt.size - offset }
}
