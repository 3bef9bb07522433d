import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, utimesSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { AssetFile, TagRecord } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import { makeFolder } from '../machine/make-folder.ts'

/** Where a pull collects files beside its target until all are there, and puts what it replaces meanwhile. */
export interface PullFolder {
  /** Named after target and digest: the next pull of the same goes on in it. */
  readonly incoming: string
  readonly replaced: string
  /** What incoming folders of this target, of any digest, begin with. */
  readonly prefix: string
}

/** The folders of a pull; short names, whatever the length of the target's own. */
export function pullFolder(target: string, digest: string): PullFolder {
  const key = createHash('sha256').update(basename(target)).digest('hex').slice(0, 16)
  const folder = dirname(target)
  const prefix = `.fairlead-pull-${key}-`
  return {
    incoming: join(folder, `${prefix}${digest.slice('sha256:'.length).slice(0, 16)}`),
    replaced: join(folder, `.fairlead-old-${key}`),
    prefix,
  }
}

/**
 * Puts right what a killed pull left: a target that was moved away and not yet replaced comes back; what was already
 * replaced, and what other digests left half received, goes.
 */
export function recover(target: string, { incoming, replaced, prefix }: PullFolder): void {
  if (exists(replaced) && isOwn(replaced)) {
    if (exists(target)) rmSync(replaced, { recursive: true, force: true })
    else renameSync(replaced, target)
  }
  const folder = dirname(target)
  for (const name of exists(folder) ? readdirSync(folder) : []) {
    const left = join(folder, name)
    if (name.startsWith(prefix) && left !== incoming && isOwn(left)) rmSync(left, { recursive: true, force: true })
  }
}

/**
 * Makes the incoming folder with the folders that files need; a link planted in it is removed, never followed. Its name
 * can be foretold, so one that another account made is `permission-denied`: its owner could change what arrives in it.
 */
export function openIncoming(incoming: string, files: readonly AssetFile[]): void {
  const status = lstatSync(incoming, { throwIfNoEntry: false })
  if (status !== undefined) refuseForeign(incoming)
  if (status !== undefined && !status.isDirectory()) rmSync(incoming, { force: true })
  // Only the incoming folder is private: the destination above it is an ordinary folder.
  makeFolder(dirname(incoming))
  mkdirSync(incoming, { recursive: true, mode: 0o700 })
  removeSpecials(incoming)
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) mkdirSync(join(incoming, folder), { recursive: true })
}

function removeSpecials(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) removeSpecials(path)
    else if (!entry.isFile()) rmSync(path, { force: true })
  }
}

/** Removes everything that is no file of the asset: remains of interrupted downloads. */
export function sweep(incoming: string, files: readonly AssetFile[]): void {
  const wanted = new Set(files.map(({ path }) => path))
  const walk = (folder: string, prefix: string): boolean => {
    let empty = true
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`
      const file = join(folder, entry.name)
      if (entry.isDirectory() ? walk(file, `${path}/`) : !wanted.has(path)) rmSync(file, { recursive: true, force: true })
      else empty = false
    }
    return empty
  }
  walk(incoming, '')
}

/** Gives a file back the modification time and the executable bit that were recorded. */
export function restoreAttributes(file: string, path: string, record: TagRecord): void {
  const attributes = record.files !== undefined && Object.hasOwn(record.files, path) ? record.files[path] : undefined
  if (attributes?.executable === true) {
    const { mode } = lstatSync(file)
    // Whoever may read it may run it, as the account's own mask has it.
    chmodSync(file, mode | ((mode & 0o444) >> 2))
  }
  if (attributes?.modified !== undefined) {
    const time = new Date(attributes.modified)
    utimesSync(file, time, time)
  }
}

/** Shows the whole asset at once: a file over a file by one rename, anything else by moving the old away first. */
export function publish(from: string, target: string, { incoming, replaced }: PullFolder): void {
  // Before it is shown: a kill in between would leave a folder that only its owner can read.
  if (from === incoming) chmodSync(incoming, 0o777 & ~process.umask())
  const there = lstatSync(target, { throwIfNoEntry: false })
  if (there === undefined || (there.isFile() && lstatSync(from).isFile())) renameSync(from, target)
  else {
    if (exists(replaced)) refuseForeign(replaced)
    renameSync(target, replaced)
    renameSync(from, target)
    rmSync(replaced, { recursive: true, force: true })
  }
  if (from !== incoming) rmdirSync(incoming)
}

/** Removes what a pull that was killed behind its last step, or one that is not needed any more, has received. */
export function dropIncoming({ incoming }: PullFolder): void {
  rmSync(incoming, { recursive: true, force: true })
}

function refuseForeign(path: string): void {
  if (isOwn(path)) return
  throw new FairleadError('permission-denied', `"${path}" belongs to another account.`, {
    path,
    hint: 'Pull into a folder that only you can write, or have its owner remove it.',
  })
}

/** Whether this account owns it. Windows tells no owners here; its folders are not shared by their mode. */
function isOwn(path: string): boolean {
  return process.getuid === undefined || lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid()
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
