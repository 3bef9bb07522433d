import { parseTagPath, type AssetSummary, type Page, type SearchQuery } from '@fairlead/core'
import { folderType, type DriveFile } from '../mapping.ts'
import { summaryIn, tagQuery, unmarkedQuery } from '../tags.ts'
import type { Files } from './files.ts'
import type { Paths } from './paths.ts'
import type { Tree } from './tree.ts'

/** Behind this word a cursor is a page of records that are not marked. */
const unmarked = 'unmarked:'

/**
 * Drive's own search. Tag records carry what is searched for in their appProperties; these are private to an OAuth client, so records
 * that another one wrote are looked for by their kind and place, and the host reads them.
 */
export class Search {
  readonly #files: Files
  readonly #tree: Tree
  readonly #paths: Paths

  constructor(files: Files, tree: Tree, paths: Paths) {
    this.#files = files
    this.#tree = tree
    this.#paths = paths
  }

  async page(query: SearchQuery, cursor: string | undefined, signal: AbortSignal): Promise<Page<AssetSummary>> {
    if (cursor?.startsWith(unmarked) === true) return await this.#unmarked(cursor.slice(unmarked.length), signal)
    const roots = await this.#tree.folders('', signal)
    if (roots.length === 0) return { items: [] }
    const corpus = await this.#tree.corpus(signal)
    const page = await this.#files.query(tagQuery(roots, query), corpus, signal, cursor === undefined ? {} : { page: cursor })
    return { items: onceEach(page.files.flatMap(file => summaryIn(file) ?? [])), cursor: page.next ?? unmarked }
  }

  async #unmarked(cursor: string, signal: AbortSignal): Promise<Page<AssetSummary>> {
    const corpus = await this.#tree.corpus(signal)
    const page = await this.#files.query(unmarkedQuery(), corpus, signal, cursor === '' ? {} : { page: cursor })
    const items: AssetSummary[] = []
    if (page.files.length > 0) {
      const folders = await this.#tagFolders(signal)
      const climb = this.#paths.climb(signal)
      for (const file of page.files.filter(({ parents }) => parents.some(id => folders.has(id)))) {
        const address = await this.#address(file, climb)
        if (address !== undefined) items.push(address)
      }
    }
    return { items: onceEach(items), ...(page.next !== undefined && { cursor: `${unmarked}${page.next}` }) }
  }

  async #tagFolders(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const corpus = await this.#tree.corpus(signal)
    const found = await this.#files.all(`name = '_tag' and mimeType = '${folderType}' and trashed = false`, corpus, signal)
    return new Set(found.map(({ id }) => id))
  }

  async #address(file: DriveFile, climb: ReturnType<Paths['climb']>): Promise<AssetSummary | undefined> {
    const path = await climb(file)
    return path === undefined ? undefined : parseTagPath(path)
  }
}

/** Records of one tag that were written at the same moment are one tag: the oldest, which comes first. */
function onceEach(items: readonly AssetSummary[]): readonly AssetSummary[] {
  const seen = new Set<string>()
  return items.filter(({ collection, name, tag }) => {
    const key = JSON.stringify([collection, name, tag])
    return !seen.has(key) && seen.add(key)
  })
}
