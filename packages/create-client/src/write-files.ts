import { existsSync, lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Refusal } from './refusal.ts'

/** Refuses to write where something is already: nothing of anybody's is ever replaced, and no folder that holds something is taken. */
export function checkFree(directory: string, paths: Iterable<string>): void {
  // What comes with a repository that is still empty is in nobody's way.
  const held = namesIn(directory).filter(name => name !== '.git')
  const taken = [...paths].filter(path => existsSync(path))
  if (held.length > 0)
    throw new Refusal(
      `${directory} is not empty: it contains ${shown(held)}`,
      'Give another --directory, or empty this one; nothing was written.',
    )
  if (taken.length > 0) throw new Refusal(`${shown(taken)} already exists`, 'Give another --scheme, or move it away; nothing was written.')
}

/** What a folder holds that may not be there. */
function namesIn(directory: string): readonly string[] {
  try {
    const there = lstatSync(directory, { throwIfNoEntry: false })
    if (there === undefined) return []
    if (there.isDirectory()) return readdirSync(directory)
  } catch (cause) {
    throw new Refusal(
      `${directory} can't be accessed: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Give another --directory; nothing was written.',
    )
  }
  throw new Refusal(`${directory} already exists and is not a folder`, 'Give another --directory.')
}

/** Writes new files; what somebody else has made in the meantime stays, and what was written of ours goes. */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  const written: string[] = []
  const folders: string[] = []
  try {
    for (const [path, text] of files) {
      makeFolder(dirname(path), folders)
      writeFileSync(path, text, { flag: 'wx' })
      written.push(path)
    }
  } catch (cause) {
    for (const path of written) rmSync(path, { force: true })
    for (const folder of folders.toReversed()) removeIfEmpty(folder)
    throw new Refusal(
      `a file could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Give a --directory that is writable. The files written so far were removed.',
    )
  }
}

/**
 * Makes a folder and those above it, and adds what it made. One at a time: where a folder lets nothing be made in it and says that
 * there is none, as those of /proc do, Node's own recursion never ends.
 */
function makeFolder(folder: string, made: string[]): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder), made)
  mkdirSync(folder)
  made.push(folder)
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

function shown(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}
