import { linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Where output goes: a file that can be replaced as a whole, a pipe or device to write into, or a folder, which is neither. */
export interface OutputPlace {
  readonly kind: 'file' | 'stream' | 'folder'
  /** The path, with its links followed where there is something already. */
  readonly target: string
}

/** What a path is as a place for output: a rename would put a plain file in the place of a device, or of a link. */
export function outputPlace(file: string): OutputPlace {
  const there = statSync(file, { throwIfNoEntry: false })
  if (there === undefined) return { kind: 'file', target: file }
  if (there.isDirectory()) return { kind: 'folder', target: file }
  return there.isFile() ? { kind: 'file', target: realpathSync(file) } : { kind: 'stream', target: file }
}

/**
 * Writes a text that somebody asked for: the file is whole or what it was, a pipe or a device gets the text as it is. A
 * file that is there keeps its mode, or is refused where a `new` one is wanted. Throws the system's error, EEXIST and EISDIR among them.
 */
export function writeOutputFile(file: string, text: string, want: 'new' | 'any' = 'any'): void {
  const { kind, target } = outputPlace(file)
  // Also what says EISDIR for a folder.
  if (kind !== 'file') return writeFileSync(target, text)
  const aside = join(dirname(target), `.${basename(target).slice(0, 100)}.${process.pid}.new`)
  try {
    const mode = statSync(target, { throwIfNoEntry: false })?.mode
    writeFileSync(aside, text, { flush: true, ...(mode !== undefined && { mode }) })
    if (want === 'any') return renameSync(aside, target)
    try {
      linkSync(aside, target)
    } catch (cause) {
      // A file system without hard links. What is there already is refused here too.
      if (!(cause instanceof Error && 'code' in cause) || cause.code === 'EEXIST') throw cause
      writeFileSync(target, text, { flag: 'wx', flush: true })
    }
  } finally {
    rmSync(aside, { force: true })
  }
}
