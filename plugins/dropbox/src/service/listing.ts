import { inParallel, type Entry, type ListRequest, type Page } from '@fairlead/core'
import type { files } from 'dropbox'
import { isTagged } from '../errors.ts'
import { entryOf, pathBelow, toDropboxPath } from '../mapping.ts'
import type { Records } from './records.ts'
import type { Wire } from './wire.ts'

/** The most that a page may be asked for. */
const pageSize = 2000
/** Files whose revisions are asked for at a time. */
const width = 8

/** Listings of folders, in whatever order Dropbox gives them. Documents without bytes of their own are left out. */
export class Listings {
  readonly #wire: Wire
  readonly #records: Records
  readonly #root: string

  constructor(wire: Wire, records: Records, root: string) {
    this.#wire = wire
    this.#records = records
    this.#root = root
  }

  async page(request: ListRequest, cursor: string | undefined, signal: AbortSignal): Promise<Page<Entry>> {
    const result = await this.#ask(request, cursor, signal)
    if (result === undefined) return { items: [] }
    const { prefix, recursive } = request
    const items: Entry[] = []
    const listed: Array<readonly [string, files.FileMetadataReference]> = []
    for (const found of result.entries) {
      if (found['.tag'] === 'deleted' || found.path_display === undefined) continue
      const path = pathBelow(this.#root, prefix, found.path_display)
      if (path === prefix) continue
      if (found['.tag'] === 'file') listed.push([path, found])
      else if (!recursive) items.push({ path, kind: 'prefix', id: found.id })
    }
    if (request.versions === true) items.push(...(await this.#versions(listed, signal)))
    else for (const [path, file] of listed) items.push(entryOf(path, file, this.#records.read(file.property_groups)))
    return { items, ...(result.has_more && { cursor: result.cursor }) }
  }

  async #ask(
    { prefix, recursive, limit = pageSize }: ListRequest,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<files.ListFolderResult | undefined> {
    if (cursor !== undefined) {
      // The groups of a listing were asked for when it began; which templates there are is asked by a process that goes on with it.
      await this.#records.templates(signal)
      return await this.#wire.call(async (sdk, options) => await sdk.filesListFolderContinue({ cursor }, options), signal)
    }
    try {
      return await this.#records.withTemplates(async () => {
        const argument = {
          path: toDropboxPath(this.#root, prefix),
          recursive,
          limit: Math.min(limit, pageSize),
          include_non_downloadable_files: false,
          ...(await this.#records.wanted(signal)),
        }
        return await this.#wire.call(async (sdk, options) => await sdk.filesListFolder(argument, options), signal)
      })
    } catch (cause) {
      // A folder that does not exist is empty, and so is a file.
      if (isTagged(cause, 'path/not_found') || isTagged(cause, 'path/not_folder')) return undefined
      throw cause
    }
  }

  /** Every revision that Dropbox still has of files, newest first. */
  async #versions(listed: ReadonlyArray<readonly [string, files.FileMetadataReference]>, signal: AbortSignal): Promise<Entry[]> {
    const found = new Map<string, Entry[]>(listed.map(([path]) => [path, []]))
    await inParallel(listed, width, async ([path, file]) => {
      for (let before: string | undefined; ;) {
        const argument = { path: toDropboxPath(this.#root, path), limit: 100, ...(before !== undefined && { before_rev: before }) }
        const { entries, has_more } = await this.#wire.call(async (sdk, options) => await sdk.filesListRevisions(argument, options), signal)
        for (const revision of entries) found.get(path)?.push({ ...entryOf(path, revision), latest: revision.rev === file.rev })
        before = entries.at(-1)?.rev
        if (!has_more || before === undefined) return
      }
    })
    return [...found.values()].flat()
  }
}
