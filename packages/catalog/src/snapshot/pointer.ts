import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { unfinishedPrefix } from './writer.ts'

/** The file that says which snapshot is the catalog. */
const pointerName = 'current.json'

const snapshotName = /^snapshot-[a-z0-9]+\.sqlite$/
/** A reader opens its snapshot at once after it read the pointer; older ones than this that nobody points at can go. */
const graceMs = 60_000

function syncFile(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}

/** The file of the published snapshot. Throws `not-found` before the first update, `config-invalid` for a pointer of another version. */
export function currentSnapshot(folder: string): string {
  const pointer = join(folder, pointerName)
  const hint = 'Run: fairlead update'
  let text: string
  try {
    text = readFileSync(pointer, 'utf8')
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new FairleadError('not-found', 'this project has no catalog yet', { path: pointer, hint, cause })
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && 'schemaVersion' in value && 'snapshot' in value) {
      const { schemaVersion, snapshot } = value
      if (schemaVersion === 1 && typeof snapshot === 'string' && snapshotName.test(snapshot)) return join(folder, snapshot)
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw new FairleadError('config-invalid', `${pointer} is not a pointer that this version of Fairlead supports`, { path: pointer, hint })
}

/**
 * Makes a finished snapshot the catalog: renames it, replaces the pointer in one step, removes what nobody needs. A
 * crash between any two of these leaves the old catalog or the new one, whole.
 */
export function publishSnapshot(folder: string, unfinished: string): string {
  const name = `snapshot-${basename(unfinished, '.sqlite').slice(unfinishedPrefix.length).replaceAll('-', '')}.sqlite`
  const file = join(folder, name)
  renameSync(unfinished, file)
  try {
    replacePointer(folder, name)
  } catch (cause) {
    rmSync(file, { force: true })
    throw cause
  }
  if (process.platform !== 'win32') syncFile(folder)
  prune(folder, name)
  return file
}

/** Says that the published snapshot still is what the ingress holds, as of now. */
export function confirmSnapshot(folder: string, snapshot: string): void {
  replacePointer(folder, basename(snapshot))
  prune(folder, basename(snapshot))
}

function replacePointer(folder: string, snapshot: string): void {
  const aside = join(folder, `${pointerName}.${process.pid}.new`)
  try {
    writeFileSync(aside, `${JSON.stringify({ schemaVersion: 1, snapshot, checked: new Date().toISOString() })}\n`, { flush: true })
    renameSync(aside, join(folder, pointerName))
  } catch (cause) {
    rmSync(aside, { force: true })
    throw cause
  }
}

/** Removes snapshots that are no longer pointed at, and what killed updates left, once they are older than any reader needs. */
function prune(folder: string, current: string): void {
  removeOld(folder, name => name !== current && (snapshotName.test(name) || (name.startsWith(pointerName) && name !== pointerName)))
  removeUnfinished(folder)
}

/** Removes what killed updates left. A new one does so before it begins: on a full disk it could not end. */
export function removeUnfinished(folder: string): void {
  removeOld(folder, name => name.startsWith(unfinishedPrefix))
}

function removeOld(folder: string, isMeant: (name: string) => boolean): void {
  for (const name of readdirSync(folder).filter(isMeant)) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    if (stat !== undefined && Date.now() - stat.mtimeMs > graceMs) rmSync(join(folder, name), { force: true })
  }
}
