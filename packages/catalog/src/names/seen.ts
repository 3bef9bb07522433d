import { lstatSync, readdirSync, realpathSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { FairleadError } from '@fairlead/core'

/** What lay at a path, so that it is known again: numbers as decimal text, since some do not fit a double. */
export interface Seen {
  readonly kind: 'file' | 'directory'
  readonly device: string
  readonly inode: string
  /** Bytes, and nanoseconds since 1970, of a file; a directory changes both when its files are renamed. */
  readonly size?: string
  readonly modified?: string
}

/** A path relative to the ingress as an absolute one. Throws `path-invalid` for one that would leave it. */
export function within(ingress: string, path: string): string {
  if (path.split('/').some(segment => segment === '' || segment === '.' || segment === '..') || path.includes('\0')) {
    throw new FairleadError('path-invalid', `${JSON.stringify(path)} is not a path below the ingress ${ingress}`, { path })
  }
  return `${ingress}/${path}`
}

/**
 * Refuses a folder that is reached through a symbolic link (`path-invalid`) or can't be reached (`precondition-failed`):
 * neither is what the last update saw.
 */
export function refuseLinks(ingress: string, path: string): void {
  const folder = dirname(within(ingress, path))
  const hint = 'Only files in the ingress itself are renamed. Run: fairlead update'
  let real: string
  try {
    real = realpathSync.native(folder)
  } catch (cause) {
    throw new FairleadError('precondition-failed', `the folder ${folder} can't be reached`, { path: folder, hint, cause })
  }
  if (real === realpathSync.native(ingress) + folder.slice(ingress.length)) return
  throw new FairleadError('path-invalid', `${folder} is reached through a symbolic link`, { path: folder, hint })
}

/** What lies at a path itself, links not followed; undefined for nothing. */
export function statOf(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false })
  } catch (cause) {
    // A name that is too long or below a file stands for nothing.
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENAMETOOLONG' || cause.code === 'ENOTDIR')) return undefined
    throw cause
  }
}

/** What was seen; undefined for what is neither a file nor a directory. */
export function seenOf(stat: BigIntStats): Seen | undefined {
  const place = { device: String(stat.dev), inode: String(stat.ino) }
  if (stat.isDirectory()) return { kind: 'directory', ...place }
  return stat.isFile() ? { kind: 'file', ...place, size: String(stat.size), modified: String(stat.mtimeNs) } : undefined
}

/** Whether a path holds exactly what was seen elsewhere: the same file or directory, with its content unchanged. */
export function isSeen(stat: BigIntStats | undefined, seen: Seen): boolean {
  const now = stat === undefined ? undefined : seenOf(stat)
  return (
    now?.kind === seen.kind &&
    now.device === seen.device &&
    now.inode === seen.inode &&
    now.size === seen.size &&
    now.modified === seen.modified
  )
}

/** Whether a folder lists this very name: a file system that ignores case finds others by it too. */
export function isListed(file: string): boolean {
  return readdirSync(dirname(file)).includes(file.slice(file.lastIndexOf('/') + 1))
}
