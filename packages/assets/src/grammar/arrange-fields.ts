import type { FieldName } from './fields.ts'
import { tidyField } from './tidy-field.ts'

/** A field that stands in a segment of its own, with its indicator; the one capture is its token. */
const indicated: ReadonlyArray<readonly [field: FieldName, pattern: RegExp]> = [
  ['project', /^p[- ]?([a-z]{3,10}[0-9]{1,4})$/i],
  ['specification', /^s[- ]?([a-z]{3,4}[0-9]{1,6})$/i],
  ['descriptor', /^d[- ]([a-z0-9 -]+)$/i],
  ['version', /^v[- ]?([0-9]{1,8})$/i],
  ['coordinate', /^c[- ]?([0-9]{1,8}(?:[- ][0-9]{1,8}){0,2})$/i],
  ['frame', /^f[- ]?([0-9]{1,8})$/i],
]

/** What a token is without its indicator; strict, for there is nothing else to tell it by. */
const bare: Readonly<Record<FieldName, RegExp>> = {
  project: /^[a-z]{3,10}[0-9]{1,4}$/i,
  specification: /^[a-z]{3,4}[0-9]{3}$/i,
  descriptor: /^(?![psd][- ])[a-z](?:[a-z0-9 -]*[a-z0-9])?$/i,
  version: /^[0-9]{3}$/,
  coordinate: /^[0-9]{4}(?:-[0-9]{4}){1,2}$/,
  frame: /^[0-9]{4}$/,
  extension: /^[a-z0-9]+$/i,
}

/** The most segments without indicator: their orders are tried. */
const mostBare = 3

/** Every way to give segments to fields, each field one of them. */
function* assignments(fields: readonly FieldName[], segments: readonly string[]): Generator<ReadonlyMap<FieldName, string>> {
  const [field, ...others] = fields
  if (field === undefined) return yield new Map()
  for (const [index, segment] of segments.entries()) {
    if (!bare[field].test(segment)) continue
    for (const rest of assignments(others, segments.toSpliced(index, 1))) yield new Map([[field, segment], ...rest])
  }
}

function indicatedField(segment: string, open: ReadonlySet<FieldName>): readonly [FieldName, string] | undefined {
  for (const [field, pattern] of indicated) {
    const token = open.has(field) ? pattern.exec(segment)?.[1] : undefined
    if (token !== undefined) return [field, token]
  }
  return undefined
}

/**
 * The name of these fields whose segments stand in another order or lack their indicator; undefined unless every segment
 * is one field and there is exactly one way to see it so.
 */
export function arrangeFields(name: string, fields: readonly FieldName[]): string | undefined {
  const text = name.trim()
  const dot = fields.includes('extension') ? text.lastIndexOf('.') : text.length
  if (dot < 0) return undefined
  const extension = text.slice(dot + 1)
  if (fields.includes('extension') && !bare.extension.test(extension)) return undefined
  const segments = text
    .slice(0, dot)
    .split(/[_.]+/)
    .map(segment => segment.trim())
    .filter(segment => segment !== '')
  const open = new Set<FieldName>(fields.filter(field => field !== 'extension'))
  if (segments.length !== open.size) return undefined
  const tokens = new Map<FieldName, string>()
  const unclear: string[] = []
  for (const segment of segments) {
    const found = indicatedField(segment, open)
    if (found === undefined) unclear.push(segment)
    else {
      tokens.set(...found)
      open.delete(found[0])
    }
  }
  if (unclear.length > mostBare) return undefined
  const [only, ...others] = assignments([...open], unclear)
  if (only === undefined || others.length > 0) return undefined
  let arranged = ''
  for (const field of fields) {
    const token = field === 'extension' ? extension : (tokens.get(field) ?? only.get(field))
    if (token === undefined) return undefined
    arranged += (arranged === '' || field === 'extension' ? '' : '_') + tidyField(field, token)
  }
  return arranged
}
