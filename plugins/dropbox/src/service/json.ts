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

/** What of a property group is read. */
export interface Group {
  readonly template_id: string
  readonly fields: ReadonlyArray<{ readonly name: string; readonly value: string }>
}

/** What lies at a path. */
export type Found =
  | { readonly kind: 'file'; readonly file: FileInfo; readonly groups: readonly Group[] }
  | { readonly kind: 'folder'; readonly id?: string }
  | { readonly kind: 'deleted' }

/** Reads the metadata of a path. */
export function foundIn(value: unknown): Found {
  switch (textIn(value, '.tag')) {
    case 'folder': {
      const id = textIn(value, 'id')
      return { kind: 'folder', ...(id !== undefined && { id }) }
    }
    case 'deleted':
      return { kind: 'deleted' }
    default:
      return { kind: 'file', file: fileIn(value), groups: listIn(value, 'property_groups').map(groupIn) }
  }
}

function groupIn(value: unknown): Group {
  const fields = listIn(value, 'fields').map(field => ({ name: textIn(field, 'name') ?? '', value: textIn(field, 'value') ?? '' }))
  return { template_id: textIn(value, 'template_id') ?? '', fields }
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const found = valueIn(value, name)
  return Array.isArray(found) ? found : []
}

/** Parses JSON that came in a header. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FairleadError('unexpected', 'Dropbox sent a result that is not JSON.', { cause, hint: 'Run the same command again.' })
  }
}
