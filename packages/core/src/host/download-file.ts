import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { linkSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, unlinkSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { basename, dirname, join } from 'node:path'
import { FairleadError } from '../contract/errors.ts'
import type { Digester } from './digester.ts'

const suffix = '.fairlead-part'
const blockBytes = 1024 * 1024
/** Blocks hashed before other work gets a turn. */
const blocksPerTurn = 16

/** `already-exists` for a folder, a link or, without `force`, anything at the target. A link is not followed to find out. */
export function checkTarget(file: string, force: boolean): void {
  const stats = statOf(file)
  if (stats === undefined) return
  if (stats.isDirectory()) throw taken(file, 'is a folder', 'Name a file in it.')
  if (stats.isSymbolicLink()) throw taken(file, 'is a symbolic link, which is not followed', 'Remove the link, or name another file.')
  if (!force) throw taken(file, 'is there already', 'Name another file, or replace it with --force.')
}

function statOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false })
}

function taken(file: string, what: string, hint: string): FairleadError {
  return new FairleadError('already-exists', `"${file}" ${what}.`, { operation: 'download', path: file, hint })
}

/** The temporary sibling of a file: in the same folder, so that it can be renamed; short enough for any file system. */
export function temporaryName(file: string, key: string): string {
  return join(dirname(file), `${stem(file)}${key}${suffix}`)
}

function stem(file: string): string {
  let name = basename(file)
  while (Buffer.byteLength(name) > 160) name = name.slice(0, -1)
  return `.${name.toWellFormed()}.`
}

const staleMs = 60_000

/**
 * Opens the temporary sibling for a body that is written at once. Its name is the same each time, so that what a killed
 * process left is found and replaced; where another process is at it right now, a name of its own is taken.
 */
export function openSmall(file: string): { readonly temporary: string; readonly descriptor: number } {
  const temporary = temporaryName(file, '0')
  try {
    return { temporary, descriptor: openSync(temporary, 'wx', 0o666) }
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const stats = statOf(temporary)
    if (stats !== undefined && Date.now() - stats.mtimeMs > staleMs) unlinkSync(temporary)
    const own = temporaryName(file, randomBytes(6).toString('hex'))
    return { temporary: own, descriptor: openSync(own, 'wx', 0o666) }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** How many bytes an earlier download left; 0 when there is nothing that can be gone on with. */
export function leftoverOf(temporary: string, size: number): number {
  const stats = statOf(temporary)
  return stats?.isFile() === true && stats.size <= size ? stats.size : 0
}

/** Removes what earlier downloads to this file left, except the one that is gone on with. */
export function removeLeftovers(file: string, temporary: string, keep: boolean): void {
  const folder = dirname(file)
  if (statOf(folder) === undefined) return
  const begin = stem(file)
  for (const name of readdirSync(folder)) {
    const leftover = join(folder, name)
    const key = name.slice(begin.length, -suffix.length)
    if (!name.startsWith(begin) || !name.endsWith(suffix) || !/^[0-9a-f]{24}$/.test(key)) continue
    if (leftover !== temporary || !keep) unlinkSync(leftover)
  }
}

/** Runs `work`, and once more with the file's folder made if that was missing. */
export function makeFolderFor<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    mkdirSync(dirname(file), { recursive: true })
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

const noHardLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function linkOrRename(temporary: string, file: string): void {
  try {
    linkSync(temporary, file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EEXIST') throw taken(file, 'appeared during the download', 'Name another file, or replace it with --force.')
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
    if (count === 0) throw new FairleadError('integrity', 'the part of a download that was already here became shorter.', { operation: 'download', hint: 'Download it again.' })
    digester.update(block.subarray(0, count))
    position += count
    if (turn % blocksPerTurn !== 0) continue
    await setImmediate()
    signal?.throwIfAborted()
  }
}
