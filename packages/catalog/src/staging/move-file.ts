import { constants, copyFileSync, linkSync, lstatSync, renameSync, rmSync, unlinkSync, utimesSync, type BigIntStats } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashFile } from '@fairlead/core/host'
import { ensureParent, syncPath, temporaryPrefix, temporarySibling } from './files.ts'
import { compareSource } from './compare-source.ts'

/** A file on its way from the ingress to staging, or back. */
export interface MovingFile {
  /** Absolute. */
  readonly source: string
  readonly target: string
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
  /** What the source was when it was hashed; without it, or when a link of it came or went since, it is hashed again. */
  readonly fingerprint?: string
}

/** Why a file can't be moved; never thrown where it is on neither side because of us. */
export type MoveProblem = 'missing' | 'changed'

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

/** Whether a regular file is there with this very content. */
export function holds(file: string, { size, sha256 }: Pick<MovingFile, 'size' | 'sha256'>): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size === size && hashFile(file) === sha256
}

/** Between file systems: the copy is on the disk and was read back before the original goes. */
function copyThenRemove(file: MovingFile): MoveProblem | undefined {
  const { source, target } = file
  const temporary = temporarySibling(target)
  try {
    copyFileSync(source, temporary, constants.COPYFILE_EXCL)
    const { atime, mtime } = lstatSync(source)
    utimesSync(temporary, atime, mtime)
    syncPath(temporary)
    if (!holds(temporary, file)) return 'changed'
    renameSync(temporary, target)
    syncPath(dirname(target))
  } finally {
    rmSync(temporary, { force: true })
  }
  // Written to while it was copied: the original stays, and is not what was checked.
  if (!holds(source, file)) return 'changed'
  unlinkSync(source)
  return undefined
}

function isAsHashed(file: MovingFile, stat: BigIntStats): boolean {
  const state = file.fingerprint === undefined ? 'relinked' : compareSource(stat, file.fingerprint)
  return state === 'same' || (state === 'relinked' && holds(file.source, file))
}

/**
 * Moves one file to staging. A file that is there already with the right content counts as moved; if its original is
 * there too, that one goes. At no instant is the content on neither side. Gives what kept it from being moved: then the
 * original is where it was.
 */
export function moveFile(file: MovingFile): MoveProblem | undefined {
  const { source, target } = file
  const before = lstatSync(source, { bigint: true, throwIfNoEntry: false })
  if (before === undefined) return holds(target, file) ? undefined : 'missing'
  if (!isAsHashed(file, before)) return 'changed'
  ensureParent(target)
  try {
    renameSync(source, target)
  } catch (cause) {
    if (errorCode(cause) !== 'EXDEV') throw cause
    return copyThenRemove(file)
  }
  // Renaming one of two links of a file onto the other does nothing.
  const left = lstatSync(source, { bigint: true, throwIfNoEntry: false })
  if (left?.ino === before.ino) unlinkSync(source)
  const after = lstatSync(target, { bigint: true })
  if (after.mtimeNs === before.mtimeNs && after.size === before.size) return undefined
  // Somebody had it open and wrote on.
  moveBack(file)
  return 'changed'
}

/** Puts a file back where it came from, unless something else is there now: then it stays. Whether it is back. */
export function moveBack({ source, target, sha256 }: MovingFile): boolean {
  if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return lstatSync(source, { throwIfNoEntry: false }) !== undefined
  ensureParent(source)
  try {
    linkSync(target, source)
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(errorCode(cause))) throw cause
    // One name for each content, so that the next try replaces what a killed one left in the ingress.
    const temporary = join(dirname(source), `${temporaryPrefix}${sha256.slice(0, 16)}.tmp`)
    rmSync(temporary, { force: true })
    try {
      copyFileSync(target, temporary, constants.COPYFILE_EXCL)
      const { atime, mtime } = lstatSync(target)
      utimesSync(temporary, atime, mtime)
      syncPath(temporary)
      renameSync(temporary, source)
      syncPath(dirname(source))
    } finally {
      rmSync(temporary, { force: true })
    }
  }
  unlinkSync(target)
  return true
}
