import { FairleadError, inParallel } from '@fairlead/core'
import { isAnswer, isGone } from '../errors.ts'
import { byAge, byPrecedence, isFolder, shortcutType, shownAs, type DriveFile } from '../mapping.ts'
import { nameOf, quoted, splitPath } from '../names.ts'
import type { Files } from './files.ts'
import type { Found } from './place.ts'
import { inAny, type Tree } from './tree.ts'

/** So many names are asked for in one query. */
const namesAtOnce = 40

/** Finds what is at paths: among files of one name the oldest, a file before a document of Google that is shown alike. */
export class Lookup {
  readonly #files: Files
  readonly #tree: Tree
  readonly #endings: readonly string[]

  constructor(files: Files, tree: Tree, endings: readonly string[]) {
    this.#files = files
    this.#tree = tree
    this.#endings = endings
  }

  /** What is at a path. Its folder may not exist. */
  async find(path: string, signal: AbortSignal): Promise<Found> {
    const { folder, segment } = splitPath(path)
    return (await this.findIn(folder, [segment], signal)).get(segment) ?? { others: [], folders: [] }
  }

  /** The file at a path; `not-found` where there is none. */
  async file(path: string, signal: AbortSignal): Promise<DriveFile> {
    const { file } = await this.find(path, signal)
    if (file !== undefined) return file
    throw notFound(path)
  }

  /** What there is of several names in one folder, in few requests. */
  async findIn(folder: string, segments: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Found>> {
    const found = new Map<string, Found>()
    const parents = await this.#tree.folders(folder, signal)
    if (parents.length === 0) return found
    const corpus = await this.#tree.corpus(signal)
    const wanted = new Set(segments)
    const files: DriveFile[] = []
    for (let from = 0; from < segments.length; from += namesAtOnce) {
      const names = [...new Set(segments.slice(from, from + namesAtOnce).flatMap(segment => this.#namesOf(segment)))]
      const any = names.map(name => `name = ${quoted(name)}`).join(' or ')
      files.push(...(await this.#query(folder, parents, ` and (${any}) and trashed = false`, corpus, signal)))
    }
    const shown = Map.groupBy(files, file => shownAs(file, this.#endings) ?? '')
    for (const [segment, alike] of shown) {
      if (segment !== '' && wanted.has(segment)) found.set(segment, await this.choose(alike, signal))
    }
    return found
  }

  async #query(
    folder: string,
    parents: readonly string[],
    rest: string,
    corpus: Parameters<Files['all']>[1],
    signal: AbortSignal,
  ): Promise<readonly DriveFile[]> {
    try {
      return await this.#files.all(inAny(parents) + rest, corpus, signal)
    } catch (error) {
      // A folder that was known is no more.
      if (!isGone(error) || folder === '') throw error
      this.#tree.forget(folder)
      const now = await this.#tree.folders(folder, signal)
      return now.length === 0 ? [] : await this.#files.all(inAny(now) + rest, corpus, signal)
    }
  }

  /** The names that are shown as a part of a path: itself, and that of a document without the ending. */
  #namesOf(segment: string): readonly string[] {
    const ending = this.#endings.find(one => segment.endsWith(`.${one}`))
    return ending === undefined ? [nameOf(segment)] : [nameOf(segment), nameOf(segment.slice(0, -ending.length - 1))]
  }

  /** Which of the files that one part of a path shows it stands for. */
  async choose(alike: readonly DriveFile[], signal: AbortSignal): Promise<Found> {
    const folders = alike.filter(isFolder).toSorted(byAge)
    const files = alike.filter(file => !isFolder(file)).toSorted(byPrecedence)
    for (const [index, candidate] of files.entries()) {
      const others = files.slice(index + 1)
      if (candidate.mimeType !== shortcutType) return { file: candidate, others, folders }
      const target = await this.target(candidate, signal)
      if (target !== undefined) return { file: target, shortcut: candidate, others, folders }
    }
    return { others: [], folders }
  }

  /** What a shortcut leads to; undefined where that is gone, or not seen by this login. */
  async target({ target }: DriveFile, signal: AbortSignal): Promise<DriveFile | undefined> {
    if (target === undefined) return undefined
    try {
      const found = await this.#files.get(target.id, signal)
      return found.trashed ? undefined : found
    } catch (error) {
      if (isAnswer(error, 404, 403)) return undefined
      throw error
    }
  }

  /** What several shortcuts lead to, by the ids of the shortcuts. */
  async targets(shortcuts: readonly DriveFile[], signal: AbortSignal): Promise<ReadonlyMap<string, DriveFile>> {
    const found = new Map<string, DriveFile>()
    await inParallel(shortcuts, 8, async shortcut => {
      const target = await this.target(shortcut, signal)
      if (target !== undefined) found.set(shortcut.id, target)
    })
    return found
  }
}

/** There is no file at a path. */
export function notFound(path: string): FairleadError {
  return new FairleadError('not-found', `there is no file "${path}".`, { path })
}
