import { identifier, literal, shownTrait, traitColumn } from './columns.ts'

/** The version of the snapshot's tables; a reader that knows another one asks for a new update. */
export const snapshotVersion = 3

/** A trait as a column: its SQL type, empty where its values may be of any. */
export interface SnapshotTrait {
  readonly name: string
  readonly sqlType: string
}

/** What a snapshot knows of a specification: its name and the traits its view shows. */
export interface SnapshotSpecification {
  readonly name: string
  readonly traits: readonly SnapshotTrait[]
}

const nameColumns = {
  project: 'text', descriptor: 'text', version: 'integer',
  coordinate_x: 'integer', coordinate_y: 'integer', coordinate_z: 'integer', frame: 'integer', extension: 'text',
} as const // prettier-ignore

/** Columns of `files` that are stored, besides its traits; `filename` is computed from the path. */
const fileColumns = {
  id: 'integer primary key',
  asset: 'integer',
  filepath_relative: 'text not null',
  name_at: 'integer not null',
  size: 'integer',
  modified: 'real',
  file_error: 'text',
  asset_valid: 'boolean not null',
  specification: 'text',
  ...nameColumns,
} as const

/** Columns of `assets`, besides its traits. `own_error` and `own_valid` are what they are without regard to other assets; both null where that is the same. */
export const assetColumns = {
  id: 'integer primary key',
  unit: 'integer not null',
  asset_path: 'text not null',
  asset_name: 'text',
  asset_type: 'text not null',
  asset_error: 'text',
  asset_valid: 'boolean not null',
  own_error: 'text',
  own_valid: 'boolean',
  reference: 'text',
  files: 'integer not null',
  bytes: 'integer not null',
  asset_traits: 'json',
  specification: 'text not null',
  ...nameColumns,
} as const

/** The traits of all specifications, each once, sorted by name; where two differ in type, of any. */
export function allTraits(specifications: readonly SnapshotSpecification[]): readonly SnapshotTrait[] {
  const types = new Map<string, string>()
  for (const { name, sqlType } of specifications.flatMap(({ traits }) => traits)) {
    const other = types.get(name)
    types.set(name, other === undefined || other === sqlType ? sqlType : '')
  }
  return [...types].map(([name, sqlType]) => ({ name, sqlType })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The statements that make the tables. */
export function tableStatements(traits: readonly SnapshotTrait[]): string {
  const columns = (own: Readonly<Record<string, string>>) =>
    [
      ...Object.entries(own).map(([name, type]) => `${identifier(name)} ${type}`),
      ...traits.map(({ name, sqlType }) => `${traitColumn(name)} ${sqlType}`),
    ].join(', ')
  return `
    create table meta (key text primary key, value text not null) without rowid;
    create table units (id integer primary key, path text not null unique, signature text, is_deep boolean not null, first_file integer not null, files integer not null);
    create table files (${columns(fileColumns)}, filename text as (substr(filepath_relative, name_at)) virtual);
    create table assets (${columns(assetColumns)});
    create table problems (id integer primary key, asset integer, file integer, path text not null, kind text not null, field text, position integer,
      message text not null, legal_name text);`
}

/** Columns of `files` by which users look for rows; traits are too. */
const indexedColumns = ['asset', 'specification', 'project', 'descriptor', 'version'] as const

/** The indexes by name, as the rest of their statements. They are made once the rows are in: many times faster. */
export function indexStatements(traits: readonly SnapshotTrait[]): ReadonlyMap<string, string> {
  return new Map([
    ['assets_unit', 'assets (unit)'],
    ['assets_path', 'assets (asset_path)'],
    ['assets_reference', 'assets (reference)'],
    ['problems_asset', 'problems (asset)'],
    ['problems_file', 'problems (file)'],
    ...indexedColumns.map(column => [`files_${column}`, `files (${column})`] as const),
    ...traits.map(({ name }) => [`files_trait_${name}`, `files (${traitColumn(name)})`] as const),
  ])
}

/** Name, expression: how views show the traits, in the order of their names. */
function shownTraits(traits: readonly SnapshotTrait[], table: string): Array<readonly [string, string]> {
  return traits.flatMap(({ name }) => {
    const shown = shownTrait(name)
    return shown === undefined ? [] : [[shown, `${table}.${traitColumn(name)}`] as const]
  })
}

function select(columns: ReadonlyArray<readonly [name: string, expression: string]>, from: string): string {
  return `select ${columns.map(([name, expression]) => `${expression} as ${identifier(name)}`).join(', ')} from ${from}`
}

const sortByName = (columns: ReadonlyArray<readonly [string, string]>) => columns.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** Rows of files: the head columns in a fixed order, the rest by name. */
function fileView(ingress: string, traits: readonly SnapshotTrait[]): string {
  const path = (column: string) => `${literal(`${ingress}/`)} || ${column}`
  const head: Array<readonly [string, string]> = [
    ...[
      'project',
      'specification',
      'descriptor',
      'version',
      'coordinate_x',
      'coordinate_y',
      'coordinate_z',
      'frame',
      'extension',
      'filename',
    ].map(name => [name, `f.${name}`] as const),
    ['filepath', path('f.filepath_relative')],
    ['file_error', 'f.file_error'],
    ['asset_name', 'a.asset_name'],
    ['asset_path', path('a.asset_path')],
    ['asset_type', 'a.asset_type'],
    ['asset_error', 'a.asset_error'],
    ['asset_valid', 'f.asset_valid'],
  ]
  const rest = sortByName([
    ['asset_path_relative', 'a.asset_path'],
    ['filepath_relative', 'f.filepath_relative'],
    ['modified', 'f.modified'],
    ['reference', 'a.reference'],
    ['size', 'f.size'],
    ...shownTraits(traits, 'f'),
  ])
  return select([...head, ...rest], 'files f left join assets a on a.id = f.asset')
}

/** Rows of assets. A trait is shown where all files of the asset agree on it; `asset_traits` has every file's. */
function assetView(ingress: string, traits: readonly SnapshotTrait[]): string {
  const own = ['project', 'specification', 'descriptor', 'version', 'asset_name'] as const
  const head: Array<readonly [string, string]> = [
    ...own.map(name => [name, `a.${name}`] as const),
    ['asset_path', `${literal(`${ingress}/`)} || a.asset_path`],
    ['asset_type', 'a.asset_type'],
    ['asset_error', 'a.asset_error'],
    ['asset_valid', 'a.asset_valid'],
  ]
  const further = [
    'asset_traits',
    'bytes',
    'coordinate_x',
    'coordinate_y',
    'coordinate_z',
    'extension',
    'files',
    'frame',
    'reference',
  ] as const
  const rest = sortByName([
    ['asset_path_relative', 'a.asset_path'],
    ...further.map(name => [name, `a.${name}`] as const),
    ...shownTraits(traits, 'a'),
  ])
  return select([...head, ...rest], 'assets a')
}

/** The statements that make the views. */
export function viewStatements(ingress: string, specifications: readonly SnapshotSpecification[]): string {
  const traits = allTraits(specifications)
  const views = specifications.map(
    ({ name, traits: own }) => `create view ${identifier(name)} as ${fileView(ingress, own)} where f.specification = ${literal(name)};`,
  )
  return `
    create view data as ${fileView(ingress, traits)};
    create view asset_data as ${assetView(ingress, traits)};
    ${views.join('\n')}`
}
