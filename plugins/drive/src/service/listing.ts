import { FairleadError, type Entry, type Host, type ListRequest, type Page } from '@fairlead/core'
import { isGone } from '../errors.ts'
import { byPrecedence, entryOf, folderEntry, isFolder, shortcutType, shownAs, type DriveFile } from '../mapping.ts'
import type { Files } from './files.ts'
import type { Lookup } from './lookup.ts'
import type { Tokens } from './tokens.ts'
import { inAny, type Tree } from './tree.ts'

/** So many folders are listed in one query, as rclone does it. */
const foldersAtOnce = 50
/** So many listings may be under way; what is left of older ones is forgotten. */
const mostWalks = 64

/** A folder on the way down: the ids above it tell a shortcut that leads back up. */
interface Chain {
  readonly id: string
  readonly above: Chain | undefined
}

/** A listing that is under way. */
interface Walk {
  readonly recursive: boolean
  /** Folders that are still to be listed, by their paths. */
  readonly ahead: Map<string, readonly Chain[]>
  /** What is listed now: folders by their ids, with their paths. */
  group: ReadonlyMap<string, { readonly path: string; readonly chain: Chain }>
  page: string | undefined
  /** Paths of this group that were told: of one name the oldest is told alone. */
  told: Set<string>
  /** Whether the group had anything. */
  any: boolean
  step: number
}

/** Listings: one level, or all levels with many folders in each query. A listing lives in this process, and its cursor names it. */
export class Listings {
  readonly #files: Files
  readonly #tree: Tree
  readonly #lookup: Lookup
  readonly #endings: readonly string[]
  readonly #host: Host
  readonly #tokens: Tokens
  readonly #walks = new Map<string, Walk>()
  #count = 0

  constructor(files: Files, tree: Tree, lookup: Lookup, endings: readonly string[], host: Host, tokens: Tokens) {
    this.#files = files
    this.#tree = tree
    this.#lookup = lookup
    this.#endings = endings
    this.#host = host
    this.#tokens = tokens
  }

  async page(request: ListRequest, cursor: string | undefined, signal: AbortSignal): Promise<Page<Entry>> {
    const [id, step] = cursor === undefined ? [String((this.#count += 1)), 0] : splitCursor(cursor)
    const walk = cursor === undefined ? await this.#begin(request, signal) : this.#walks.get(id)
    if (walk === undefined || walk.step !== step)
      throw new FairleadError('input-invalid', 'this listing was abandoned', { hint: 'List again from the beginning.' })
    const items = await this.#next(walk, request.limit, signal)
    if (cursor === undefined && items.length === 0 && request.prefix === '') await this.#tellOfEmptyRoot()
    if (walk.group.size === 0) {
      this.#walks.delete(id)
      return { items }
    }
    walk.step += 1
    this.#walks.set(id, walk)
    const [oldest] = this.#walks.keys()
    if (this.#walks.size > mostWalks && oldest !== undefined) this.#walks.delete(oldest)
    return { items, cursor: `${id}.${walk.step}` }
  }

  async #begin({ prefix, recursive }: ListRequest, signal: AbortSignal): Promise<Walk> {
    const ids = await this.#tree.folders(prefix, signal)
    const ahead = new Map(ids.length === 0 ? [] : [[prefix, ids.map((id): Chain => ({ id, above: undefined }))]])
    return { recursive, ahead, group: nextGroup(ahead), page: undefined, told: new Set(), any: false, step: 0 }
  }

  /** One page; when the group is through, the next one is made ready. */
  async #next(walk: Walk, limit: number | undefined, signal: AbortSignal): Promise<readonly Entry[]> {
    const { group } = walk
    if (group.size === 0) return []
    const corpus = await this.#tree.corpus(signal)
    const q = `${inAny([...group.keys()])} and trashed = false`
    const options = { ...(walk.page !== undefined && { page: walk.page }), ...(limit !== undefined && { size: limit }) }
    let answer: Awaited<ReturnType<Files['query']>>
    try {
      answer = await this.#files.query(q, corpus, signal, options)
    } catch (error) {
      // A folder of the group is no more: each is asked for by itself.
      if (!isGone(error)) throw error
      answer = { files: [] }
      if (group.size === 1) for (const { path } of group.values()) this.#tree.forget(path)
    }
    const items = await this.#entries(walk, answer.files, signal)
    walk.any ||= answer.files.length > 0
    walk.page = answer.next
    if (answer.next === undefined) {
      // Drive is known to answer a query for many folders with nothing although there is something.
      const alone = !walk.any && group.size > 1
      walk.group = alone ? firstAlone(walk.ahead, group) : nextGroup(walk.ahead)
      walk.told = new Set()
      walk.any = false
    }
    return items
  }

  async #entries(walk: Walk, files: readonly DriveFile[], signal: AbortSignal): Promise<readonly Entry[]> {
    const placed = files.flatMap(file => {
      const shown = shownAs(file, this.#endings)
      const parent = file.parents.map(id => walk.group.get(id)).find(found => found !== undefined) ?? onlyOf(walk.group)
      return shown === undefined || shown === '' || parent === undefined ? [] : [{ file, parent, path: join(parent.path, shown) }]
    })
    const shortcuts = placed.filter(({ file }) => file.mimeType === shortcutType && !isFolder(file)).map(({ file }) => file)
    const targets = await this.#lookup.targets(shortcuts, signal)
    // Of what is shown alike, that which a look-up takes.
    const inOrder = placed.toSorted((a, b) => byPrecedence(a.file, b.file))
    const items: Entry[] = []
    for (const { file, parent, path } of inOrder) {
      if (path.includes('\0')) continue
      if (isFolder(file)) {
        const id = file.target?.id ?? file.id
        if (file.target !== undefined && leadsUp(parent.chain, id)) continue
        if (walk.recursive) walk.ahead.set(path, [...(walk.ahead.get(path) ?? []), { id, above: parent.chain }])
        else if (!walk.told.has(`${path}/`)) items.push(folderEntry(path, file))
        walk.told.add(`${path}/`)
        continue
      }
      const shown = file.mimeType === shortcutType ? targets.get(file.id) : file
      if (shown === undefined || walk.told.has(path)) continue
      walk.told.add(path)
      items.push(entryOf(path, shown, this.#endings))
    }
    return items
  }

  async #tellOfEmptyRoot(): Promise<void> {
    if (!(await this.#tokens.seesOwnFilesOnly())) return
    this.#host.log.info(
      `this login sees only what Fairlead created; for everything else: fairlead client login ${this.#host.connection} --access full`,
    )
  }
}

/** The next folders that go into one query; those of one path stay together. */
function nextGroup(ahead: Map<string, readonly Chain[]>): Walk['group'] {
  const group = new Map<string, { readonly path: string; readonly chain: Chain }>()
  for (const [path, chains] of ahead) {
    if (group.size > 0 && group.size + chains.length > foldersAtOnce) break
    ahead.delete(path)
    for (const chain of chains) group.set(chain.id, { path, chain })
  }
  return group
}

/** Puts the folders of a group back, each path to be asked for by itself. */
function firstAlone(ahead: Map<string, readonly Chain[]>, group: Walk['group']): Walk['group'] {
  const byPath = Map.groupBy(group.values(), ({ path }) => path)
  const [first, ...rest] = byPath
  for (const [path, folders] of rest)
    ahead.set(
      path,
      folders.map(({ chain }) => chain),
    )
  return new Map((first?.[1] ?? []).map(folder => [folder.chain.id, folder]))
}

function onlyOf(group: Walk['group']): { readonly path: string; readonly chain: Chain } | undefined {
  return group.size === 1 ? group.values().next().value : undefined
}

function leadsUp(chain: Chain | undefined, id: string): boolean {
  for (let at = chain; at !== undefined; at = at.above) if (at.id === id) return true
  return false
}

function join(folder: string, segment: string): string {
  return folder === '' ? segment : `${folder}/${segment}`
}

function splitCursor(cursor: string): readonly [string, number] {
  const [id = '', step = ''] = cursor.split('.')
  return [id, Number(step)]
}
