import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  lutimesSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  type BigIntStats,
} from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { FairleadError } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'
import { fingerprintOf } from '../objects/local-file.ts'
import { makeFolderFor, noHardLinks, openSmall, publish } from '../objects/download-file.ts'

/** Up to this a file is copied at once; a bigger one must not keep others waiting. */
const atOnceBytes = 4 * 1024 * 1024

/**
 * Copies a file of this machine with its modification time: a temporary sibling that gets its name when it is whole, by sharing blocks
 * where the file system can. `precondition-failed` where `force` is false and a file is there by then, `already-exists` for a folder;
 * `input-invalid` for a source that is no regular file or changes meanwhile.
 */
export async function copyLocalFile(from: string, to: string, force: boolean, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const before = regular(from)
  const { temporary, descriptor } = makeFolderFor(to, () => openSmall(to))
  closeSync(descriptor)
  try {
    if (before.size <= atOnceBytes) copyFileSync(from, temporary, constants.COPYFILE_FICLONE)
    else {
      await copyFile(from, temporary, constants.COPYFILE_FICLONE)
      flush(temporary)
    }
    if (fingerprintOf(regular(from)) !== fingerprintOf(before))
      throw new FairleadError('input-invalid', `"${printable(from)}" changed while it was copied.`, {
        path: from,
        hint: 'Make sure that nothing writes to the file, and sync again.',
      })
    const time = Number(before.mtimeNs / 1000n) / 1e6
    lutimesSync(temporary, time, time)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw FairleadError.is(error) ? error : failed(from, to, error)
  }
  try {
    publish(temporary, to, force)
  } catch (error) {
    throw FairleadError.is(error, 'already-exists') ? inTheWay(to) : error
  }
}

function inTheWay(to: string): FairleadError {
  if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory() === true)
    return new FairleadError('already-exists', `"${printable(to)}" is a folder, so no file can be put there.`, {
      path: to,
      hint: 'Remove the folder, or exclude the file with --exclude, and sync again.',
    })
  return new FairleadError('precondition-failed', `"${printable(to)}" is there now.`, {
    path: to,
    hint: 'It was not touched. Sync again to compare it.',
  })
}

function regular(file: string): BigIntStats {
  const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  if (stats?.isFile() === true) return stats
  throw new FairleadError(
    stats === undefined ? 'not-found' : 'input-invalid',
    `"${printable(file)}" is ${stats === undefined ? 'gone' : 'no regular file any more'}.`,
    {
      path: file,
      hint: 'Sync again.',
    },
  )
}

function flush(file: string): void {
  const descriptor = openSync(file, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function failed(from: string, to: string, cause: unknown): FairleadError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
  return new FairleadError(
    full ? 'quota-exceeded' : denied ? 'permission-denied' : 'unexpected',
    `"${printable(from)}" can't be copied to "${printable(to)}" (${code}).`,
    {
      path: to,
      cause,
      hint: full
        ? 'Free some space, and sync again.'
        : denied
          ? 'Check the permissions to read the source and write the target.'
          : 'Check both folders, and sync again.',
    },
  )
}

/** Gives a file of this machine another name, never that of something that is there (`precondition-failed`), and a time. */
export function moveLocalFile(from: string, to: string, modifiedMs: number | undefined): void {
  try {
    makeFolderFor(to, () => linkSync(from, to))
    unlinkSync(from)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'EEXIST')
      throw new FairleadError('precondition-failed', `"${printable(to)}" is there now.`, { path: to, hint: 'Sync again.' })
    if (!noHardLinks.has(code) || lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw failed(from, to, cause)
    renameSync(from, to)
  }
  if (modifiedMs !== undefined) lutimesSync(to, modifiedMs / 1000, modifiedMs / 1000)
}
