import { randomBytes } from 'node:crypto'
import { closeSync, constants, existsSync, futimesSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { ReadOptions } from '../client.ts'
import { createDigester, digestBytes, objectChecksum } from './digester.ts'
import {
  checkTarget,
  createSmall,
  partFolderOf,
  preparePartFolder,
  publish,
  recordOf,
  rehash,
  removePartFolder,
  writePiece,
  type SmallPart,
} from './download-file.ts'
import { openBody, openBodyOf, type DoRead, type ObjectBody } from './object-body.ts'
import { fetchRanges, rangedBytes } from './ranged-download.ts'
import { startOfMachine } from './range-record.ts'
import { prepareRead } from './read-object.ts'
import type { Gate, PlacedPath } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createMeter, type Meter } from './transfer-meter.ts'

/** Bodies up to this are gathered in memory and written at once: they are not worth resuming. */
const smallBytes = 1024 * 1024

/** What a download may be told, see `ObjectVerbs.download`. */
export type DownloadOptions = ReadOptions & { readonly sha256?: string; readonly size?: number; readonly force?: boolean }

/** One download that was let through. */
export interface Download {
  readonly runtime: ClientRuntime
  readonly gate: Gate
  readonly placed: PlacedPath
  readonly doRead: DoRead
  readonly file: string
  readonly options: DownloadOptions
  readonly meter: Meter
}

/**
 * Brings an object to a local file. What is there is replaced only with `force` (`already-exists`), a link at the target
 * is never followed, and the file gets its name only when its size and hash are right (`integrity`). A big download that
 * was cut off goes on in the next call, also in a new process, when the object is still the same one. Nothing is flushed:
 * the operating system writes files out when it does, as for a copy on this machine.
 */
export async function downloadObject(
  runtime: ClientRuntime,
  gate: Gate,
  path: string,
  file: string,
  options: DownloadOptions = {},
): Promise<Entry> {
  const { placed, doRead } = prepareRead(runtime, gate, path, options)
  if (options.range !== undefined) {
    throw gate.error('input-invalid', 'download', placed.logical, "a download can't be limited to a range.", 'Read the range instead.')
  }
  const target = resolve(file)
  checkTarget(target, options.force === true)
  const job: Download = {
    runtime,
    gate,
    placed,
    doRead,
    file: target,
    options,
    meter: createMeter('download', placed.logical, options.onEvent),
  }
  const isSmall = options.size !== undefined && options.size <= smallBytes
  // Where something was left, or the size says that ranges will be asked for, no body is opened that would be let go again. Of an
  // older version only its body tells what it is.
  if (!isSmall && options.version === undefined && ((options.size ?? 0) >= rangedBytes || existsSync(partFolderOf(target)))) {
    const left = await runtime.attempts.run(
      { name: 'stat', path: placed.logical },
      async context => runtime.connection.doStat?.(placed.stored, context),
      options,
    )
    if (left !== undefined) {
      if (options.ifMatch !== undefined && left.etag !== options.ifMatch) throw changed(job)
      return downloadBig(job, gate.entry(left), undefined)
    }
  }
  const body = await openBody(runtime, gate, doRead, placed, options, false)
  const size = body.expected ?? options.size
  if (body.whole === undefined && (size === undefined || size > smallBytes)) return downloadBig(job, body.entry, body)
  const bytes = body.whole ?? (await gather(job, body, size ?? 0))
  job.meter.start(bytes.byteLength)
  verify(job, body.entry, bytes.byteLength, algorithm => digestBytes(algorithm, bytes))
  const temporary = writeSmall(await createSmall(target), bytes, body.entry.modified)
  publish(temporary, target, options.force === true)
  job.meter.add(bytes.byteLength)
  job.meter.end()
  options.lanes?.moved(bytes.byteLength)
  return body.entry
}

async function gather(job: Download, body: ObjectBody, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size)
  let filled = 0
  await body.each(piece => {
    if (filled + piece.byteLength > size) throw arrivedWrong(job, `more than ${size} bytes`)
    bytes.set(piece, filled)
    filled += piece.byteLength
  })
  return bytes.subarray(0, filled)
}

/** Writes the temporary sibling and gives its name. */
function writeSmall({ temporary, descriptor }: SmallPart, bytes: Uint8Array, modified: Date | undefined): string {
  try {
    for (let written = 0; written < bytes.byteLength;) written += writeSync(descriptor, bytes, written)
    if (modified !== undefined) futimesSync(descriptor, modified, modified)
  } catch (error) {
    unlinkSync(temporary)
    throw error
  } finally {
    closeSync(descriptor)
  }
  return temporary
}

/**
 * One process at a time per target: two would write into each other's file. `first` is the body that is open already,
 * from its beginning.
 */
async function downloadBig(job: Download, entry: Entry, first: ObjectBody | undefined): Promise<Entry> {
  const { runtime, options, file } = job
  const name = `download-${digestBytes('sha256', Buffer.from(file)).slice(0, 32)}`
  try {
    return await runtime.locks.exclusive(
      name,
      () => downloadLocked(job, entry, first),
      options.signal === undefined ? {} : { signal: options.signal },
    )
  } finally {
    await first?.cancel()
  }
}

async function downloadLocked(job: Download, entry: Entry, first: ObjectBody | undefined): Promise<Entry> {
  const { runtime, gate, placed, options, file, meter, doRead } = job
  const read = runtime.capabilities.read
  const { etag, size, modified } = entry
  const resumable = read !== false && read.range && read.validator && etag !== undefined
  const ranged = resumable && size !== undefined && size >= rangedBytes
  const folder = partFolderOf(file)
  // How far a body has come is told by the file's length alone, which a power cut may leave without its bytes.
  const trusted = ranged ? 'ranges' : startOfMachine()
  const key = resumable ? JSON.stringify([runtime.identity, placed.stored, etag, trusted]) : randomBytes(16)
  const name = digestBytes('sha256', Buffer.from(key)).slice(0, 32)
  const had = preparePartFolder(folder, name, size)
  const temporary = join(folder, name)
  meter.start(size)
  const descriptor = openSync(temporary, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o666)
  let body = first
  const algorithm = options.sha256 === undefined ? objectChecksum(entry)?.algorithm : 'sha256'
  let keep = resumable
  try {
    let arrived: { readonly bytes: number; readonly digest: Digest }
    if (ranged) {
      const value = await fetchRanges(job, { ...entry, size, etag }, { descriptor, record: recordOf(temporary) }, first, algorithm)
      arrived = { bytes: size, digest: () => value }
    } else {
      if (had > 0 || first === undefined) {
        await first?.cancel()
        const rest: ReadOptions = { ...options, ...(had > 0 && { range: { start: had } }) }
        if (had > 0 && had === size) body = undefined
        else if (resumable) body = await openBodyOf(etag, runtime, gate, doRead, placed, rest)
        else body = await openBody(runtime, gate, doRead, placed, rest, false)
      }
      arrived = await fill(job, body, descriptor, had, algorithm)
    }
    keep = false
    verify(job, entry, arrived.bytes, arrived.digest)
    if (modified !== undefined) futimesSync(descriptor, modified, modified)
    publish(temporary, file, options.force === true)
  } catch (error) {
    await body?.cancel(error)
    keep &&= !(FairleadError.is(error) && (error.code === 'integrity' || error.code === 'precondition-failed'))
    throw error
  } finally {
    closeSync(descriptor)
    if (!keep) await removePartFolder(folder)
  }
  meter.end()
  return entry
}

type Algorithm = Parameters<typeof createDigester>[0]
type Digest = (algorithm: Algorithm) => string

/** Writes a body behind what is already there; how much the file has then, and how it hashes. */
async function fill(
  job: Download,
  body: ObjectBody | undefined,
  descriptor: number,
  had: number,
  algorithm: Algorithm | undefined,
): Promise<{ readonly bytes: number; readonly digest: Digest }> {
  const { options, meter } = job
  const digester = algorithm === undefined ? undefined : createDigester(algorithm)
  if (digester !== undefined) await rehash(descriptor, had, digester, options.signal)
  meter.resume(had)
  let position = had
  await body?.each(piece => {
    writePiece(descriptor, piece, position)
    position += piece.byteLength
    digester?.update(piece)
    meter.add(piece.byteLength)
  })
  const value = digester?.digest() ?? ''
  return { bytes: position, digest: () => value }
}

/** `precondition-failed`: the object is not the one that was asked for. */
function changed({ gate, placed }: Download): FairleadError {
  const path = placed.logical
  return gate.error('precondition-failed', 'read', path, `"${path}" has changed.`, 'Check what is there now, and download it.')
}

/** `integrity` unless size and hash are those of the entry and of the caller. */
function verify(job: Download, entry: Entry, bytes: number, digest: Digest): void {
  const { options } = job
  for (const size of [entry.size, options.size]) {
    if (size !== undefined && size !== bytes) throw arrivedWrong(job, `${bytes} bytes instead of ${size}`)
  }
  const checksum = objectChecksum(entry)
  const expected = options.sha256 === undefined ? checksum : { algorithm: 'sha256' as const, value: options.sha256.replace(/^sha256:/, '') }
  if (expected === undefined) return
  const found = digest(expected.algorithm)
  if (found !== expected.value) throw arrivedWrong(job, `its ${expected.algorithm} is ${found} instead of ${expected.value}`)
}

function arrivedWrong({ gate, placed }: Download, what: string): FairleadError {
  const path = placed.logical
  return gate.error('integrity', 'download', path, `"${path}" arrived wrong: ${what}.`, 'Download it again.')
}
