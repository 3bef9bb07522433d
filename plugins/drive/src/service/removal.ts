import { inParallel } from '@fairlead/core'
import { isAnswer } from '../errors.ts'
import { splitPath, quoted } from '../names.ts'
import type { DriveFile } from '../mapping.ts'
import type { Files } from './files.ts'
import type { Lookup } from './lookup.ts'
import type { Tree } from './tree.ts'

/** Requests at a time. */
const width = 8

/** Takes files away: into the trash, or for good where that was asked for. */
export class Removal {
  readonly #files: Files
  readonly #tree: Tree
  readonly #lookup: Lookup
  readonly #erase: boolean

  constructor(files: Files, tree: Tree, lookup: Lookup, erase: boolean) {
    this.#files = files
    this.#tree = tree
    this.#lookup = lookup
    this.#erase = erase
  }

  /** Everything that has these paths as files: also further ones of a name, which would come to light. Of a shortcut the shortcut. */
  async remove(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const gone: DriveFile[] = []
    for (const [folder, inFolder] of Map.groupBy(paths, path => splitPath(path).folder)) {
      const segments = inFolder.map(path => splitPath(path).segment)
      for (const { file, shortcut, others } of (await this.#lookup.findIn(folder, segments, signal)).values()) {
        if (file !== undefined) gone.push(shortcut ?? file)
        gone.push(...others)
      }
    }
    await this.#all(gone, signal)
  }

  /** A path with everything below it. The root itself stays. */
  async removeAll(prefix: string, signal: AbortSignal): Promise<void> {
    const corpus = await this.#tree.corpus(signal)
    if (prefix === '') {
      for (const id of await this.#tree.folders('', signal))
        await this.#all(await this.#files.all(`${quoted(id)} in parents and trashed = false`, corpus, signal), signal)
    } else {
      const { file, shortcut, others, folders } = await this.#lookup.find(prefix, signal)
      await this.#all([...folders, ...(file === undefined ? [] : [shortcut ?? file]), ...others], signal)
    }
    this.#tree.forget(prefix)
  }

  async #all(files: readonly DriveFile[], signal: AbortSignal): Promise<void> {
    await inParallel(files, width, async ({ id }) => {
      try {
        if (this.#erase) await this.#files.erase(id, signal)
        else await this.#files.update(id, { trashed: true }, signal)
      } catch (error) {
        if (!isAnswer(error, 404)) throw error
      }
    })
  }
}
