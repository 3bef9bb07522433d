import {
  bytesSource,
  FairleadError,
  type ByteRange,
  type Entry,
  type HttpResponse,
  type ReadRequest,
  type ReadResult,
  type WriteRequest,
} from '@fairlead/core'
import { exportFormat } from '../documents.ts'
import { isAnswer } from '../errors.ts'
import { entryOf, fileFields, folderEntry, parseFile, type DriveFile } from '../mapping.ts'
import type { Files } from './files.ts'
import { notFound, type Lookup } from './lookup.ts'
import { multipart } from './multipart.ts'
import type { Targets } from './targets.ts'
import type { Wire } from './wire.ts'

/** How often a file is looked at again that changes while it is being read. */
const mostLooks = 5

/** What contents are read and written with. */
export interface ContentsSetting {
  readonly wire: Wire
  readonly files: Files
  readonly lookup: Lookup
  readonly targets: Targets
  readonly endings: readonly string[]
}

/** The content of files: looked at, read, exported, written in one request. */
export class Contents {
  readonly #at: ContentsSetting

  constructor(setting: ContentsSetting) {
    this.#at = setting
  }

  async stat(path: string, signal: AbortSignal): Promise<Entry> {
    if (path === '') return folderEntry('')
    const { file, folders } = await this.#at.lookup.find(path, signal)
    if (file !== undefined) return entryOf(path, file, this.#at.endings)
    if (folders[0] !== undefined) return folderEntry(path, folders[0])
    throw notFound(path)
  }

  async read({ path, range, ifMatch }: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    for (let look = 1; ; look += 1) {
      const file = await this.#at.lookup.file(path, signal)
      const entry = entryOf(path, file, this.#at.endings)
      if (ifMatch !== undefined && ifMatch !== entry.etag) throw changed(path)
      const format = exportFormat(file.mimeType, this.#at.endings)
      if (format !== undefined) return await this.#export(entry, file, format.type, range, signal)
      if (range !== undefined) checkRange(path, range, entry.size)
      if (entry.size === 0 || (range !== undefined && (range.start === entry.size || range.start === range.end)))
        return { entry, body: new Uint8Array(0) }
      const body = await this.#open(file, range, signal)
      if (body !== undefined) return { entry, body }
      if (look === mostLooks) throw changed(path)
    }
  }

  /** The content of exactly that version of a file; undefined where there is another one meanwhile. */
  async #open(file: DriveFile, range: ByteRange | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | undefined> {
    const id = encodeURIComponent(file.id)
    const end = range?.end
    const headers = range === undefined ? {} : { range: `bytes=${range.start}-${end === undefined ? '' : end - 1}` }
    const { wire, files } = this.#at
    if (file.mayReadRevisions && file.head !== undefined) {
      try {
        const path = `files/${id}/revisions/${encodeURIComponent(file.head)}`
        return inRange(await wire.send({ path, query: { alt: 'media' }, headers, signal }), range, file)
      } catch (error) {
        if (!isAnswer(error, 404) && !(isAnswer(error, 403) && error.reason === 'insufficientFilePermissions')) throw error
      }
    }
    const response = await wire.send({ path: `files/${id}`, query: { alt: 'media', supportsAllDrives: 'true' }, headers, signal })
    // Who may not ask for versions looks whether there is still the same one, now that the answer has begun.
    const { head } = await files.get(file.id, signal)
    if (head === file.head) return inRange(response, range, file)
    await response.body.cancel()
    return undefined
  }

  /** Exports are made while they are asked for, at most 10 MB, so ranges are cut here. */
  async #export(entry: Entry, file: DriveFile, mimeType: string, range: ByteRange | undefined, signal: AbortSignal): Promise<ReadResult> {
    const response = await this.#at.wire.send({ path: `files/${encodeURIComponent(file.id)}/export`, query: { mimeType }, signal })
    const bytes = await response.bytes()
    const whole = { ...entry, size: bytes.byteLength }
    if (range === undefined) return { entry: whole, body: bytes }
    checkRange(entry.path, range, bytes.byteLength)
    return { entry: whole, body: bytes.subarray(range.start, range.end) }
  }

  async write(request: WriteRequest, signal: AbortSignal): Promise<Entry> {
    const { targets, wire, endings } = this.#at
    const { path, source } = request
    return await targets.alone(path, signal, async () => {
      const target = await targets.prepare(request, signal)
      const { type, body } = multipart(target.metadata, source, target.contentType)
      const answer = await wire.json({
        method: target.id === undefined ? 'POST' : 'PATCH',
        path: target.id === undefined ? 'files' : `files/${encodeURIComponent(target.id)}`,
        upload: true,
        query: { uploadType: 'multipart', supportsAllDrives: 'true', fields: fileFields },
        headers: { 'content-type': type },
        body,
        signal,
      })
      const file = await targets.settle(path, parseFile(answer), signal)
      return { ...entryOf(path, file, endings), path }
    })
  }

  /** The bytes of a document of Google, as a body for a copy of it. */
  async exported(path: string, signal: AbortSignal) {
    const { body, entry } = await this.read({ path }, signal)
    return { source: bytesSource(body instanceof Uint8Array ? body : new Uint8Array(0)), contentType: entry.contentType }
  }
}

/** The body of an answer; a service that gives the whole where a range was asked for is not believed. */
function inRange({ status, body }: HttpResponse, range: ByteRange | undefined, { name, size }: DriveFile): ReadableStream<Uint8Array> {
  if (range === undefined || status === 206 || (range.start === 0 && (range.end ?? size) === size)) return body
  throw new FairleadError('unexpected', `"${name}": the service returned the whole file instead of the requested range.`)
}

function checkRange(path: string, { start, end }: ByteRange, size: number | undefined): void {
  const behind = size !== undefined && (start > size || (start === size && size > 0))
  if (!behind && (end === undefined || end >= start)) return
  throw new FairleadError(
    'range-invalid',
    `"${path}" has ${size ?? 'fewer'} bytes, and none from ${start}${end === undefined ? '' : ` to ${end}`}.`,
    {
      path,
      hint: 'Ask for bytes that are there.',
    },
  )
}

function changed(path: string): FairleadError {
  return new FairleadError('precondition-failed', `"${path}" was changed in the meantime.`, {
    path,
    hint: 'Read it again from its beginning.',
  })
}
