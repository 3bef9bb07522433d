import { FairleadError } from '@fairlead/core'
import { indicators, padding, tokenShapes, type FieldName, type NameValues } from './fields.ts'
import { scanToken } from './scan.ts'

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** One field as it stands in a name, indicator and token; nothing is checked, an absent field gives an empty text. */
export function renderField(field: FieldName, values: NameValues): string {
  const value = values[field]
  if (value === undefined) return ''
  if (typeof value === 'string') return indicators[field] + value
  if (typeof value === 'number') return indicators[field] + digits(value, field === 'version' ? padding.version : padding.frame)
  return indicators[field] + value.map(element => digits(element, padding.coordinate)).join('-')
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length >= 1 && value.length <= 3 && value.every(element => Number.isInteger(element))
}

function hasRightType(field: FieldName, value: unknown): boolean {
  if (field === 'coordinate') return isNumbers(value)
  return field === 'version' || field === 'frame' ? Number.isInteger(value) : typeof value === 'string'
}

function refuse(field: FieldName, value: unknown): FairleadError {
  const what = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
  return new FairleadError('input-invalid', `The ${field} ${what}; it must be ${tokenShapes[field]}.`, {
    hint: `Give a ${field} that the name grammar allows.`,
  })
}

/** A field's text, checked by the scanner that reads it. */
function checkedField(field: FieldName, values: NameValues): string {
  if (!hasRightType(field, values[field])) throw refuse(field, values[field])
  const text = renderField(field, values)
  if (scanToken(field, text, indicators[field].length) !== text.length) throw refuse(field, values[field])
  return text
}

/** The name of these values; throws `input-invalid` for a field that is missing or that no legal name can hold. */
export function formatName(fields: readonly FieldName[], values: NameValues): string {
  if (fields.length === 1 && fields[0] === 'extension') return checkedField('extension', values).slice(indicators.extension.length)
  let name = ''
  for (const field of fields) {
    const separator = name === '' || field === 'extension' ? '' : '_'
    name += separator + checkedField(field, values)
  }
  return name
}
