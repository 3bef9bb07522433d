import type { Clock } from '@fairlead/core'
import { isGone } from '../errors.ts'
import { byAge, folderType, isFolder, shortcutType, type DriveFile } from '../mapping.ts'
import { nameOf, quoted, splitPath } from '../names.ts'
import type { Corpus, Files } from './files.ts'
import { madeByUs, mergeInto } from './merge.ts'
import type { Roots } from './root.ts'

/** Folders are looked up anew after so long: somebody may have moved or renamed one. */
const knownMs = 60_000
/** The pair that tells folders that we made from those of people. */
const ownFolder = { fairlead: 'folder' } as const

interface Known {
  readonly ids: readonly string[]
  readonly at: number
}

/**
 * Finds the folders of paths, and makes them. In Drive a folder may have many children of one name. What lies in any of the folders
 * of a path is there; what is new goes into the oldest. Who makes a folder looks afterwards whether somebody else just made one too:
 * the oldest stays, and the other one takes its own away again.
 */
export class Tree {
  readonly #files: Files
  readonly #roots: Roots
  readonly #prefix: string
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  readonly #making = new Map<string, Promise<string>>()

  constructor(files: Files, roots: Roots, prefix: string, clock: Clock) {
    this.#files = files
    this.#roots = roots
    this.#prefix = prefix
    this.#clock = clock
  }

  async corpus(signal: AbortSignal): Promise<Corpus> {
    return (await this.#roots.find(signal)).corpus
  }

  /** The folders of a path below the root of the connection, the oldest first; none when there is none. */
  async folders(path: string, signal: AbortSignal): Promise<readonly string[]> {
    return await this.#at(this.#full(path), signal)
  }

  /** The folder of a path that takes what is new, made where it is missing. */
  async ensure(path: string, signal: AbortSignal): Promise<string> {
    return await this.#ensure(this.#full(path), signal)
  }

  /** Looks at a path and what lies below it anew next time. */
  forget(path: string): void {
    const full = this.#full(path)
    for (const known of this.#known.keys()) if (full === '' || known === full || known.startsWith(`${full}/`)) this.#known.delete(known)
  }

  #full(path: string): string {
    return this.#prefix === '' ? path : path === '' ? this.#prefix : `${this.#prefix}/${path}`
  }

  async #at(full: string, signal: AbortSignal): Promise<readonly string[]> {
    if (full === '') return [(await this.#roots.find(signal)).id]
    const known = this.#known.get(full)
    if (known !== undefined && this.#clock.now().getTime() - known.at < knownMs) return known.ids
    const parents = await this.#at(splitPath(full).folder, signal)
    if (parents.length === 0) return []
    const found = await this.#look(full, parents, signal)
    return this.#remember(full, found)
  }

  #remember(full: string, found: readonly DriveFile[]): readonly string[] {
    const ids = found.map(({ id, target }) => target?.id ?? id)
    if (ids.length > 0) this.#known.set(full, { ids, at: this.#clock.now().getTime() })
    return ids
  }

  /** Folders of that name in any of the parents: real ones before shortcuts, each the oldest first. */
  async #look(full: string, parents: readonly string[], signal: AbortSignal): Promise<readonly DriveFile[]> {
    const name = nameOf(splitPath(full).segment)
    const { corpus } = await this.#roots.find(signal)
    const q = `${inAny(parents)} and name = ${quoted(name)} and (mimeType = '${folderType}' or mimeType = '${shortcutType}') and trashed = false`
    try {
      const found = await this.#files.all(q, corpus, signal)
      const folders = found.filter(file => file.name === name && isFolder(file)).toSorted(byAge)
      return [...folders.filter(({ target }) => target === undefined), ...folders.filter(({ target }) => target !== undefined)]
    } catch (error) {
      // A parent that is no more.
      if (!isGone(error)) throw error
      const { folder } = splitPath(full)
      if (!this.#known.delete(folder)) throw error
      const now = await this.#at(folder, signal)
      return now.length === 0 ? [] : await this.#look(full, now, signal)
    }
  }

  /** One at a time for each path: two that write into one new folder make one. */
  async #ensure(full: string, signal: AbortSignal): Promise<string> {
    for (;;) {
      const running = this.#making.get(full)
      if (running === undefined) break
      const made = await running.catch(() => undefined)
      signal.throwIfAborted()
      if (made !== undefined) return made
    }
    const known = this.#known.get(full)
    if (known?.ids.length === 1 && known.ids[0] !== undefined && this.#clock.now().getTime() - known.at < knownMs) return known.ids[0]
    const work = this.#make(full, signal).finally(() => this.#making.delete(full))
    this.#making.set(full, work)
    return await work
  }

  async #make(full: string, signal: AbortSignal): Promise<string> {
    if (full === '') return (await this.#roots.find(signal)).id
    const parent = await this.#ensure(splitPath(full).folder, signal)
    const parents = await this.#at(splitPath(full).folder, signal)
    const found = await this.#look(full, parents.length === 0 ? [parent] : parents, signal)
    const [first] = found
    if (first !== undefined) return await this.#chosen(full, first, found, signal)
    const name = nameOf(splitPath(full).segment)
    const own = await this.#files.create({ name, mimeType: folderType, parents: [parent], appProperties: ownFolder }, signal)
    const all = await this.#look(full, [parent], signal)
    const winner = all[0] ?? own
    if (winner.id !== own.id) await this.#files.update(own.id, { trashed: true }, signal)
    this.#remember(full, [winner, ...all.filter(({ id }) => id !== winner.id && id !== own.id)])
    return winner.target?.id ?? winner.id
  }

  /** Several folders of one name that we made become one; those of people are left alone. */
  async #chosen(full: string, first: DriveFile, found: readonly DriveFile[], signal: AbortSignal): Promise<string> {
    const merged = new Set<string>()
    for (const other of found.slice(1)) {
      if (!madeByUs(first) || !madeByUs(other)) continue
      await mergeInto(this.#files, first, other, await this.corpus(signal), signal)
      merged.add(other.id)
    }
    this.#remember(
      full,
      found.filter(({ id }) => !merged.has(id)),
    )
    return first.target?.id ?? first.id
  }
}

/** The condition of lying right below one of these folders. */
export function inAny(parents: readonly string[]): string {
  const each = parents.map(id => `${quoted(id)} in parents`)
  return each.length === 1 ? (each[0] ?? '') : `(${each.join(' or ')})`
}
