import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How temporary siblings begin; a later create removes what a killed one left. */
export const temporaryPrefix = '.fairlead-'

let count = 0

/** A name beside a file that no other process uses. */
export function temporarySibling(file: string): string {
  return join(dirname(file), `${temporaryPrefix}${process.pid}-${++count}.tmp`)
}

const made = new Set<string>()

/** Makes the folder of a file. */
export function ensureParent(file: string): void {
  const folder = dirname(file)
  if (made.has(folder)) return
  mkdirSync(folder, { recursive: true })
  if (made.size > 10_000) made.clear()
  made.add(folder)
}

/** Forgets which folders exist: call it before work on a folder that another one may have removed. */
export function forgetFolders(): void {
  made.clear()
}

/** Replaces a file in one step; `durable`: what is written outlasts a loss of power. */
export function writeWhole(file: string, text: string, { durable = false }: { readonly durable?: boolean } = {}): void {
  ensureParent(file)
  const temporary = temporarySibling(file)
  try {
    writeFileSync(temporary, text)
    if (durable) syncPath(temporary)
    renameSync(temporary, file)
    if (durable) syncPath(dirname(file))
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
}

/** Makes what was done to a file, or in a folder, outlast a loss of power. Windows can't open folders and needs no such step. */
export function syncPath(path: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** The text of a file, undefined when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return undefined
    throw cause
  }
}
