import { lstatSync, readdirSync, type BigIntStats } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import { fingerprintOf } from '../objects/local-file.ts'

/** One regular file that was found; nothing of it has been read. */
export interface ScannedFile {
  /** Relative to the asset, `/`-separated. */
  readonly path: string
  /** Absolute, on this machine. */
  readonly file: string
  readonly size: number
  readonly modified: Date
  readonly executable: boolean
  /** Device, inode, size, mtime and ctime: another one means that the content may be another. */
  readonly fingerprint: string
}

/** What a local path holds: one file, or a folder's files in order of path. */
export interface ScannedAsset {
  readonly kind: 'file' | 'folder'
  readonly files: readonly ScannedFile[]
}

/**
 * Looks at a file or walks a folder without following links. Empty folders are not kept. Throws `not-found`;
 * `input-invalid` for a link, a device, a socket or an empty folder, naming it; `path-invalid` for a name that is not
 * valid Unicode.
 */
export function scanAsset(path: string): ScannedAsset {
  const root = resolve(path)
  const status = look(root)
  if (status.isDirectory()) {
    const files: ScannedFile[] = []
    walk(root, '', files)
    if (files.length === 0)
      throw new FairleadError('input-invalid', `The folder "${printable(path)}" contains no files.`, {
        path,
        hint: 'Give a file, or a folder with files in it.',
      })
    files.sort((a, b) => (a.path < b.path ? -1 : 1))
    return { kind: 'folder', files }
  }
  return { kind: 'file', files: [scanned(root, basename(root), status)] }
}

/** The fingerprint of a file as it is now; `undefined` when it is gone. */
export function currentFingerprint(file: string): string | undefined {
  const status = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  return status === undefined ? undefined : fingerprintOf(status)
}

function walk(folder: string, prefix: string, files: ScannedFile[]): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    const path = prefix === '' ? name : `${prefix}/${name}`
    const status = look(file)
    if (status.isDirectory()) walk(file, path, files)
    else files.push(scanned(file, normalizePath(path), status))
  }
}

function look(file: string): BigIntStats {
  let status: BigIntStats | undefined
  try {
    status = lstatSync(file, { bigint: true, throwIfNoEntry: false })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    const isDenied = cause.code === 'EACCES' || cause.code === 'EPERM'
    throw new FairleadError(
      isDenied ? 'permission-denied' : 'path-invalid',
      `"${printable(file)}" can't be accessed (${String(cause.code)}).`,
      {
        path: file,
        hint: isDenied ? 'Check the permissions of the folders above it.' : 'Check the path.',
        cause,
      },
    )
  }
  if (status !== undefined) return status
  // Node reads bytes that are no UTF-8 as U+FFFD, so the name it gives names nothing.
  if (file.includes('\uFFFD'))
    throw new FairleadError('path-invalid', `The name of "${printable(file)}" is not valid UTF-8.`, {
      path: file,
      hint: 'Rename the file.',
    })
  throw new FairleadError('not-found', `There is no file or folder "${printable(file)}".`, { path: file, hint: 'Check the path.' })
}

function scanned(file: string, path: string, status: BigIntStats): ScannedFile {
  if (!status.isFile()) {
    const what = status.isSymbolicLink() ? 'a symbolic link' : 'neither a file nor a folder'
    throw new FairleadError('input-invalid', `"${printable(file)}" is ${what}: assets can contain only files.`, {
      path: file,
      hint: 'Replace it with the file it points to, or remove it from the folder.',
    })
  }
  return {
    path,
    file,
    size: Number(status.size),
    modified: new Date(Number(status.mtimeMs)),
    executable: (status.mode & 0o111n) !== 0n,
    fingerprint: fingerprintOf(status),
  }
}
