import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { ensureFolder } from './folders.ts'

/** The whole text of a file, or undefined when there is none. */
export function readTextFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new FairleadError('config-invalid', `${file} can't be read`, {
      path: file,
      hint: 'Check the owner and permissions of the file.',
      cause,
    })
  }
}

/**
 * Replaces a file as a whole, readable by this account only: a reader, or a crash at any moment, finds the old text or
 * the new one. Makes the folder. Writers of one file hold a lock of their own meanwhile, so what a killed writer left
 * behind is simply replaced.
 */
export function writeFileAtomically(file: string, text: string): void {
  const folder = ensureFolder(dirname(file))
  const temporary = join(folder, `.${basename(file)}.new`)
  try {
    rmSync(temporary, { force: true })
    const handle = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(temporary, file)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw new FairleadError('config-invalid', `${file} can't be written`, {
      path: file,
      hint: 'Check who owns the folder and its mode.',
      cause,
    })
  }
  syncFolder(folder)
}

/** Makes what was renamed or made in a folder outlast a loss of power. Windows can't open folders and needs no such step. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
