import type { FieldName } from './fields.ts'

const segmentFields: ReadonlyArray<readonly [field: FieldName, pattern: RegExp]> = [
  ['project', /^p-[a-z]{3,10}[0-9]{1,4}$/],
  ['specification', /^s-[a-z]{3,4}[0-9]{3}$/],
  ['descriptor', /^d-[a-z0-9][a-z0-9-]*$/],
  ['version', /^v[0-9]{3}$/],
  ['coordinate', /^c[0-9]{4}(?:-[0-9]{4}){0,2}$/],
  ['frame', /^f[0-9]{4}$/],
]

/**
 * The fields of a legal name, by their indicators alone: no token holds the separator `_` or a full stop, so they can be
 * told without a specification. Undefined for a name that no list of fields reads.
 */
export function fieldsOf(name: string): readonly FieldName[] | undefined {
  const dot = name.indexOf('.')
  const stem = dot < 0 ? name : name.slice(0, dot)
  if (dot >= 0 && !/^[A-Za-z0-9]+$/.test(name.slice(dot + 1))) return undefined
  const fields: FieldName[] = []
  for (const segment of stem.split('_')) {
    const field = segmentFields.find(([, pattern]) => pattern.test(segment))?.[0]
    if (field === undefined || fields.includes(field)) return undefined
    fields.push(field)
  }
  return dot < 0 ? fields : [...fields, 'extension']
}
