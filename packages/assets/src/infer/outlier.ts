import { baseRules } from '../grammar/base-rules.ts'
import { fieldNames, type FieldName } from '../grammar/fields.ts'
import { specificationOf } from '../grammar/specification-of.ts'
import { suggestName } from '../grammar/suggest-name.ts'
import type { Specification } from '../specification/specification.ts'
import { fieldsOfKey, readSignature } from './signature.ts'

/** Why a name does not follow what most names do. */
export const outlierReasons = [
  'capitals',
  'padding',
  'indicator',
  'separator',
  'token',
  'missing-field',
  'extra-field',
  'field-order',
  'extension',
  'base-rule',
  'other-asset',
  'directory',
  'specification',
  'no-specification',
] as const

export type OutlierReason = (typeof outlierReasons)[number]

/** A file, or a directory, whose name does not follow. */
export interface Outlier {
  /** Relative to the top of the tree. */
  readonly path: string
  readonly reason: OutlierReason
  /** The proposed specification that it is measured by. */
  readonly specification?: string
  readonly field?: FieldName
  /** 0-based index in the last segment of the path, in UTF-16 units. */
  readonly position?: number
  readonly message: string
  /** The name that it should have, where that can be told. */
  readonly legalName?: string
}

type Fault = Pick<Outlier, 'reason' | 'field' | 'message' | 'position'>

/** A name of legal fields, but not those of the grammar in its order. */
function fieldFault(name: string, specification: Specification): Fault | undefined {
  const signature = readSignature(name)
  if (signature === undefined) return undefined
  const fields = fieldsOfKey(signature.key)
  const wanted = specification.filenameFields
  const missing = wanted.filter(field => !fields.includes(field))
  const extra = fields.filter((field, index) => !wanted.includes(field) || fields.indexOf(field) !== index)
  const list = (names: readonly FieldName[]) => names.join(' and ')
  const [lost] = missing
  const [more] = extra
  if (lost !== undefined) {
    const also = more === undefined ? '' : `; it has ${list(extra)} instead`
    return { reason: 'missing-field', field: lost, message: `The name lacks ${list(missing)}${also}.` }
  }
  if (more !== undefined)
    return {
      reason: 'extra-field',
      field: more,
      message: `The name has ${list(extra)} in addition to the fields of ${specification.name}.`,
    }
  const field = wanted.find((one, index) => fields[index] !== one)
  if (field === undefined) return undefined
  return { reason: 'field-order', field, message: `The order of the fields is ${fields.join(', ')}; most names have ${wanted.join(', ')}.` }
}

function isDigitAt(name: string, position: number): boolean {
  return /[0-9]/.test(name.charAt(position))
}

/** The leftmost thing that a name has wrong. */
function nameFault(name: string, specification: Specification): Fault {
  const parsed = specification.filenameGrammar.parse(name)
  if (parsed.ok) {
    const [violation] = baseRules(parsed.values)
    const { field, message } = violation ?? { field: undefined, message: 'The name is not accepted.' }
    const position = field === undefined ? {} : { field, position: specification.filenameGrammar.startOf(parsed.values, field) }
    return { reason: field === 'extension' ? 'extension' : 'base-rule', message, ...position }
  }
  const { field, kind, position, message } = parsed.error
  const place = { position, message, ...(field !== null && { field }) }
  if (name !== name.toLowerCase() && specification.filenameGrammar.parse(name.toLowerCase()).ok) return { reason: 'capitals', ...place }
  const fields = fieldFault(name, specification)
  if (fields !== undefined) return { ...fields, position }
  const before = name.slice(0, position)
  const isNumber = /(?:^|_)(?:[vf][0-9]*|c[0-9-]*)$/.test(before)
  if (isNumber && (kind === 'token' ? /[vfc][0-9-]*[0-9]$/.test(before) : isDigitAt(name, position))) return { reason: 'padding', ...place }
  if (field === 'extension') return { reason: 'extension', ...place }
  if (kind === 'separator-or-end') return { reason: 'separator', ...place }
  return { reason: kind, ...place }
}

/** Why a file's name does not follow a specification, and what it should be. */
export function outlierOf(path: string, name: string, specification: Specification): Outlier {
  const legalName = suggestName(name, specification.filenameGrammar)
  return { path, specification: specification.name, ...nameFault(name, specification), ...(legalName !== undefined && { legalName }) }
}

const looseField = /(?:^|[_ .])s[-_ ]?([a-z]{3,4}[0-9]{3})(?![a-z0-9])/i

/** The token that a name means to claim; undefined where it says nothing of the kind. */
export function meantToken(name: string): string | undefined {
  return specificationOf(name) ?? looseField.exec(name.slice(0, 255))?.[1]?.toLowerCase()
}

/** Whether a name has anything of our convention: a field, or what looks like one. */
export function looksNamed(name: string): boolean {
  const parts = name.slice(0, 255).split(/[_. ]/)
  const fields = parts.filter(part => /^(?:[psd][-_ ][a-z0-9]|[vfc][0-9]{3,4}(?:$|-))/i.test(part))
  return fields.length >= Math.min(2, fieldNames.length) || /^[ps]-[a-z]{3,10}[0-9]/i.test(name)
}
