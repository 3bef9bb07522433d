import { type Log, unknownMediaType, type WriteAttributes, type WriteRequest } from '@fairlead/core'
import type { DriveFile } from '../mapping.ts'
import { nameOf, splitPath } from '../names.ts'
import { metadataProperties, replacing, type Properties } from '../properties.ts'
import { tagProperties } from '../tags.ts'
import type { Files } from './files.ts'
import type { Lookup } from './lookup.ts'
import type { Thumbnails } from './thumbnails.ts'
import type { Tree } from './tree.ts'

/** Where a body goes, and what is said of it. */
export interface Target {
  /** The file that gets new content; a new file without one. */
  readonly id: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  readonly contentType: string
}

/** The pair that stays when a file gets new content: with whom it is shared does not change. */
export const sharedMark = 'shared'

/** What writes go to: the file of that name in place, so that pushing again makes no second one. */
export class Targets {
  readonly #files: Files
  readonly #tree: Tree
  readonly #lookup: Lookup
  readonly #thumbnails: Thumbnails
  readonly #log: Log
  readonly #busy = new Map<string, Promise<unknown>>()

  constructor(files: Files, tree: Tree, lookup: Lookup, thumbnails: Thumbnails, log: Log) {
    this.#files = files
    this.#tree = tree
    this.#lookup = lookup
    this.#thumbnails = thumbnails
    this.#log = log
  }

  /** One at a time for each path: two writes of one name in this process make one file. */
  async alone<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let before = this.#busy.get(path); before !== undefined; before = this.#busy.get(path)) {
      await before.catch(() => undefined)
      signal.throwIfAborted()
    }
    const running = work().finally(() => this.#busy.delete(path))
    this.#busy.set(path, running)
    return await running
  }

  /** Finds or makes the folder, and the file that is there already. */
  async prepare(request: WriteAttributes & Partial<Pick<WriteRequest, 'source'>>, signal: AbortSignal): Promise<Target> {
    const { path, contentType = unknownMediaType, modified, metadata, source } = request
    const { folder, segment } = splitPath(path)
    const parent = await this.#tree.ensure(folder, signal)
    const root = await this.#tree.ensure('', signal)
    const { file, others } = await this.#lookup.find(path, signal)
    // A document of Google has no bytes that could be replaced: a file takes its place in what is shown.
    const existing = file?.head === undefined ? undefined : file
    if (existing !== undefined) await this.#takeAway(path, others, signal)
    const properties: Properties = { fairlead: 'file', ...metadataProperties(metadata), ...tagProperties(root, path, source?.bytes?.()) }
    const shared = existing?.properties[sharedMark]
    const thumbnail = await this.#thumbnails.hint(path, contentType, existing === undefined)
    return {
      id: existing?.id,
      contentType,
      metadata: {
        mimeType: contentType,
        ...(modified !== undefined && { modifiedTime: modified.toISOString() }),
        ...(thumbnail !== undefined && { contentHints: { thumbnail } }),
        ...(existing === undefined ? { name: nameOf(segment), parents: [parent] } : { trashed: false }),
        appProperties: replacing(existing?.properties ?? {}, { ...properties, ...(shared !== undefined && { [sharedMark]: shared }) }),
      },
    }
  }

  /** What two writers made at once of one name: the oldest has stayed, the others go. Those of people are left alone. */
  async #takeAway(path: string, others: readonly DriveFile[], signal: AbortSignal): Promise<void> {
    for (const other of others) {
      if (other.properties['fairlead'] === undefined || other.head === undefined) continue
      await this.#files.update(other.id, { trashed: true }, signal)
      this.#log.debug('a second file with the same name was moved to the trash', { path, id: other.id })
    }
  }

  /** Whose folder was put into the trash while it was written is put where it belongs. */
  async settle(path: string, file: DriveFile, signal: AbortSignal): Promise<DriveFile> {
    if (!file.trashed) return file
    const { folder } = splitPath(path)
    this.#tree.forget('')
    const parent = await this.#tree.ensure(folder, signal)
    const removeParents = file.parents.join(',')
    const moved = file.parents.includes(parent) ? {} : { addParents: parent, ...(removeParents !== '' && { removeParents }) }
    return await this.#files.update(file.id, { trashed: false }, signal, moved)
  }
}
