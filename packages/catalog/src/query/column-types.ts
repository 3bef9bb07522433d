import type { ColumnType, QueryColumn, QueryValue, StorageClass, WireValue } from './protocol.ts'

const declared: Readonly<Record<string, ColumnType>> = {
  TEXT: 'text',
  INTEGER: 'integer',
  REAL: 'number',
  BOOLEAN: 'boolean',
  JSON: 'json',
}

/** Columns of our views that are expressions, for which SQLite knows no type. */
const computed: Readonly<Record<string, ColumnType>> = {
  filename: 'text',
  filepath: 'text',
  asset_path: 'text',
  asset_valid: 'boolean',
  asset_traits: 'json',
}

/** The type of a result column: what its table declares, or what is known of a column of a view. */
export function columnType(name: string, type: string | null): ColumnType {
  if (type !== null && Object.hasOwn(declared, type.toUpperCase())) return declared[type.toUpperCase()] ?? 'any'
  return Object.hasOwn(computed, name) ? (computed[name] ?? 'any') : 'any'
}

/** The type that can hold all values of an expression; mixed ones are text. */
export function typeOfClasses(classes: readonly StorageClass[]): ColumnType {
  if (classes.includes('text') || classes.length === 0) return 'text'
  return classes.includes('number') ? 'number' : 'integer'
}

function isValue(value: unknown): value is QueryValue {
  return value !== undefined
}

/** A value as its column says: truth values and lists are stored as numbers and text. */
function convert(value: WireValue, type: ColumnType): QueryValue {
  if (type === 'boolean') return value === 0 ? false : value === 1 ? true : value
  if (type !== 'json' || typeof value !== 'string') return value
  try {
    const parsed: unknown = JSON.parse(value)
    return isValue(parsed) ? parsed : value
  } catch (cause) {
    if (cause instanceof SyntaxError) return value
    throw cause
  }
}

/** Converts rows; the very same rows where no column needs it. */
export function convertRows(
  rows: ReadonlyArray<readonly WireValue[]>,
  columns: readonly QueryColumn[],
): ReadonlyArray<readonly QueryValue[]> {
  if (!columns.some(({ type }) => type === 'boolean' || type === 'json')) return rows
  return rows.map(row => row.map((value, index) => convert(value, columns[index]?.type ?? 'any')))
}
