import { lstatSync } from 'node:fs'
import type { WriteCondition } from '../../contract/connection.ts'
import type { Checksum, Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import { mediaTypeByName } from '../../contract/media-type.ts'
import { bytesSource, type Source } from '../../contract/source.ts'
import type { CallOptions, CopyOptions, ReadBody, ReadOptions } from '../client.ts'
import { sourceChanged } from '../objects/copy-source.ts'
import { fileSource } from '../objects/local-file.ts'
import { inMemoryBytes, objectSource } from '../objects/object-source.ts'
import { fitAttributes, type Lost } from './fit-attributes.ts'
import { localError } from './local-error.ts'
import type { ClientPlace, Item, LocalPlace, Place } from './place.ts'

/** How one item is sent. */
export interface SendOptions extends CallOptions {
  /** Never replaces anything: what appeared there meanwhile is {@link Sent.kept}. */
  readonly ifAbsent?: boolean
  /** Only over what is known to be there, where the target decides conditions: `precondition-failed` for anything else. */
  readonly condition?: WriteCondition
  /** Only if the source still has this etag: else `precondition-failed`, with `read` as its operation. */
  readonly ifMatch?: string
  /** SHA-256 of a local source, lower-case hex, where it is known. */
  readonly sha256?: string
}

/** What became of one item. */
export interface Sent {
  readonly bytes: number
  /** Copied inside the service; otherwise the bytes came through this machine. */
  readonly inService: boolean
  /** True: something was there already and `ifAbsent` was asked for; nothing was sent. */
  readonly kept: boolean
  /** Of the whole object, as the target or the source vouches for it. */
  readonly checksum?: Checksum
  /** What the target can't keep. */
  readonly lost: readonly Lost[]
  /** The object, where the target is a client. */
  readonly entry?: Entry
}

/**
 * Sends one item of a place to a path of another one, whole or not at all: size and checksum are compared where both sides tell
 * them. Between two connections it is copied inside the service where that can be done, else through this machine without
 * temporary files, with content type, metadata and modification time as far as the target keeps them. Big ones go in parts and go on
 * in a new process. Never between two local places (`unsupported`).
 */
export async function sendItem(from: Place, item: Item, to: Place, path: string, options: SendOptions): Promise<Sent> {
  if (from.kind === 'local' && to.kind === 'client') return fileToObject(from, item, to, path, options)
  if (from.kind === 'client' && to.kind === 'local') return objectToFile(from, item, to, path, options)
  if (from.kind === 'client' && to.kind === 'client') return objectToObject(from, item, to, path, options)
  throw new FairleadError('unsupported', 'both ends are on this machine.', {
    hint: 'Use cp or rsync, or add a connection for one of the two folders.',
  })
}

const call = ({ signal, lanes }: SendOptions): CallOptions => ({
  ...(signal !== undefined && { signal }),
  ...(lanes !== undefined && { lanes }),
})

async function fileToObject(from: LocalPlace, item: Item, to: ClientPlace, path: string, options: SendOptions): Promise<Sent> {
  const source = fileSource(from.file(item.path))
  const contentType = mediaTypeByName(item.path)
  const { attributes, lost } = fitAttributes(
    {
      ...(contentType !== undefined && { contentType }),
      ...(item.modifiedMs !== undefined && { modified: new Date(item.modifiedMs) }),
    },
    to.client.capabilities,
  )
  return written(options, async condition => {
    const entry = await to.client.write(to.object(path), source, { ...options, ...attributes, ...condition(to) })
    return { ...sentOf(entry, source.size ?? 0), lost }
  })
}

async function objectToFile(from: ClientPlace, item: Item, to: LocalPlace, path: string, options: SendOptions): Promise<Sent> {
  const file = to.target(path)
  try {
    const entry = await from.client.download(from.object(item.path), file, { ...options, force: options.ifAbsent !== true })
    const lost = Object.keys(entry.metadata ?? {}).map((key): Lost => `metadata.${key}`)
    const { entry: _entry, ...sent } = sentOf(entry, entry.size ?? item.size ?? 0)
    return { ...sent, lost }
  } catch (error) {
    if (!FairleadError.is(error, 'already-exists')) throw localError(error, file)
    const there = lstatSync(file, { throwIfNoEntry: false })
    if (options.ifAbsent === true && there?.isFile() === true) return nothing
    throw there?.isDirectory() === true ? isFolder(file, path) : error
  }
}

async function objectToObject(from: ClientPlace, item: Item, to: ClientPlace, path: string, options: SendOptions): Promise<Sent> {
  const source = from.object(item.path)
  const target = to.object(path)
  return written(options, async condition => {
    const copied = await insideService(from, item, to, target, { ...options, ...condition(to) })
    if (copied !== undefined) {
      if (!isCopyOf(item, copied)) await checkCopied(from, item, copied, to, target, options)
      return { ...sentOf(copied, copied.size ?? item.size ?? 0), inService: true, lost: [] }
    }
    const small = item.size !== undefined && item.size <= inMemoryBytes
    const read = small ? await from.client.readBytes(source, { ...call(options), maxBytes: inMemoryBytes }) : undefined
    const entry = read !== undefined && readsTellAll(from) ? read.entry : await from.client.stat(source, call(options))
    if ([options.ifMatch, read?.entry.etag].some(etag => etag !== undefined && entry.etag !== undefined && entry.etag !== etag))
      throw sourceChanged(from.client.name, source)
    const { attributes, lost } = fitAttributes(entry, to.client.capabilities)
    const sha256 = checksumOf(entry, 'sha256')?.value
    const written = await to.client.write(
      target,
      read === undefined ? sourceOf(from, source, entry, call(options)) : bytesSource(read.bytes),
      {
        ...options,
        ...attributes,
        ...(sha256 !== undefined && { sha256 }),
        ...condition(to),
      },
    )
    return { ...sentOf(written, written.size ?? entry.size ?? 0), lost }
  })
}

/** Whether what is told beside a body is all that goes with it. */
function readsTellAll({ client: { capabilities } }: ClientPlace): boolean {
  return capabilities.read !== false && capabilities.read.attributes !== false
}

function sourceOf({ client }: ClientPlace, path: string, entry: Entry, options: CallOptions): Source {
  const read = (wanted: ReadOptions): Promise<ReadBody> => client.read(path, { ...options, ...wanted })
  return objectSource({ identity: client.identity, path, entry, reads: client.capabilities.read, read })
}

/** Undefined where the service has no way from one to the other. */
async function insideService(
  from: ClientPlace,
  item: Item,
  to: ClientPlace,
  target: string,
  options: CopyOptions,
): Promise<Entry | undefined> {
  const source = from.object(item.path)
  const { copy } = to.client.capabilities
  if (from.client.identity !== to.client.identity) {
    return to.client.copyFrom(from.client, source, target, { ...options, ...(item.size !== undefined && { size: item.size }) })
  }
  return copy === false || (item.size ?? Infinity) > (copy.maxBytes ?? Infinity) ? undefined : to.client.copy(source, target, options)
}

const nothing: Sent = { bytes: 0, inService: false, kept: true, lost: [] }

type Condition = (to: ClientPlace) => { readonly condition?: { readonly if: 'absent' } }

/** Runs a write under the condition that nothing is there, where the service decides that, and takes its refusal for an answer. */
async function written({ ifAbsent }: SendOptions, work: (condition: Condition) => Promise<Sent>): Promise<Sent> {
  const condition: Condition = to => {
    const { write } = to.client.capabilities
    return ifAbsent === true && write !== false && write.conditions.includes('absent') ? { condition: { if: 'absent' } } : {}
  }
  try {
    return await work(condition)
  } catch (error) {
    if (ifAbsent === true && FairleadError.is(error, 'precondition-failed') && error.operation !== 'read') return nothing
    throw error
  }
}

function sentOf(entry: Entry, bytes: number): Sent & { readonly entry: Entry } {
  const checksum = checksumOf(entry)
  return { bytes, inService: false, kept: false, lost: [], entry, ...(checksum !== undefined && { checksum }) }
}

function checksumOf({ checksums }: Pick<Entry, 'checksums'>, algorithm?: Checksum['algorithm']): Checksum | undefined {
  return checksums?.find(checksum => checksum.scope === 'object' && (algorithm === undefined || checksum.algorithm === algorithm))
}

/** Whether sizes and checksums are the same, as far as both tell them. */
function isCopyOf({ size, checksums = [] }: Pick<Entry, 'size' | 'checksums'>, copied: Entry): boolean {
  if (size !== undefined && copied.size !== undefined && size !== copied.size) return false
  return checksums.every(({ algorithm, value, scope }) => scope !== 'object' || (checksumOf(copied, algorithm)?.value ?? value) === value)
}

/**
 * What the service made is not what was listed: then it must be what the source is now. A wrong copy is removed and `integrity`; a good
 * one of a source that changed meanwhile must not be, since what it replaced would be gone with it.
 */
async function checkCopied(
  from: ClientPlace,
  item: Item,
  copied: Entry,
  to: ClientPlace,
  target: string,
  options: SendOptions,
): Promise<void> {
  if (isCopyOf(await from.client.stat(from.object(item.path), call(options)), copied)) return
  await to.client.delete(target, call(options))
  throw new FairleadError('integrity', `"${target}" is not what "${from.object(item.path)}" is, so it was removed.`, {
    connection: to.client.name,
    operation: 'copy',
    path: target,
    hint: 'Copy it again. If that fails again, check whether something else writes there.',
  })
}

function isFolder(file: string, path: string): FairleadError {
  return new FairleadError('already-exists', `"${file}" is a folder, so the object "${path}" can't become a file there.`, {
    path: file,
    hint: 'Copy it under another name, or exclude it with --exclude.',
  })
}
