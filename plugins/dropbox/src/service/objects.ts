import { FairleadError, type Entry, type ReadRequest, type ReadResult, type WriteAttributes, type WriteRequest } from '@fairlead/core'
import type { files } from 'dropbox'
import { entryOf, isRevision, pathIn, timestamp, toDropboxPath } from '../mapping.ts'
import { contentHash } from './content-hash.ts'
import { fileIn, parseJson } from './json.ts'
import type { Records } from './records.ts'
import type { Wire } from './wire.ts'

/** A body up to this many bytes is handed over in one piece. */
const pieceBytes = 1024 * 1024

/** Files of a Dropbox. */
export class Objects {
  readonly #wire: Wire
  readonly #records: Records
  readonly #root: string

  constructor(wire: Wire, records: Records, root: string) {
    this.#wire = wire
    this.#records = records
    this.#root = root
  }

  async stat(path: string, signal: AbortSignal): Promise<Entry> {
    const place = toDropboxPath(this.#root, path)
    // Of the root of a Dropbox nothing can be asked.
    if (place === '') return { path, kind: 'prefix' }
    const found = await this.#records.withTemplates(
      async () => await this.#wire.metadata({ path: place, ...(await this.#records.wanted(signal)) }, signal),
    )
    if (found.kind === 'folder') return { path, kind: 'prefix', ...(found.id !== undefined && { id: found.id }) }
    if (found.kind === 'deleted') throw nothing(path)
    return entryOf(path, found.file, this.#records.read(found.groups))
  }

  async read({ path, range, ifMatch, version }: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    if (version !== undefined && !isRevision(version)) throw nothing(path)
    const response = await this.#wire.content({
      route: 'files/download',
      argument: { path: version === undefined ? toDropboxPath(this.#root, path) : `rev:${version}` },
      ...(range !== undefined && { headers: { range: `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` } }),
      download: true,
      signal,
    })
    const letGo = async (error: FairleadError): Promise<never> => {
      await response.body.cancel()
      throw error
    }
    const told = response.headers['dropbox-api-result']
    if (told === undefined) return await letGo(strange(path))
    const file = fileIn(parseJson(told))
    if (ifMatch !== undefined && file.rev !== ifMatch) return await letGo(changed(path))
    if (version !== undefined && pathIn(this.#root, file.path_display ?? '') !== path) return await letGo(nothing(path))
    const length = Number(response.headers['content-length'] ?? Number.NaN)
    return { entry: entryOf(path, file), body: length <= pieceBytes ? await response.bytes() : response.body }
  }

  async write({ source, ...attributes }: WriteRequest, signal: AbortSignal): Promise<Entry> {
    const bytes = source.bytes?.()
    const contentType = attributes.contentType ?? source.contentType
    const kept = { ...attributes, ...(contentType !== undefined && { contentType }) }
    return await this.#records.withTemplates(async () => {
      const commit = await this.commit(kept, signal)
      const response = await this.#wire.content({
        route: 'files/upload',
        // The service itself refuses a body that was damaged on its way.
        argument: { ...commit, ...(bytes !== undefined && { content_hash: contentHash(bytes) }) },
        body: bytes ?? source,
        signal,
      })
      return entryOf(attributes.path, fileIn(await response.json()), kept)
    })
  }

  /** What makes a file of bytes: where, under which condition, and what goes with it. */
  async commit({ path, condition, modified, contentType, metadata }: WriteAttributes, signal: AbortSignal): Promise<files.CommitInfo> {
    if (condition?.if === 'match' && !isRevision(condition.etag)) throw changed(path)
    const kept = { ...(contentType !== undefined && { contentType }), ...(metadata !== undefined && { metadata }) }
    const mode: files.WriteMode =
      condition === undefined
        ? { '.tag': 'overwrite' }
        : condition.if === 'absent'
          ? { '.tag': 'add' }
          : { '.tag': 'update', update: condition.etag }
    return {
      path: toDropboxPath(this.#root, path),
      mode,
      autorename: false,
      mute: true,
      // Without it a file of the same content is no conflict, and two writers would both be told that they were the first.
      strict_conflict: condition !== undefined,
      ...(modified !== undefined && { client_modified: timestamp(modified) }),
      ...(await this.#records.groups(path, kept, signal)),
    }
  }
}

function nothing(path: string): FairleadError {
  return new FairleadError('not-found', `"${path}": nothing with this name is here.`, {
    path,
    hint: 'List what is there with `fairlead ls`.',
  })
}

function changed(path: string): FairleadError {
  return new FairleadError('precondition-failed', `"${path}": the file was changed in the meantime.`, {
    path,
    hint: 'Read it again from its beginning.',
  })
}

function strange(path: string): FairleadError {
  return new FairleadError('config-invalid', `"${path}": something other than Dropbox responded.`, {
    path,
    hint: 'Log in to this network if it wants that, or correct the setting endpoint.',
  })
}
