import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { ownFolder } from '../mapping.ts'
import { isMissing, systemCode, systemError } from './system-error.ts'

/** The folders of what the client keeps for itself. */
type OwnKind = 'tmp' | 'uploads' | 'metadata' | 'shares'

/** Reads a JSON file of the client's own; `undefined` when it isn't there or isn't whole. */
export function readRecord(file: string): unknown {
  try {
    // Most objects have none, and an error that is thrown costs more than a look.
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

/** The names of what lies in a folder of the client's own, in order; none when there is no such folder. */
export function ownNames(root: string, kind: OwnKind): string[] {
  try {
    return readdirSync(ownPath(root, kind)).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** What the names of a folder's JSON files name, without their ending. */
export function recordNames(root: string, kind: OwnKind): string[] {
  return ownNames(root, kind)
    .filter(name => name.endsWith('.json'))
    .map(name => name.slice(0, -'.json'.length))
}

/** Writes a JSON file of the client's own: whole or not at all. What a kill leaves of it lies with unfinished bodies, where cleaning finds it. */
export function writeRecord(root: string, file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = ownPath(root, 'tmp', freshName())
  mkdirSync(dirname(temporary), { recursive: true })
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(descriptor, JSON.stringify(value))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(temporary, file)
}

/** Removes a file of the client's own; none is fine. */
export function removeRecord(file: string): void {
  rmSync(file, { force: true })
}

/** A name of its own for what has none yet: 24 hexadecimal digits, of which one is always the same. Node keeps entropy ready for UUIDs, for nothing else. */
export function freshName(): string {
  return randomUUID().replaceAll('-', '').slice(0, 24)
}

/**
 * Where things of one kind lie. ELOOP when a part of it is a symbolic link: whoever may write to the root could lead the
 * client's own reading, writing and removing out of it.
 */
export function ownPath(root: string, kind: OwnKind, ...rest: readonly string[]): string {
  let file = ownRoot(root)
  for (const part of [kind, ...rest]) {
    file = join(file, part)
    refuseLink(file)
  }
  return file
}

/** The folder of what the client keeps for itself. ELOOP when it is a symbolic link. */
export function ownRoot(root: string): string {
  const folder = join(root, ownFolder)
  refuseLink(folder)
  return folder
}

function refuseLink(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw systemError('ELOOP', file)
}
