import { fieldNames, indicators, type FieldName } from '../grammar/fields.ts'
import { scanToken } from '../grammar/scan.ts'

/** The fields of a name as a number: a digit each, base 8, so that names can be counted without making texts. */
export interface Signature {
  readonly key: number
  /** The token of the specification; undefined where there is none. */
  readonly token: string | undefined
  readonly extension: string | undefined
}

const mostFields = 12
const underscore = 95
const fullStop = 46

/** A field by the character that it begins with. */
const byFirst = new Map<number, FieldName>(
  fieldNames.filter(field => field !== 'extension').map(field => [indicators[field].charCodeAt(0), field]),
)
const digitOf = new Map<FieldName, number>(fieldNames.map((field, index) => [field, index + 1]))

/** The fields that a key stands for, in order. */
export function fieldsOfKey(key: number): readonly FieldName[] {
  const fields: FieldName[] = []
  for (let rest = key; rest > 0; rest = Math.floor(rest / 8)) {
    const field = fieldNames[(rest % 8) - 1]
    if (field !== undefined) fields.push(field)
  }
  return fields.reverse()
}

/**
 * Reads a name whose every field is legal, in whatever order and number; undefined for any other name. No token holds the
 * separator or a full stop, so there is one way to read it.
 */
export function readSignature(name: string): Signature | undefined {
  let key = 0
  let token: string | undefined
  let position = 0
  for (let count = 0; count < mostFields; count++) {
    const field = byFirst.get(name.charCodeAt(position))
    if (field === undefined || !name.startsWith(indicators[field], position)) return undefined
    const start = position + indicators[field].length
    const end = scanToken(field, name, start)
    if (end < 0) return undefined
    if (field === 'specification') token ??= name.slice(start, end)
    key = key * 8 + (digitOf.get(field) ?? 0)
    if (end === name.length) return { key, token, extension: undefined }
    const next = name.charCodeAt(end)
    if (next === fullStop) {
      if (scanToken('extension', name, end + 1) < 0) return undefined
      return { key: key * 8 + (digitOf.get('extension') ?? 0), token, extension: name.slice(end + 1) }
    }
    if (next !== underscore) return undefined
    position = end + 1
  }
  return undefined
}
