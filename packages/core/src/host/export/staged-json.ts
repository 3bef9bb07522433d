import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'

/** The names of visible JSON files of a folder, sorted; undefined where there is no folder. */
export function jsonFiles(folder: string): readonly string[] | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  return readdirSync(folder)
    .filter(name => name.endsWith('.json') && !name.startsWith('.'))
    .sort()
}

/** Reads a document of staging. Throws `input-invalid` for what is no JSON, and for what was taken away or can't be read. */
export function readJson(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const isGone = code === 'ENOENT'
    throw new FairleadError(
      'input-invalid',
      isGone ? `"${path}" was taken out of staging meanwhile.` : `"${path}" can't be read (${code}).`,
      {
        path,
        cause,
        hint: isGone
          ? 'Does another process empty or make staging? Run it again when that is done.'
          : 'Check who owns the file and its mode.',
      },
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FairleadError('input-invalid', `"${path}" is no JSON file.`, {
      path,
      cause,
      hint: 'Make the staging folder again with: fairlead create',
    })
  }
}
