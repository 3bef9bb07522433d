import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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

/** Replaces a file in one step. */
export function writeWhole(file: string, text: string): void {
  ensureParent(file)
  const temporary = temporarySibling(file)
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
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
