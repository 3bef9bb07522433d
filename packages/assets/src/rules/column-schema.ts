import type { ColumnType } from '../traits/column.ts'

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Values of each type in words, in the plural. */
export const typeWords: Readonly<Record<ColumnType, string>> = {
  text: 'texts',
  integer: 'whole numbers',
  number: 'numbers',
  boolean: 'truth values',
  texts: 'lists of texts',
  integers: 'lists of whole numbers',
  numbers: 'lists of numbers',
  json: 'texts, numbers, truth values or lists of these',
}

const scalar = ['string', 'number', 'boolean']

/** The JSON Schema of one value of each type. */
export const columnSchemas: Readonly<Record<ColumnType, JsonSchema>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  texts: { type: 'array', items: { type: 'string' } },
  integers: { type: 'array', items: { type: 'integer' } },
  numbers: { type: 'array', items: { type: 'number' } },
  json: { anyOf: [...scalar.map(type => ({ type })), { type: 'array', items: { anyOf: scalar.map(type => ({ type })) } }] },
}
