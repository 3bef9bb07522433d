import { createHash } from 'node:crypto'
import { lstatSync, type Stats } from 'node:fs'
import { entriesIn, type Entry } from './entries.ts'
import type { ScanFilter } from './patterns.ts'
import type { Stamp } from './stamp.ts'

/** What lies directly in a folder of the ingress, as far as it is wanted; names are sorted. */
export interface Listing {
  /** Relative to the ingress; `''` is the ingress itself. */
  readonly folder: string
  /** Names of the folders in it that are entered, in the order of the paths below them. */
  readonly folders: readonly string[]
  /** Names of its files, and what was seen of each. */
  readonly names: readonly string[]
  readonly stamps: readonly Stamp[]
  /** What is neither a file nor a folder, or could not be looked at. */
  readonly problems: ReadonlyArray<{ readonly path: string; readonly message: string }>
  /** Milliseconds since 1970, before the first file was looked at; see {@link isSettled}. */
  readonly lookedAt: number
}

/** What of the ingress is looked at. */
export interface ListOptions {
  readonly ingress: string
  readonly filter: ScanFilter
  /** Paths relative to the ingress that are not entered: staging, the project's own folder. */
  readonly skip: ReadonlySet<string>
}

/** Why a system call failed, as its code. */
export function systemReason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

/** A path in a folder of the ingress. */
export function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** Names in a folder, nothing of which was looked at. */
export type Names = Pick<Listing, 'folder' | 'folders' | 'names' | 'problems'>

function noText(entry: Entry): string {
  const what = entry.isDirectory()
    ? 'The name of this folder is not valid UTF-8, so its content is not checked'
    : 'The name is not valid UTF-8'
  return `${what}; bytes that are not text are shown as \\x and two digits.`
}

/** Reads the names in a folder. Throws what the system says when that can't be done. */
export function readNames(folder: string, { ingress, filter, skip }: ListOptions): Names {
  const entries = entriesIn(folder === '' ? ingress : `${ingress}/${folder}`)
  const folders: string[] = []
  const names: string[] = []
  const problems: Array<{ path: string; message: string }> = []
  for (const entry of entries) {
    const { name } = entry
    const path = pathIn(folder, name)
    if (skip.size > 0 && skip.has(path)) continue
    if (entry.isNoText === true) {
      if (entry.isDirectory() ? filter.enters(path, name) : filter.wants(path, name)) problems.push({ path, message: noText(entry) })
    } else if (entry.isDirectory()) {
      // What is appended makes folders sort as the paths below them do.
      if (filter.enters(path, name)) folders.push(`${name}/`)
    } else if (!filter.wants(path, name)) continue
    else if (entry.isFile()) names.push(name)
    else
      problems.push({ path, message: entry.isSymbolicLink() ? 'A symbolic link is not followed.' : 'This is neither a file nor a folder.' })
  }
  return { folder, folders: folders.sort().map(name => name.slice(0, -1)), names: names.sort(), problems }
}

/**
 * Looks at every file of a folder; nothing is opened, and symbolic links are not followed. Throws what the system says
 * when the folder can't be read.
 */
export function listFolder(folder: string, options: ListOptions): Listing {
  const full = folder === '' ? options.ingress : `${options.ingress}/${folder}`
  const { names, folders, problems: found } = readNames(folder, options)
  const problems = [...found]
  const seen: string[] = []
  const stamps: Stamp[] = []
  const lookedAt = Date.now()
  for (const name of names) {
    let stat: Stats
    try {
      stat = lstatSync(`${full}/${name}`)
    } catch (cause) {
      problems.push({ path: pathIn(folder, name), message: `The file can't be accessed (${systemReason(cause)}).` })
      continue
    }
    if (!stat.isFile()) {
      problems.push({ path: pathIn(folder, name), message: 'This is neither a file nor a folder.' })
      continue
    }
    seen.push(name)
    stamps.push({ size: stat.size, modified: stat.mtimeMs, changed: stat.ctimeMs, inode: stat.ino })
  }
  return {
    folder,
    folders,
    names: seen,
    stamps,
    problems: problems.sort((a, b) => (a.path < b.path ? -1 : 1)),
    lookedAt,
  }
}

/** What tells the content of some folders from any other, without having read a file: names and states of all that lies in them. */
export function signatureOf(listings: readonly Listing[]): string {
  const hash = createHash('sha256')
  for (const { folder, folders, names, stamps, problems } of listings) {
    const numbers = new Float64Array(stamps.length * 4)
    let at = 0
    for (const { size, modified, changed, inode } of stamps) {
      numbers[at++] = size
      numbers[at++] = modified
      numbers[at++] = changed
      numbers[at++] = inode
    }
    // No name holds what separates them, and the counts tell where each list ends.
    hash.update(`${names.length}/${folders.length}/${problems.length}\0${folder}\0${names.join('\0')}\0${folders.join('\0')}\0`)
    for (const { path, message } of problems) hash.update(`${path}\0${message}\0`)
    hash.update(numbers)
  }
  return hash.digest('base64url')
}
