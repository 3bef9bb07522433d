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
      isGone ? `"${path}" was removed from staging in the meantime.` : `"${path}" can't be read (${code}).`,
      {
        path,
        cause,
        hint: isGone
          ? 'Another process may be writing to staging. Run the command again when it is done.'
          : 'Check the owner and permissions of the file.',
      },
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FairleadError('input-invalid', `"${path}" is not a JSON file.`, {
      path,
      cause,
      hint: 'Recreate the staging folder with: fairlead create',
    })
  }
}
