/**
 * The types of columns, of names and traits alike: from them come TypeScript types, SQL types, the Parquet schema and the
 * documentation. `texts`, `integers` and `numbers` are lists; `json` is any trait value, for functions that declare no type.
 */
export const columnTypes = ['text', 'integer', 'number', 'boolean', 'texts', 'integers', 'numbers', 'json'] as const

/** The type of a column's values. */
export type ColumnType = (typeof columnTypes)[number]

/** A field of names or a trait, as a column of every table and view that shows it. */
export interface Column {
  /** The name field or trait. */
  readonly name: string
  readonly type: ColumnType
  /** Whether names say it or files are measured for it. */
  readonly from: 'name' | 'trait'
  /** What a number counts, such as `px`, `s` or `Hz`. */
  readonly unit?: string
  /** One sentence. */
  readonly description: string
}

/** The TypeScript type of the values of a column type. */
export interface ColumnValues {
  readonly text: string
  readonly integer: number
  readonly number: number
  readonly boolean: boolean
  readonly texts: readonly string[]
  readonly integers: readonly number[]
  readonly numbers: readonly number[]
  readonly json: string | number | boolean | readonly (string | number | boolean)[]
}

/** Whether a value names a column type. */
export function isColumnType(value: unknown): value is ColumnType {
  return columnTypes.some(type => type === value)
}

const isText = (value: unknown) => typeof value === 'string'
const isScalar = (value: unknown) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
const listOf = (isOne: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(isOne)

const checks: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: isText,
  integer: Number.isSafeInteger,
  number: Number.isFinite,
  boolean: value => typeof value === 'boolean',
  texts: listOf(isText),
  integers: listOf(Number.isSafeInteger),
  numbers: listOf(Number.isFinite),
  json: value => isScalar(value) || listOf(isScalar)(value),
}

/** Whether a value is of a column type: numbers are finite, integers exact. */
export function isOfType<T extends ColumnType>(type: T, value: unknown): value is ColumnValues[T] {
  return checks[type](value)
}
