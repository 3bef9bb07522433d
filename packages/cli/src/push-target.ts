import { statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { compileNameGrammar, referenceOf, referenceText, type FieldName } from '@fairlead/assets'
import { FairleadError, parseReference, printable } from '@fairlead/core'
import { commandLine } from './command-line.ts'
import { usageError } from './exit.ts'

/** The orders of fields that names of assets and of single files mostly have. */
const fields: ReadonlyArray<readonly FieldName[]> = [
  ['project', 'specification', 'descriptor', 'version'],
  ['project', 'specification', 'descriptor', 'version', 'coordinate'],
]
const fileFields: ReadonlyArray<readonly FieldName[]> = [
  ['project', 'specification', 'descriptor', 'version', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'frame', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'coordinate', 'extension'],
  ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'],
]

function catalogued(name: string, isFile: boolean): string | undefined {
  for (const list of isFile ? fileFields : fields) {
    const grammar = compileNameGrammar(list)
    const parsed = grammar.parse(name)
    // An extension is no part of what an asset is called.
    if (parsed.ok)
      return referenceText(
        referenceOf(
          parsed.values,
          list.filter(field => field !== 'extension'),
        ),
      )
  }
  return undefined
}

/** A name made legal: what can't stand in a reference becomes a hyphen. */
function legalized(name: string): string {
  const legal = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '')
  return legal === '' ? 'NAME' : legal.slice(0, 200)
}

/** Whether there is a file; that it can't be looked at is told by the push itself. */
function isFileAt(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return false
  }
}

/**
 * The reference of a file or folder that is pushed without one: that of the catalogue when it bears a legal asset name,
 * else `library/<its name>:latest`. `input-invalid` with a legal one when its name can't stand in a reference.
 */
export function defaultReference(path: string): string {
  const full = resolve(path)
  const name = basename(full)
  if (name === '') throw usageError(`"${printable(path)}" is the root of the file system.`, 'Give the file or folder to store.')
  const isFile = isFileAt(full)
  const known = catalogued(name, isFile)
  if (known !== undefined) return known
  const reference = `library/${name}:latest`
  try {
    parseReference(reference)
    return reference
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    const legal = legalized(isFile ? basename(name, extname(name)) + extname(name) : name)
    throw usageError(
      `"${printable(name)}" can't be part of a reference.`,
      `Give one: ${commandLine(['fairlead', 'push', ...(path.startsWith('-') ? ['--'] : []), path, `library/${legal}:latest`])}`,
    )
  }
}
