import type { Entry } from '../../contract/entry.ts'
import type { Capabilities } from '../../contract/capabilities.ts'
import type { Context, WriteAttributes, WriteRequest } from '../../contract/connection.ts'
import { bytesSource, type Source } from '../../contract/source.ts'
import type { WriteOptions } from '../client.ts'
import { digestBytes, objectChecksum, preferredAlgorithm } from './digester.ts'
import { memorySource, readPart } from '../uploads/part-body.ts'
import { createUploadService, type Upload } from '../uploads/part-driver.ts'
import type { PartLimits } from '../uploads/part-plan.ts'
import { lanesOf } from './lanes.ts'
import { isPartSource } from './local-file.ts'
import type { Gate, PlacedPath } from './refuse.ts'
import { uploadReplayable } from '../uploads/resumable-upload.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createSentSource } from './sent-source.ts'
import { uploadStreamed } from '../uploads/streamed-upload.ts'
import { createHighWater, createMeter, type Meter } from './transfer-meter.ts'
import { checkExpected, checkWrite, checkWritten, removeBad, sourceChanged, sourceError, wrongSourceSize } from './write-checks.ts'

/** Bodies above this go in parts, so that a break costs a part and not the whole. */
const singleRequestBytes = 16 * 1024 * 1024

type Write = Exclude<Capabilities['write'], false>

/** Stores a body: in one request, or in parts when it is big or of unknown size and the service takes parts. */
export async function writeObject(
  runtime: ClientRuntime,
  gate: Gate,
  path: string,
  source: Source,
  options: WriteOptions = {},
): Promise<Entry> {
  options.signal?.throwIfAborted()
  const placed = gate.object('write', path)
  const write = runtime.capabilities.write
  if (write === false) throw gate.unsupported('write', placed.logical, "can't write")
  checkWrite(gate, write, placed.logical, source, options)
  const contentType = options.contentType ?? source.contentType
  const attributes: WriteAttributes = {
    path: placed.stored,
    ...(contentType !== undefined && { contentType }),
    ...(options.modified !== undefined && { modified: options.modified }),
    ...(options.metadata !== undefined && { metadata: options.metadata }),
    ...(options.condition !== undefined && { condition: options.condition }),
    ...(options.sha256 !== undefined && { sha256: options.sha256.replace('sha256:', '') }),
  }
  const doWrite = gate.method(runtime.connection.doWrite?.bind(runtime.connection), 'write', placed.logical)
  const job: WriteJob = { runtime, gate, placed, attributes, source, options, doWrite }
  if (write.resumable !== false && isBig(write.resumable, source)) return writeParts(job, write, write.resumable)
  return canBeHeld(source) ? writeBytes(job) : writeStream(job, write.maxBytes ?? Number.MAX_SAFE_INTEGER)
}

/** Bodies that one request takes are held in memory while they are sent, where they can be had without a stream. */
function canBeHeld(source: Source): boolean {
  return source.size !== undefined && source.size <= singleRequestBytes && (source.bytes !== undefined || isPartSource(source))
}

/** One write that was let through. */
interface WriteJob {
  readonly runtime: ClientRuntime
  readonly gate: Gate
  readonly placed: PlacedPath
  readonly attributes: WriteAttributes
  readonly source: Source
  readonly options: WriteOptions
  readonly doWrite: (request: WriteRequest, context: Context) => Promise<Entry>
}

function isBig(limits: PartLimits, { size }: Source): boolean {
  return size === undefined || size > Math.min(singleRequestBytes, limits.partBytes[1])
}

async function writeParts(job: WriteJob, write: Write, limits: PartLimits): Promise<Entry> {
  const { runtime, gate, placed, attributes, source, options } = job
  const meter = createMeter('write', placed.logical, options.onEvent)
  const upload: Upload = {
    runtime,
    gate,
    placed,
    attributes,
    source,
    options,
    limits,
    meter,
    lanes: lanesOf(runtime, options),
    service: createUploadService(runtime, gate, placed, limits, options),
  }
  meter.start(source.size)
  const entry =
    source.replayable && source.size !== undefined
      ? await uploadReplayable(upload, source.size)
      : await uploadStreamed(upload, bytes => {
          checkWrite(gate, write, placed.logical, bytesSource(bytes), options)
          return sendBytes(job, bytes, meter, true)
        })
  meter.end()
  return entry
}

/** The hot path of many small files: no stream, no timer, no listener. */
async function writeBytes(job: WriteJob): Promise<Entry> {
  const { runtime, gate, placed, source, options } = job
  const { size = 0 } = source
  const turn = runtime.memory.take(size, options.signal)
  if (turn !== undefined) await turn
  try {
    const buffer = source.bytes === undefined ? runtime.memory.allocate(size) : undefined
    const bytes = await readWhole(job, buffer)
    if (bytes.byteLength !== size) throw wrongSourceSize(gate, placed.logical, size, bytes.byteLength)
    const meter = createMeter('write', placed.logical, options.onEvent)
    meter.start(size)
    const entry = await sendBytes(job, bytes, meter, source.replayable)
    meter.end()
    // Only here: while a request that failed is torn down, its socket may still read from the memory.
    if (buffer !== undefined) runtime.memory.recycle(buffer)
    return entry
  } finally {
    runtime.memory.give(size)
  }
}

async function readWhole({ source, gate, placed, options }: WriteJob, buffer: Uint8Array | undefined): Promise<Uint8Array> {
  if (buffer === undefined) return source.bytes?.() ?? new Uint8Array(0)
  try {
    return await readPart(source, { start: 0, end: buffer.byteLength }, buffer, options.signal ?? new AbortController().signal)
  } catch (error) {
    throw options.signal?.aborted === true ? error : sourceError(gate, placed.logical, error)
  }
}

/** Sends a body that is in memory in one request. */
async function sendBytes(job: WriteJob, bytes: Uint8Array, meter: Meter, repeatable: boolean): Promise<Entry> {
  const { runtime, gate, placed, attributes, options, doWrite } = job
  if (options.sha256 !== undefined) checkExpected(gate, placed.logical, options.sha256, digestBytes('sha256', bytes))
  const request: WriteRequest = { ...attributes, source: memorySource(bytes) }
  const entry = await runtime.attempts.run(
    { name: 'write', path: placed.logical, repeatable },
    context => doWrite(request, context),
    options,
  )
  const algorithm = objectChecksum(entry)?.algorithm
  await checkWritten(runtime, gate, placed, entry, {
    bytes: bytes.byteLength,
    digest: algorithm === undefined ? undefined : { algorithm, value: digestBytes(algorithm, bytes) },
  })
  meter.add(bytes.byteLength)
  options.lanes?.moved(bytes.byteLength)
  return gate.entry(entry)
}

async function writeStream(job: WriteJob, maxBytes: number): Promise<Entry> {
  const { runtime, gate, placed, attributes, source, options, doWrite } = job
  const path = placed.logical
  const meter = createMeter('write', path, options.onEvent)
  const onPosition = createHighWater(meter)
  const algorithm = options.sha256 === undefined ? preferredAlgorithm(runtime.capabilities.checksums) : 'sha256'
  const sent = createSentSource(source, {
    onPosition,
    algorithm,
    wrongSize: bytes => wrongSourceSize(gate, path, source.size, bytes),
    maxBytes,
  })
  const { fingerprint } = source
  meter.start(source.size)
  const entry = await runtime.attempts.run(
    { name: 'write', path, repeatable: source.replayable },
    async context => {
      try {
        return await doWrite({ ...attributes, source: sent }, context)
      } catch (error) {
        // A source that failed fails again: what the service made of it would be retried.
        throw sent.failure === undefined || context.signal.aborted ? error : sourceError(gate, path, sent.failure.reason)
      }
    },
    options,
  )
  try {
    if (source.fingerprint !== fingerprint) throw sourceChanged(gate, path)
    if (options.sha256 !== undefined) checkExpected(gate, path, options.sha256, sent.digest())
  } catch (error) {
    await removeBad(runtime, placed)
    throw error
  }
  const value = sent.digest()
  const bytes = sent.sent ?? source.size
  if (bytes !== undefined) {
    await checkWritten(runtime, gate, placed, entry, {
      bytes,
      digest: algorithm === undefined || value === undefined ? undefined : { algorithm, value },
    })
    onPosition(bytes)
  }
  meter.end()
  options.lanes?.moved(bytes ?? 0)
  return gate.entry(entry)
}
