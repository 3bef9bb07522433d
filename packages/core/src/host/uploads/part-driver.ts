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
import type { Lanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
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

/**
 * Sends parts of a replayable source of known size, several at once where the service lets us. `done` hears of each
 * part when the service has confirmed it.
 */
export async function sendParts(
  upload: Upload,
  state: UploadState,
  parts: Iterable<PlannedPart>,
  done: (receipt: PartReceipt) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { limits, source, lanes, options } = upload
  await parallel(
    parts,
    limits.order === 'any' ? lanes : 1,
    async (part, stop) => done(await sendPart(upload, state, part, slice(source, part.offset, part.size), stop)),
    signal,
    { holding: limits.order === 'any' && options.lanes !== undefined },
  )
}

/** Sends one part, counted, and held to its size. */
export async function sendPart(
  upload: Upload,
  state: UploadState,
  part: PlannedPart,
  body: Source,
  signal: AbortSignal,
): Promise<PartReceipt> {
  const { gate, placed, meter, service } = upload
  const path = placed.logical
  const onPosition = createHighWater(meter)
  const sent = createSentSource(body, {
    onPosition,
    algorithm: undefined,
    wrongSize: bytes => wrongSourceSize(gate, path, part.size, bytes),
    maxBytes: part.size,
  })
  const own = (): FairleadError | undefined =>
    sent.failure === undefined || signal.aborted ? undefined : sourceError(gate, path, sent.failure.reason)
  const receipt = await service.part(state, { number: part.number, offset: part.offset, last: part.last, body: sent }, signal, own)
  onPosition(part.size)
  upload.lanes.moved(part.size)
  return receipt
}
