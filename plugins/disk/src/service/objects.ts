import {
  closeSync,
  constants,
  copyFileSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  type BigIntStats,
} from 'node:fs'
import { dirname, join } from 'node:path'
import {
  FairleadError,
  type CopyRequest,
  type Entry,
  type ReadRequest,
  type ReadResult,
  type WriteAttributes,
  type WriteRequest,
} from '@fairlead/core'
import { etagOf, ownFolder, toEntry, toFile } from '../mapping.ts'
import { flush, readPiece, readStream, writeSource } from './bodies.ts'
import { commit, type CommitSetting } from './commit.ts'
import { attributesOf, forgetMetadata, withMetadata } from './object-metadata.ts'
import { freshName, ownPath } from './records.ts'
import { isMissing, systemCode, systemError } from './system-error.ts'

/** A body up to this many bytes is handed over in one piece. */
const pieceBytes = 1024 * 1024

/** Objects as files. */
export class Objects {
  readonly #setting: CommitSetting

  constructor(setting: CommitSetting) {
    this.#setting = setting
  }

  stat(path: string): Entry {
    const { root, file } = this.#existing(path)
    const stats = this.#setting.confinement.stat(root, file)
    if (stats === undefined) throw systemError('ENOENT', file)
    return withMetadata(root, toEntry(path, stats), stats)
  }

  read({ path, range, ifMatch }: ReadRequest): ReadResult {
    const { root, file } = this.#existing(path)
    const { descriptor, stats } = this.#setting.confinement.openToRead(root, file)
    let handedOver = false
    try {
      if (ifMatch !== undefined && ifMatch !== etagOf(stats)) throw changed(path)
      const size = Number(stats.size)
      const start = range?.start ?? 0
      const end = Math.min(range?.end ?? size, size)
      if (start > size || (range !== undefined && start >= size && size > 0) || end < start) {
        throw new FairleadError('range-invalid', `"${path}" has ${size} bytes; a range from ${start} is not in it.`, {
          path,
          hint: 'Ask for bytes that are there.',
        })
      }
      const entry = withMetadata(root, toEntry(path, stats), stats)
      if (end - start <= pieceBytes) return { entry, body: readPiece(descriptor, start, end - start) }
      const body = readStream(descriptor, start, end)
      handedOver = true
      return { entry, body }
    } finally {
      if (!handedOver) closeSync(descriptor)
    }
  }

  async write({ source, ...attributes }: WriteRequest, signal: AbortSignal): Promise<Entry> {
    const root = this.#setting.confinement.makeRoot()
    const temporary = newTemporary(root)
    let descriptor: number | undefined = openTemporary(temporary)
    try {
      await writeSource(descriptor, source, 0, signal)
      await this.#finish(descriptor, attributes)
      closeSync(descriptor)
      descriptor = undefined
      signal.throwIfAborted()
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor)
      rmSync(temporary, { force: true })
      throw error
    }
    return await commit(this.#setting, root, temporary, attributes, signal)
  }

  async copy({ from, to, condition, ifMatch }: CopyRequest, signal: AbortSignal): Promise<Entry> {
    const { root, file } = this.#existing(from)
    const stats = this.#setting.confinement.stat(root, file)
    if (stats === undefined) throw systemError('ENOENT', file)
    if (stats.isDirectory()) throw systemError('EISDIR', file)
    const isSame = (now: BigIntStats | undefined): boolean => ifMatch === undefined || (now !== undefined && etagOf(now) === ifMatch)
    if (!isSame(stats)) throw changed(from)
    const temporary = newTemporary(root)
    mkdirSync(dirname(temporary), { recursive: true })
    copyFileSync(file, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    // Written to while it was copied: what was copied may be neither the one nor the other.
    if (!isSame(this.#setting.confinement.stat(root, file))) {
      rmSync(temporary, { force: true })
      throw changed(from)
    }
    const attributes: WriteAttributes = {
      path: to,
      modified: new Date(Number(stats.mtimeMs)),
      ...attributesOf(root, from, stats),
      ...(condition !== undefined && { condition }),
    }
    const descriptor = openSync(temporary, 'r+')
    try {
      await this.#finish(descriptor, attributes)
    } finally {
      closeSync(descriptor)
    }
    return await commit(this.#setting, root, temporary, attributes, signal)
  }

  /** Sets the time and flushes, so that a committed object is whole whatever happens next. */
  async #finish(descriptor: number, { modified }: WriteAttributes): Promise<void> {
    if (modified !== undefined) futimesSync(descriptor, modified, modified)
    if (this.#setting.durable) await flush(descriptor)
  }

  remove(paths: readonly string[]): void {
    const root = this.#setting.confinement.root()
    if (root === undefined) return
    for (const path of paths) {
      const file = toFile(root, path)
      if (!this.#setting.confinement.parentsAreFolders(root, file)) continue
      const stats = lstatSync(file, { throwIfNoEntry: false })
      if (stats === undefined) continue
      if (stats.isDirectory()) throw systemError('EISDIR', file)
      unlinkSync(file)
      forgetMetadata(root, path)
      removeEmptyFolders(root, dirname(file))
    }
  }

  removeAll(prefix: string): void {
    const root = this.#setting.confinement.root()
    if (root === undefined) return
    if (prefix === '') {
      for (const name of readdirSync(root)) if (name !== ownFolder) rmSync(join(root, name), { recursive: true, force: true })
      rmSync(ownPath(root, 'metadata'), { recursive: true, force: true })
      return
    }
    const file = toFile(root, prefix)
    if (!this.#setting.confinement.parentsAreFolders(root, file)) return
    rmSync(file, { recursive: true, force: true })
    rmSync(ownPath(root, 'metadata', ...prefix.split('/')), { recursive: true, force: true })
    removeEmptyFolders(root, dirname(file))
  }

  #existing(path: string): { readonly root: string; readonly file: string } {
    const root = this.#setting.confinement.root()
    if (root === undefined) throw systemError('ENOENT', path)
    return { root, file: toFile(root, path) }
  }
}

function changed(path: string): FairleadError {
  return new FairleadError('precondition-failed', `"${path}" was changed in the meantime.`, {
    path,
    hint: 'Read it again from its beginning.',
  })
}

function newTemporary(root: string): string {
  return ownPath(root, 'tmp', freshName())
}

function openTemporary(file: string): number {
  try {
    return openSync(file, 'wx', 0o666)
  } catch (error) {
    if (!isMissing(error)) throw error
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'wx', 0o666)
  }
}

/** Takes away folders that a removal left empty, up to the root; one that has something stays. */
function removeEmptyFolders(root: string, folder: string): void {
  for (let empty = folder; empty.length > root.length; empty = dirname(empty)) {
    try {
      rmdirSync(empty)
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) return
      throw error
    }
  }
}
