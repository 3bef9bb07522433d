import { isUtf8 } from 'node:buffer'
import { readdirSync, type Dirent } from 'node:fs'
import { printableName } from '@fairlead/core/host'

/** What lies in a folder. */
export interface Entry {
  readonly name: string
  /** The bytes of the name are no text, so nothing can be opened by it; those of them that are none are written as `\xff`. */
  readonly isNoText?: true
  isDirectory(): boolean
  isFile(): boolean
  isSymbolicLink(): boolean
}

/** Stands in what is decoded for bytes that are no text; a name may also hold it as itself. */
const replacement = '\uFFFD'

/** The entries of a folder, each under a name of its own. Throws what the system says when it can't be read. */
export function entriesIn(folder: string): readonly Entry[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  if (!entries.some(({ name }) => name.includes(replacement))) return entries
  return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map(entryOf)
}

function entryOf(entry: Dirent<Buffer>): Entry {
  const { name } = entry
  return {
    ...(isUtf8(name) ? { name: name.toString() } : { name: printableName(name), isNoText: true }),
    isDirectory: () => entry.isDirectory(),
    isFile: () => entry.isFile(),
    isSymbolicLink: () => entry.isSymbolicLink(),
  }
}
