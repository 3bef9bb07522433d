import { FairleadError } from '@fairlead/core'
import { fieldNames, indicators, isFieldName, type FieldName, type NameValues } from './fields.ts'
import { formatName, renderField } from './format.ts'
import { indicatorError, separatorError, tokenError, type NameError } from './name-error.ts'
import { numberAt, scanToken } from './scan.ts'

/** A parsed name, or the leftmost thing that is wrong with it. */
export type ParseResult = { readonly ok: true; readonly values: NameValues } | { readonly ok: false; readonly error: NameError }

/** The grammar of one ordered list of fields. */
export interface NameGrammar {
  readonly fields: readonly FieldName[]
  /** Reads a whole name; never throws. Linear in the name's length. */
  parse(name: string): ParseResult
  /** Writes a name that {@link NameGrammar.parse} reads back; keys that are no field of this grammar are ignored. Throws `input-invalid`. */
  format(values: NameValues): string
  /** The index at which a field's token begins in the name that these values write. */
  startOf(values: NameValues, field: FieldName): number
}

type MutableValues = { -readonly [K in keyof NameValues]: NameValues[K] }

const underscore = 95

function fail(error: NameError): ParseResult {
  return { ok: false, error }
}

function coordinateAt(name: string, start: number, end: number): readonly number[] {
  const x = numberAt(name, start, start + 4)
  if (end - start === 4) return [x]
  const y = numberAt(name, start + 5, start + 9)
  return end - start === 9 ? [x, y] : [x, y, numberAt(name, start + 10, start + 14)]
}

function assign(values: MutableValues, field: FieldName, name: string, start: number, end: number): void {
  switch (field) {
    case 'project':
      values.project = name.slice(start, end)
      break
    case 'specification':
      values.specification = name.slice(start, end)
      break
    case 'descriptor':
      values.descriptor = name.slice(start, end)
      break
    case 'version':
      values.version = numberAt(name, start, end)
      break
    case 'coordinate':
      values.coordinate = coordinateAt(name, start, end)
      break
    case 'frame':
      values.frame = numberAt(name, start, end)
      break
    case 'extension':
      values.extension = name.slice(start, end)
      break
  }
}

function parseFields(fields: readonly FieldName[], name: string): ParseResult {
  const values: MutableValues = {}
  let position = 0
  let previous: FieldName | undefined
  for (const field of fields) {
    if (previous !== undefined && field !== 'extension') {
      if (name.charCodeAt(position) !== underscore) return fail(separatorError(name, previous, field, position))
      position++
    }
    const indicator = indicators[field]
    if (!name.startsWith(indicator, position)) return fail(indicatorError(name, field, position))
    const start = position + indicator.length
    const end = scanToken(field, name, start)
    if (end < 0) return fail(tokenError(name, field, ~end))
    assign(values, field, name, start, end)
    position = end
    previous = field
  }
  if (position !== name.length && previous !== undefined) return fail(separatorError(name, previous, null, position))
  return { ok: true, values }
}

/** A list of the extension alone reads it from any file name: what follows the last full stop, or the whole name. */
function parseExtension(name: string): ParseResult {
  const start = name.lastIndexOf('.') + 1
  const end = scanToken('extension', name, start)
  return end < 0 ? fail(tokenError(name, 'extension', ~end)) : { ok: true, values: { extension: name.slice(start) } }
}

/** What is wrong with a list of fields, in words; empty when it is legal. */
export function fieldListProblems(fields: readonly string[]): readonly string[] {
  if (fields.length === 0) return ['The list of fields is empty.']
  const duplicates = [...new Set(fields.filter((field, index) => fields.indexOf(field) !== index))]
  const unknown = [...new Set(fields.filter(field => !isFieldName(field)))]
  const problems: string[] = []
  if (duplicates.length > 0) problems.push(`Fields occur more than once: ${duplicates.join(', ')}.`)
  if (unknown.length > 0) problems.push(`Unknown fields: ${unknown.join(', ')}.`)
  if (fields.includes('extension') && fields.at(-1) !== 'extension') {
    problems.push(`The extension must be the last field, not before ${fields.slice(fields.indexOf('extension') + 1).join(', ')}.`)
  }
  return problems
}

function build(fields: readonly FieldName[]): NameGrammar {
  const extensionOnly = fields.length === 1 && fields[0] === 'extension'
  return {
    fields,
    parse: extensionOnly ? parseExtension : name => parseFields(fields, name),
    format: values => formatName(fields, values),
    startOf(values, field) {
      let position = 0
      for (const one of fields) {
        const separator = position === 0 || one === 'extension' ? 0 : 1
        const indicator = extensionOnly ? 0 : indicators[one].length
        if (one === field) return position + separator + indicator
        position += separator + renderField(one, values).length
      }
      return position
    },
  }
}

const compiled = new Map<string, NameGrammar>()

/**
 * The grammar of an ordered list of fields, compiled once per list. Throws `input-invalid`, with everything that is wrong
 * with the list: empty, a field twice, an unknown field, an extension that is not last.
 */
export function compileNameGrammar(fields: readonly FieldName[]): NameGrammar {
  const key = fields.join(' ')
  const known = compiled.get(key)
  if (known !== undefined && known.fields.length === fields.length) return known
  const problems = fieldListProblems(fields)
  if (problems.length > 0) {
    throw new FairleadError('input-invalid', problems.join(' '), { hint: `Choose from: ${fieldNames.join(', ')}.` })
  }
  const grammar = build([...fields])
  compiled.set(key, grammar)
  return grammar
}
