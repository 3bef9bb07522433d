import { FairleadError } from '@fairlead/core'
import type { FileInfo } from '../mapping.ts'

/** The value at a way through objects; undefined where one is missing. */
function valueIn(value: unknown, ...names: readonly string[]): unknown {
  let at = value
  for (const name of names) {
    if (typeof at !== 'object' || at === null) return undefined
    const fields: Readonly<Record<string, unknown>> = { ...at }
    at = Object.hasOwn(fields, name) ? fields[name] : undefined
  }
  return at
}

/** The text at a way through objects. */
export function textIn(value: unknown, ...names: readonly string[]): string | undefined {
  const found = valueIn(value, ...names)
  return typeof found === 'string' ? found : undefined
}

/** Reads what an answer tells of a file. Throws `unexpected` where it is none. */
export function fileIn(value: unknown): FileInfo {
  const [name, id, rev, modified] = ['name', 'id', 'rev', 'client_modified'].map(key => textIn(value, key))
  const size = valueIn(value, 'size')
  if (name === undefined || id === undefined || rev === undefined || modified === undefined || typeof size !== 'number')
    throw new FairleadError('unexpected', 'Dropbox described a file without its name, id, revision, time or size.', {
      hint: 'If the endpoint is set, check that it is a Dropbox.',
    })
  const [display, lower, hash] = ['path_display', 'path_lower', 'content_hash'].map(key => textIn(value, key))
  return {
    name,
    id,
    rev,
    size,
    client_modified: modified,
    ...(display !== undefined && { path_display: display }),
    ...(lower !== undefined && { path_lower: lower }),
    ...(hash !== undefined && { content_hash: hash }),
  }
}

/** Parses JSON that came in a header. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FairleadError('unexpected', 'Dropbox sent a result that is no JSON.', { cause, hint: 'Run the same command again.' })
  }
}
