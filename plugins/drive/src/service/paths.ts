import { isAnswer } from '../errors.ts'
import { folderType, type DriveFile } from '../mapping.ts'
import { segmentOf } from '../names.ts'
import type { Files } from './files.ts'
import type { Tree } from './tree.ts'

/** The most folders on the way up. */
const mostLevels = 200

/** Finds the paths of files by their ids, upwards to the root of the connection. */
export class Paths {
  readonly #files: Files
  readonly #tree: Tree

  constructor(files: Files, tree: Tree) {
    this.#files = files
    this.#tree = tree
  }

  /** For one task: folders that were seen on the way are asked for once. */
  climb(signal: AbortSignal): (file: DriveFile) => Promise<string | undefined> {
    const folders = new Map<string, Promise<DriveFile | undefined>>()
    const folder = (id: string): Promise<DriveFile | undefined> => {
      const known = folders.get(id) ?? this.#folder(id, signal)
      folders.set(id, known)
      return known
    }
    let roots: ReadonlySet<string> | undefined
    return async file => {
      roots ??= new Set(await this.#tree.folders('', signal))
      if (roots.has(file.id)) return ''
      const segments = [segmentOf(file.name)]
      let at = file
      for (let level = 0; level < mostLevels; level += 1) {
        const [parent] = at.parents
        if (parent === undefined) return undefined
        if (roots.has(parent)) return segments.join('/')
        const above = await folder(parent)
        // My Drive is called `root`; its own id is seen as a folder above which there is none.
        if (above === undefined || above.parents.length === 0) return roots.has('root') ? segments.join('/') : undefined
        segments.unshift(segmentOf(above.name))
        at = above
      }
      return undefined
    }
  }

  async #folder(id: string, signal: AbortSignal): Promise<DriveFile | undefined> {
    try {
      const found = await this.#files.get(id, signal)
      return found.mimeType === folderType ? found : undefined
    } catch (error) {
      if (isAnswer(error, 404, 403)) return undefined
      throw error
    }
  }
}
