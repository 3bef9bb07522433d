import { hash, randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import {
  fdatasync,
  linkSync,
  lstatSync,
  open,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdir,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { basename, dirname, join } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import type { Digester } from './digester.ts'
import { makeFolder } from '../machine/make-folder.ts'

const suffix = '.fairlead-part'
const blockBytes = 1024 * 1024
/** Blocks hashed before other work gets a turn. */
const blocksPerTurn = 16

/** `already-exists` for a folder, a link or, without `force`, anything at the target. A link is not followed to find out. */
export function checkTarget(file: string, force: boolean): void {
  const stats = statOf(file)
  if (stats === undefined) return
  if (stats.isDirectory()) throw taken(file, 'is a folder', 'Give a file in it.')
  if (stats.isSymbolicLink()) throw taken(file, 'is a symbolic link, which is not followed', 'Remove the link, or choose another file.')
  if (!force) throw taken(file, 'already exists', 'Choose another file, or replace it with --force.')
}

function statOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false })
}

function taken(file: string, what: string, hint: string): FairleadError {
  return new FairleadError('already-exists', `"${file}" ${what}.`, { operation: 'download', path: file, hint })
}

/** A hidden sibling of a file, in the same folder so that it can be renamed; short enough for any file system. */
function siblingOf(file: string, key: string): string {
  const full = basename(file)
  let name = full
  while (Buffer.byteLength(name) > 160) name = name.slice(0, -1)
  const rest = name === full ? '' : `.${hash('sha256', full).slice(0, 16)}`
  return join(dirname(file), `.${name.toWellFormed()}${rest}${key}${suffix}`)
}

/**
 * The folder beside a file where its big download grows: one file, named after the object and its etag, so that a later
 * process finds it without looking through the whole folder and knows what it is of.
 */
export function partFolderOf(file: string): string {
  return siblingOf(file, '')
}

/** Where a small body of a file is written before it gets its name. */
export function smallPartOf(file: string): string {
  return siblingOf(file, '.0')
}

/** A temporary sibling that was just made, open for writing. */
export interface SmallPart {
  readonly temporary: string
  readonly descriptor: number
}

const staleMs = 60_000

/**
 * Opens the temporary sibling for a body that is written at once. Its name is the same each time, so that what a killed
 * process left is found and replaced; where another process is at it right now, a name of its own is taken.
 */
export function openSmall(file: string): SmallPart {
  const temporary = smallPartOf(file)
  try {
    return { temporary, descriptor: openSync(temporary, 'wx', 0o666) }
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const stats = statOf(temporary)
    if (stats !== undefined && Date.now() - stats.mtimeMs > staleMs) unlinkSync(temporary)
    const own = siblingOf(file, `.${randomBytes(6).toString('hex')}`)
    return { temporary: own, descriptor: openSync(own, 'wx', 0o666) }
  }
}

const openLater = promisify(open)

/**
 * The same beside this thread, its folder made where that is missing: making a file costs the system more than all else
 * that a small one takes.
 */
export async function createSmall(file: string): Promise<SmallPart> {
  const temporary = smallPartOf(file)
  for (let folderMade = false; ; folderMade = true) {
    try {
      return { temporary, descriptor: await openLater(temporary, 'wx', 0o666) }
    } catch (error) {
      // What a killed process left is rare, and told by the same once more if it stays.
      if (folderMade || !hasCode(error, 'ENOENT')) return makeFolderFor(file, () => openSmall(file))
      makeFolder(dirname(file))
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** Writes all of a piece. In this thread: a piece lies in memory that the next one takes, and the system only copies it. */
export function writePiece(descriptor: number, piece: Uint8Array, position: number): void {
  for (let written = 0; written < piece.byteLength;) {
    written += writeSync(descriptor, piece, written, piece.byteLength - written, position + written)
  }
}

/** Waits until the disk has the bytes that were written, without holding up other transfers. */
export const syncData: (descriptor: number) => Promise<void> = promisify(fdatasync)

/** What stands beside a download in ranges: which of them have arrived. */
export function recordOf(temporary: string): string {
  return `${temporary}.ranges`
}

/**
 * Makes the part folder, drops what is in it of other objects or other versions, and tells how many bytes an earlier
 * download left in `name`.
 */
export function preparePartFolder(folder: string, name: string, size: number | undefined): number {
  makeFolder(dirname(folder))
  makeFolder(folder, 0o700)
  for (const other of readdirSync(folder)) if (other !== name && other !== recordOf(name)) rmSync(join(folder, other), { recursive: true })
  const stats = statOf(join(folder, name))
  if (stats?.isFile() === true && size !== undefined && stats.size <= size) return stats.size
  for (const wrong of [name, recordOf(name)]) rmSync(join(folder, wrong), { recursive: true, force: true })
  return 0
}

const rmdirLater = promisify(rmdir)

/** Removes the part folder of a download that is done, or of which nothing is to be kept. */
export async function removePartFolder(folder: string): Promise<void> {
  try {
    // Empty as a rule. Right after a flush it waits for the disk, which must not hold up other transfers.
    await rmdirLater(folder)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error
    rmSync(folder, { recursive: true })
  }
}

/** Runs `work`, and once more with the file's folder made if that was missing. */
export function makeFolderFor<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    makeFolder(dirname(file))
    return work()
  }
}

/**
 * Gives a finished temporary file its name. Without `force` the name is taken only if it is free, decided by the file
 * system, so that two downloads can't replace each other's file: `already-exists`.
 */
export function publish(temporary: string, file: string, force: boolean): void {
  try {
    if (force) {
      checkTarget(file, force)
      renameSync(temporary, file)
      return
    }
    linkOrRename(temporary, file)
  } catch (error) {
    unlinkSync(temporary)
    throw error
  }
}

/** What a file system without hard links says to one. */
export const noHardLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function linkOrRename(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EEXIST') throw taken(file, 'appeared during the download', 'Choose another file, or replace it with --force.')
    if (!noHardLinks.has(code)) throw error
    checkTarget(file, false)
    renameSync(temporary, file)
    return
  }
  unlinkSync(temporary)
}

/** Hashes the first `bytes` of an open file. Throws the signal's reason on abort. */
export async function rehash(descriptor: number, bytes: number, digester: Digester, signal: AbortSignal | undefined): Promise<void> {
  const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, bytes))
  let position = 0
  for (let turn = 1; position < bytes; turn++) {
    const count = readSync(descriptor, block, 0, Math.min(block.byteLength, bytes - position), position)
    if (count === 0)
      throw new FairleadError('integrity', 'the partial download became shorter.', {
        operation: 'download',
        hint: 'Download it again.',
      })
    digester.update(block.subarray(0, count))
    position += count
    if (turn % blocksPerTurn !== 0) continue
    await setImmediate()
    signal?.throwIfAborted()
  }
}
