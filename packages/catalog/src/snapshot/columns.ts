import type { ColumnType } from '@fairlead/assets'

/** Columns that every snapshot has; a trait of the same name is shown as `trait_<name>`. */
const ownColumns: ReadonlySet<string> = new Set([
  'project', 'specification', 'descriptor', 'version', 'coordinate_x', 'coordinate_y', 'coordinate_z', 'frame', 'extension',
  'filename', 'filepath', 'filepath_relative', 'file_error', 'files', 'bytes', 'modified', 'reference', 'size',
  'asset_name', 'asset_path', 'asset_path_relative', 'asset_type', 'asset_error', 'asset_valid', 'asset_traits',
]) // prettier-ignore

/** Text as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Text as an SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The stored column of a trait; the prefix keeps it apart from the columns of our own. */
export function traitColumn(trait: string): string {
  return identifier(`t_${trait}`)
}

/** What a trait is called in views; undefined for `size`, which every row has. */
export function shownTrait(trait: string): string | undefined {
  if (trait === 'size') return undefined
  return ownColumns.has(trait.toLowerCase()) ? `trait_${trait}` : trait
}

/** The declared SQL type of each type of column; lists are JSON. */
export const sqlTypes: Readonly<Record<ColumnType, 'TEXT' | 'INTEGER' | 'REAL' | 'BOOLEAN' | 'JSON'>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  number: 'REAL',
  boolean: 'BOOLEAN',
  texts: 'JSON',
  integers: 'JSON',
  numbers: 'JSON',
  json: 'JSON',
}

/** The type that a trait's column is stored with: values of any type have none, since SQLite would change some. */
export function storedType(type: ColumnType): string {
  return type === 'json' ? '' : sqlTypes[type]
}
