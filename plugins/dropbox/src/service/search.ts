import { parseTagPath, type AssetSummary, type Page, type SearchQuery, type SearchTerm } from '@fairlead/core'
import type { files } from 'dropbox'
import { isTagged } from '../errors.ts'
import { pathIn, toDropboxPath } from '../mapping.ts'
import type { Listings } from './listing.ts'
import type { Wire } from './wire.ts'

/** Where tags lie, in the layout of assets. */
const manifests = 'metadata/manifest'
const pageSize = 1000

/**
 * The search of Dropbox: its index knows names, and on some plans contents, by how their words begin, and learns of changes some
 * time later. What it finds is narrowed by the host; a query without a word to look for reads the list of assets.
 */
export class Search {
  readonly #wire: Wire
  readonly #listings: Listings
  readonly #root: string

  constructor(wire: Wire, listings: Listings, root: string) {
    this.#wire = wire
    this.#listings = listings
    this.#root = root
  }

  /** All at once: Dropbox may tell one match on two pages. */
  async find({ terms }: SearchQuery, signal: AbortSignal): Promise<Page<AssetSummary>> {
    const found = new Map<string, AssetSummary>()
    const add = (path: string): void => {
      const tag = parseTagPath(path)
      if (tag !== undefined) found.set(path, tag)
    }
    const wanted = textOf(terms)
    if (wanted === undefined) await this.#below(manifests, add, signal)
    else {
      for (const match of await this.#matches(wanted, signal)) {
        const path = match.path_display === undefined ? undefined : pathIn(this.#root, match.path_display)
        if (path === undefined) continue
        if (match['.tag'] === 'folder') await this.#below(path, add, signal)
        else add(path)
      }
    }
    return { items: [...found.values()] }
  }

  async #matches({ text, nameOnly }: Wanted, signal: AbortSignal): Promise<readonly Found[]> {
    const options = { path: toDropboxPath(this.#root, manifests), max_results: pageSize, filename_only: nameOnly }
    const matches: Found[] = []
    try {
      let page = await this.#wire.call(async (sdk, call) => await sdk.filesSearchV2({ query: text, options }, call), signal)
      for (;;) {
        for (const { metadata } of page.matches) if (metadata['.tag'] === 'metadata') matches.push(metadata.metadata)
        const { cursor } = page
        if (!page.has_more || cursor === undefined) return matches
        page = await this.#wire.call(async (sdk, call) => await sdk.filesSearchContinueV2({ cursor }, call), signal)
      }
    } catch (cause) {
      // No asset was ever pushed here.
      if (isTagged(cause, 'path/not_found')) return []
      throw cause
    }
  }

  async #below(prefix: string, add: (path: string) => void, signal: AbortSignal): Promise<void> {
    for (let cursor: string | undefined; ;) {
      const page = await this.#listings.page({ prefix, recursive: true }, cursor, signal)
      for (const { path } of page.items) add(path)
      cursor = page.cursor
      if (cursor === undefined) return
    }
  }
}

type Found = files.FileMetadataReference | files.FolderMetadataReference | files.DeletedMetadataReference

interface Wanted {
  readonly text: string
  readonly nameOnly: boolean
}

/** What to look for: names are in the index of every account, so the name of a field comes before a word that may be in a label. */
function textOf(terms: readonly SearchTerm[]): Wanted | undefined {
  const names = terms.flatMap(term =>
    term.kind === 'field' && term.field !== 'type' ? [beginning(term.pattern.split('/').at(-1) ?? '')] : [],
  )
  const words = terms.flatMap(term => (term.kind === 'word' ? [beginning(term.pattern)] : []))
  const name = longest(names)
  if (name !== undefined) return { text: name, nameOnly: true }
  const word = longest(words)
  return word === undefined ? undefined : { text: word, nameOnly: false }
}

/** A pattern up to its first star: an index finds words by how they begin. */
function beginning(pattern: string): string {
  return pattern.split('*')[0] ?? ''
}

function longest(texts: readonly string[]): string | undefined {
  return texts.filter(text => /[\p{L}\p{N}]/u.test(text)).toSorted((a, b) => b.length - a.length)[0]
}
