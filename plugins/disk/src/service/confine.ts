import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
  type BigIntStats,
} from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { isMissing, systemError } from './system-error.ts'

/**
 * The root of a store, and the only way from it to a file: no part below the root may be a symbolic link, and a file
 * that was opened is asked where it really lies, so that a link put in between can't lead out.
 */
export class Confinement {
  readonly #configured: string
  #real: string | undefined

  constructor(root: string) {
    this.#configured = root
  }

  /** The root with its own links resolved; `undefined` while it does not exist. */
  root(): string | undefined {
    if (this.#real === undefined) {
      try {
        this.#real = realpathSync(this.#configured)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    }
    return this.#real
  }

  /** The root, made if it isn't there. */
  makeRoot(): string {
    const root = this.root()
    if (root !== undefined) return root
    makeFolder(resolve(this.#configured))
    return this.root() ?? this.#configured
  }

  /** What lies at a file below the root; `undefined` when nothing does. A link on the way, or at the end, is ELOOP. */
  stat(root: string, file: string): BigIntStats | undefined {
    if (!this.parentsAreFolders(root, file)) return undefined
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false })
    if (stats?.isSymbolicLink() === true) throw systemError('ELOOP', file)
    return stats
  }

  /** Whether every folder above a file exists and none is a link. */
  parentsAreFolders(root: string, file: string): boolean {
    for (let slash = file.indexOf(sep, root.length + 1); slash >= 0; slash = file.indexOf(sep, slash + 1)) {
      const folder = file.slice(0, slash)
      const stats = lstatSync(folder, { throwIfNoEntry: false })
      if (stats === undefined) return false
      if (stats.isSymbolicLink()) throw systemError('ELOOP', folder)
      if (!stats.isDirectory()) throw systemError('ENOTDIR', folder)
    }
    return true
  }

  /** Makes the folders above a file. */
  makeParents(root: string, file: string): void {
    if (this.parentsAreFolders(root, file)) return
    mkdirSync(dirname(file), { recursive: true })
    this.parentsAreFolders(root, file)
  }

  /** Opens a file to read. The caller closes the descriptor. */
  openToRead(root: string, file: string): { readonly descriptor: number; readonly stats: BigIntStats } {
    if (!this.parentsAreFolders(root, file)) throw systemError('ENOENT', file)
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      this.#checkPlace(root, descriptor, file)
      const stats = fstatSync(descriptor, { bigint: true })
      if (stats.isDirectory()) throw systemError('EISDIR', file)
      if (!stats.isFile()) throw systemError('EINVAL', file)
      return { descriptor, stats }
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  #checkPlace(root: string, descriptor: number, file: string): void {
    if (process.platform !== 'linux') return
    const place = readlinkSync(`/proc/self/fd/${descriptor}`)
    if (place !== file && !place.startsWith(`${root}${sep}`)) throw systemError('ELOOP', file)
  }
}

/** Makes a folder with its parents. Node's own recursive mkdir tries for ever where a file system answers ENOENT although the parent is there, as /proc does. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have been first.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}
