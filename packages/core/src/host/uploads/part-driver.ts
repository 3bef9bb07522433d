import type {
  PartReceipt,
  UploadPart,
  UploadState,
  WriteAttributes,
  Context,
  UploadedParts,
  BeginUpload,
} from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import type { Source } from '../../contract/source.ts'
import type { WriteOptions } from '../client.ts'
import { maxPartsAtOnce, type Lanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import type { BodyHash } from './body-hash.ts'
import { memorySource, partInMemory, readPart } from './part-body.ts'
import type { PartLimits, PlannedPart } from './part-plan.ts'
import type { Gate, PlacedPath } from '../objects/refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createSentSource } from '../objects/sent-source.ts'
import { createHighWater, type Meter } from '../objects/transfer-meter.ts'
import { sourceError, wrongSourceSize } from '../objects/write-checks.ts'

/** One upload in parts: where it goes, of what, and the plugin's five methods, each already retried where it may be. */
export interface Upload {
  readonly runtime: ClientRuntime
  readonly gate: Gate
  readonly placed: PlacedPath
  readonly attributes: WriteAttributes
  readonly source: Source
  readonly options: WriteOptions
  readonly limits: PartLimits
  readonly meter: Meter
  readonly service: UploadService
  /** Where parts that go in any order take their places. */
  readonly lanes: Lanes
}

/** What a service says of an upload that it has completed already. */
const ended: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['not-found', 'already-exists', 'precondition-failed'])

/** The upload methods of a connection, run through attempts. */
export interface UploadService {
  begin(request: BeginUpload): Promise<UploadState>
  /** `own` gives the failure of the source itself, if that is what stopped the part: it is not retried. */
  part(state: UploadState, part: UploadPart, signal: AbortSignal, own: () => FairleadError | undefined): Promise<PartReceipt>
  arrived(state: UploadState): Promise<UploadedParts>
  /** `unheard`: the answer to a first try was lost, and a second one found that the upload is no more. */
  complete(state: UploadState, receipts: readonly PartReceipt[]): Promise<Entry | { readonly unheard: FairleadError }>
  /** Never fails: what can't be aborted is told, and removed later by `fairlead client clean`. */
  abort(state: UploadState): Promise<void>
}

/** Binds the upload methods of a connection; `unsupported` when one is missing. */
export function createUploadService(
  runtime: ClientRuntime,
  gate: Gate,
  placed: PlacedPath,
  limits: PartLimits,
  options: WriteOptions,
): UploadService {
  const { connection, attempts, log } = runtime
  const path = placed.logical
  const begin = gate.method(connection.doBeginUpload?.bind(connection), 'write', path)
  const uploadPart = gate.method(connection.doUploadPart?.bind(connection), 'write', path)
  const uploadedParts = gate.method(connection.doUploadedParts?.bind(connection), 'write', path)
  const complete = gate.method(connection.doCompleteUpload?.bind(connection), 'write', path)
  const abort = gate.method(connection.doAbortUpload?.bind(connection), 'write', path)

  /** After a break, a sequential service may hold a piece of the part: only the rest is sent again. */
  const sendRest = async (state: UploadState, part: UploadPart, context: Context): Promise<PartReceipt> => {
    const arrived = await uploadedParts(state, context)
    const size = part.body.size ?? 0
    const offset = arrived !== 'gone' && 'offset' in arrived ? arrived.offset : part.offset
    if (offset <= part.offset || offset > part.offset + size) return uploadPart(state, part, context)
    if (offset === part.offset + size) return { number: part.number, offset: part.offset, size }
    const skip = offset - part.offset
    await uploadPart(state, { ...part, offset, body: slice(part.body, skip, size - skip) }, context)
    return { number: part.number, offset: part.offset, size }
  }
  return {
    begin: request => attempts.run({ name: 'begin-upload', path }, context => begin(request, context), options),
    part(state, part, signal, own) {
      let first = true
      return attempts.run(
        { name: 'upload-part', path },
        async context => {
          const again = !first && limits.order === 'sequential'
          first = false
          try {
            return await (again ? sendRest(state, part, context) : uploadPart(state, part, context))
          } catch (error) {
            throw own() ?? error
          }
        },
        { ...options, signal },
      )
    },
    arrived: state => attempts.run({ name: 'uploaded-parts', path }, context => uploadedParts(state, context), options),
    complete(state, receipts) {
      const operation = { name: 'complete-upload', path }
      let tries = 0
      return attempts.run<Entry | { readonly unheard: FairleadError }>(
        operation,
        async context => {
          try {
            return await complete(state, receipts, context)
          } catch (error) {
            context.signal.throwIfAborted()
            const failure = FairleadError.is(error) ? error : connection.toError(error, operation)
            if (++tries > 1 && ended.has(failure.code)) return { unheard: failure }
            throw error
          }
        },
        options,
      )
    },
    async abort(state) {
      try {
        // Without the caller's signal: an upload is put away just when that has been raised.
        await attempts.run({ name: 'abort-upload', path }, context => abort(state, context))
      } catch (error) {
        log.warn('an unfinished upload could not be put away; `fairlead client clean` removes it', {
          path,
          error: FairleadError.is(error) ? error.message : String(error),
        })
      }
    },
  }
}

/** The bytes of a source from `start` on, as a source. */
function slice(source: Source, start: number, size: number): Source {
  return {
    size,
    replayable: source.replayable,
    open: range => source.open({ start: start + (range?.start ?? 0), end: start + Math.min(range?.end ?? size, size) }),
  }
}

/** A part of which an earlier process may have sent the bytes: then they only need to be hashed. */
export interface PartWork {
  readonly part: PlannedPart
  readonly arrived: boolean
}

/**
 * Sends parts of a replayable source of known size, several at once where the service lets us, each read once for its hash
 * and for all attempts. `done` hears of each part when the service has confirmed it.
 */
export async function sendParts(
  upload: Upload,
  state: UploadState,
  parts: Iterable<PartWork>,
  hash: BodyHash | undefined,
  done: (receipt: PartReceipt) => void,
): Promise<void> {
  const { limits, source, lanes, options, runtime } = upload
  const any = limits.order === 'any'
  await parallel(
    parts,
    any ? lanes : 1,
    async ({ part, arrived }, signal) => {
      if (part.size > partInMemory) return done(await streamPart(upload, state, part, slice(source, part.offset, part.size), signal))
      await runtime.memory.take(part.size, signal)
      try {
        const buffer = runtime.memory.allocate(part.size)
        const bytes = await bytesOf(upload, part, buffer, signal)
        const crc32 = await hash?.add(part.offset, bytes, signal)
        if (!arrived) done(await sendPart(upload, state, { ...part, ...(crc32 !== undefined && { crc32 }) }, bytes, signal))
        // Only here: while a request that failed is torn down, its socket may still read from the memory.
        runtime.memory.recycle(buffer)
      } finally {
        runtime.memory.give(part.size)
      }
    },
    options.signal,
    { holding: any && options.lanes !== undefined, atMost: maxPartsAtOnce },
  )
}

async function bytesOf({ gate, placed, source }: Upload, part: PlannedPart, buffer: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await readPart(source, { start: part.offset, end: part.offset + part.size }, buffer, signal)
  } catch (error) {
    throw signal.aborted ? error : sourceError(gate, placed.logical, error)
  }
  if (bytes.byteLength === part.size) return bytes
  throw wrongSourceSize(gate, placed.logical, part.size, bytes.byteLength)
}

/** Sends one part that is in memory. */
export async function sendPart(
  upload: Upload,
  state: UploadState,
  { size, ...part }: PlannedPart & Pick<UploadPart, 'crc32'>,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<PartReceipt> {
  const receipt = await upload.service.part(state, { ...part, body: memorySource(bytes) }, signal, () => undefined)
  upload.meter.add(size)
  upload.lanes.moved(size)
  return receipt
}

/** Sends one part that is too big for memory, counted, and held to its size. */
async function streamPart(upload: Upload, state: UploadState, part: PlannedPart, body: Source, signal: AbortSignal): Promise<PartReceipt> {
  const { gate, placed, meter, service } = upload
  const path = placed.logical
  const { number, offset, last } = part
  const onPosition = createHighWater(meter)
  const sent = createSentSource(body, {
    onPosition,
    algorithm: undefined,
    wrongSize: bytes => wrongSourceSize(gate, path, part.size, bytes),
    maxBytes: part.size,
  })
  const own = (): FairleadError | undefined =>
    sent.failure === undefined || signal.aborted ? undefined : sourceError(gate, path, sent.failure.reason)
  const receipt = await service.part(state, { number, offset, last, body: sent }, signal, own)
  onPosition(part.size)
  upload.lanes.moved(part.size)
  return receipt
}
