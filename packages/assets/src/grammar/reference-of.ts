import { FairleadError } from '@fairlead/core'
import { indicators, type FieldName, type NameValues } from './fields.ts'
import { renderField } from './format.ts'
import { compileNameGrammar } from './grammar.ts'

/** The parts of the reference `collection/name:tag` under which an asset is pushed and found. */
export interface AssetReference {
  /** One or more segments joined by `/`. */
  readonly collection: string
  readonly name: string
  /** Absent when the asset's name has no version. */
  readonly tag?: string
}

const maxNameBytes = 200

const pathFields = ['project', 'specification', 'descriptor'] as const

function isFurther(field: FieldName): boolean {
  return field !== 'project' && field !== 'specification' && field !== 'descriptor' && field !== 'version'
}

/** Whether a list of asset name fields leaves at least a collection and a name. */
export function hasReference(fields: readonly FieldName[]): boolean {
  const parts = pathFields.filter(field => fields.includes(field)).length
  const joinsDescriptor = fields.includes('descriptor')
  return parts >= 2 || (parts === 1 && !joinsDescriptor && fields.some(field => isFurther(field) && field !== 'extension'))
}

/**
 * The reference of an asset: `project/specification/descriptor:vNNN`. Absent fields are left out; further fields join
 * the name, written with their indicators (`running-cat_c0000-0005`). Throws `input-invalid` when nothing is left for
 * the collection or the name is longer than 200 bytes.
 */
export function referenceOf(values: NameValues, fields: readonly FieldName[]): AssetReference {
  const segments: string[] = []
  for (const field of pathFields) {
    const value = fields.includes(field) ? values[field] : undefined
    if (value !== undefined) segments.push(value)
  }
  let further = ''
  for (const field of fields) {
    if (isFurther(field)) further += (field === 'extension' ? '' : '_') + renderField(field, values)
  }
  const own = fields.includes('descriptor') && values.descriptor !== undefined
  if (further.startsWith('_') && !own) segments.push(further.slice(1))
  else if (further !== '') segments.push((segments.pop() ?? '') + further)
  const name = segments.pop() ?? ''
  if (segments.length === 0 || name === '') {
    throw new FairleadError('input-invalid', `The fields ${fields.join(', ')} provide no collection and name for a reference.`, {
      hint: 'The asset name needs at least two of project, specification and descriptor.',
    })
  }
  if (name.length > maxNameBytes) {
    throw new FairleadError('input-invalid', `The name "${name}" has ${name.length} bytes; a reference allows ${maxNameBytes}.`, {
      hint: 'Shorten the descriptor.',
    })
  }
  const tag = fields.includes('version') && values.version !== undefined ? renderField('version', values) : undefined
  return { collection: segments.join('/'), name, ...(tag !== undefined && { tag }) }
}

/** A reference as text: `collection/name:tag`. */
export function referenceText(reference: AssetReference): string {
  return `${reference.collection}/${reference.name}${reference.tag === undefined ? '' : `:${reference.tag}`}`
}

/**
 * What a reference says of these fields, the inverse of {@link referenceOf}; a version only where it has a tag that is
 * one. Undefined for a reference that is none of these fields.
 */
export function valuesOfReference({ collection, name, tag }: AssetReference, fields: readonly FieldName[]): NameValues | undefined {
  const segments = [...collection.split('/'), name]
  const own = pathFields.filter(field => fields.includes(field))
  const hasOwnName = fields.includes('descriptor') || segments.length === own.length
  const last = segments.pop() ?? ''
  const cut = hasOwnName ? last.search(/[_.]/) : 0
  const further = cut < 0 ? '' : last.slice(cut)
  if (hasOwnName) segments.push(cut < 0 ? last : last.slice(0, cut))
  if (segments.length !== own.length) return undefined
  const written = new Map<FieldName, string>(own.map((field, index) => [field, indicators[field] + (segments[index] ?? '')]))
  const [stem = '', extension] = further.split('.')
  for (const part of stem.split('_').filter(text => text !== '')) {
    const field = part.startsWith(indicators.coordinate) ? 'coordinate' : 'frame'
    if (written.has(field)) return undefined
    written.set(field, part)
  }
  if (extension !== undefined) written.set('extension', `.${extension}`)
  if (tag !== undefined) written.set('version', tag)
  const present = fields.filter(field => field !== 'version' || tag !== undefined)
  if (written.size !== present.length) return undefined
  const text = present.map((field, index) => (index === 0 || field === 'extension' ? '' : '_') + (written.get(field) ?? '')).join('')
  const parsed = compileNameGrammar(present).parse(text)
  return parsed.ok ? parsed.values : undefined
}
