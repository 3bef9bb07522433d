import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'

/** The names of visible JSON files of a folder, sorted; undefined where there is no folder. */
export function jsonFiles(folder: string): readonly string[] | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  return readdirSync(folder)
    .filter(name => name.endsWith('.json') && !name.startsWith('.'))
    .sort()
}

/** Reads a document of staging. Throws `input-invalid` for what is no JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new FairleadError('input-invalid', `"${path}" is no JSON file.`, {
      path,
      cause,
      hint: 'Make the staging folder again with: fairlead create',
    })
  }
}
