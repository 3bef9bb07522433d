import { lstatSync, readdirSync, type BigIntStats, type Dirent } from 'node:fs'
import { FairleadError } from '@fairlead/core'
import type { PathTest } from './patterns.ts'

/** A file of the ingress; `path` is relative to it. */
interface WalkedFile {
  readonly kind: 'file'
  readonly path: string
  readonly name: string
  /** The folder it lies in, relative to the ingress; `''` is the ingress itself. */
  readonly folder: string
  readonly stat: BigIntStats
}

export type WalkStep =
  | WalkedFile
  /** Everything below this folder was given. `isClosed`: no folder above it directly holds a file that `anchors` names. */
  | { readonly kind: 'leave'; readonly folder: string; readonly isClosed: boolean }
  /** What is neither a file nor a folder, or could not be read. */
  | { readonly kind: 'problem'; readonly path: string; readonly folder: string; readonly message: string }

export interface WalkOptions {
  readonly filter: PathTest
  /** Absolute paths that are not entered: staging, the project's own folder. */
  readonly skip: ReadonlySet<string>
  /** Whether a file of this name makes its folder one that what lies deeper may belong to. */
  readonly anchors: (name: string) => boolean
}

interface Level {
  readonly folder: string
  readonly entries: Dirent[]
  readonly isAnchored: boolean
  next: number
}

/** Folders sort as if their name ended with "/", so that files come in the order of their whole paths. */
function compareEntries(a: Dirent, b: Dirent): number {
  const left = a.isDirectory() ? `${a.name}/` : a.name
  const right = b.isDirectory() ? `${b.name}/` : b.name
  return left < right ? -1 : left > right ? 1 : 0
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
}

function isInvalidText(name: string): boolean {
  return name.includes('\uFFFD')
}

/**
 * Every file below a folder, sorted by path, with its stat. Symbolic links are not followed: each is a problem, as are
 * sockets, unreadable folders and names that are not UTF-8. Throws `not-found` when the ingress is no folder.
 */
export function* walk(ingress: string, { filter, skip, anchors }: WalkOptions): Generator<WalkStep> {
  const levels: Level[] = []
  const enter = (folder: string): WalkStep | undefined => {
    try {
      const entries = readdirSync(folder === '' ? ingress : `${ingress}/${folder}`, { withFileTypes: true })
      const isAnchored = entries.some(entry => !entry.isDirectory() && anchors(entry.name))
      levels.push({ folder, entries: entries.toSorted(compareEntries), isAnchored, next: 0 })
      return undefined
    } catch (cause) {
      if (folder === '') {
        throw new FairleadError('not-found', `the ingress ${ingress} can't be read as a folder (${reason(cause)})`, {
          path: ingress,
          hint: 'Name the folder to scan as ingress_directory in fairlead.yaml.',
          cause,
        })
      }
      return { kind: 'problem', path: folder, folder, message: `The folder can't be read (${reason(cause)}).` }
    }
  }
  enter('')
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const entry = level.entries[level.next++]
    if (entry === undefined) {
      levels.pop()
      yield { kind: 'leave', folder: level.folder, isClosed: !levels.some(above => above.isAnchored) }
      continue
    }
    const { folder } = level
    const { name } = entry
    const path = folder === '' ? name : `${folder}/${name}`
    if (entry.isDirectory()) {
      const problem = skip.has(`${ingress}/${path}`) ? undefined : enter(path)
      if (problem !== undefined) yield problem
    } else if (!filter(path) || skip.has(`${ingress}/${path}`)) continue
    else if (isInvalidText(name)) yield { kind: 'problem', path, folder, message: 'The name is not valid UTF-8.' }
    else if (entry.isFile()) yield fileStep(`${ingress}/${path}`, path, name, folder)
    else
      yield {
        kind: 'problem',
        path,
        folder,
        message: entry.isSymbolicLink() ? 'A symbolic link is not followed.' : 'This is neither a file nor a folder.',
      }
  }
}

function fileStep(full: string, path: string, name: string, folder: string): WalkStep {
  try {
    return { kind: 'file', path, name, folder, stat: lstatSync(full, { bigint: true }) }
  } catch (cause) {
    return { kind: 'problem', path, folder, message: `The file can't be looked at (${reason(cause)}).` }
  }
}
