import { identifier, literal, shownTrait, traitColumn } from './columns.ts'

/** The version of the snapshot's tables; a reader that knows another one asks for a new update. */
export const snapshotVersion = 1

/** What a snapshot knows of a specification: its name and the traits its view shows. */
export interface SnapshotSpecification {
  readonly name: string
  readonly traits: readonly string[]
}

const nameColumns = ['project', 'descriptor', 'version', 'coordinate_x', 'coordinate_y', 'coordinate_z', 'frame', 'extension'] as const

export const fileColumns = [
  'id',
  'asset',
  'filename',
  'filepath_relative',
  'size',
  'modified',
  'file_error',
  'specification',
  ...nameColumns,
] as const
export const assetColumns = [
  'id', 'asset_path', 'asset_name', 'asset_type', 'asset_error', 'asset_valid', 'reference', 'files', 'bytes', 'asset_traits', 'specification', ...nameColumns,
] as const // prettier-ignore

/** The traits of all specifications, each once, sorted. */
export function allTraits(specifications: readonly SnapshotSpecification[]): readonly string[] {
  return [...new Set(specifications.flatMap(({ traits }) => traits))].toSorted()
}

/** The statements that make the tables. */
export function tableStatements(traits: readonly string[]): string {
  const columns = (names: readonly string[]) => names.filter(name => name !== 'id').map(identifier)
  const traitColumns = traits.map(traitColumn)
  return `
    create table meta (key text primary key, value text not null) without rowid;
    create table files (id integer primary key, ${[...columns(fileColumns), ...traitColumns].join(', ')});
    create table assets (id integer primary key, ${[...columns(assetColumns), ...traitColumns].join(', ')});
    create table problems (id integer primary key, asset integer, file integer, path text not null, kind text not null, field text, position integer,
      message text not null, legal_name text);`
}

/** Name, expression: how views show the traits, in the order of their names. */
function shownTraits(traits: readonly string[], table: string): Array<readonly [string, string]> {
  return traits.flatMap(trait => {
    const shown = shownTrait(trait)
    return shown === undefined ? [] : [[shown, `${table}.${traitColumn(trait)}`] as const]
  })
}

function select(columns: ReadonlyArray<readonly [name: string, expression: string]>, from: string): string {
  return `select ${columns.map(([name, expression]) => `${expression} as ${identifier(name)}`).join(', ')} from ${from}`
}

const sortByName = (columns: ReadonlyArray<readonly [string, string]>) => columns.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** Rows of files: the head columns in a fixed order, the rest by name. */
function fileView(ingress: string, traits: readonly string[]): string {
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
    ['asset_valid', 'coalesce(a.asset_valid, 0)'],
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
function assetView(ingress: string, traits: readonly string[]): string {
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

/** The statements that make indexes and views, once the rows are in. */
export function viewStatements(ingress: string, specifications: readonly SnapshotSpecification[]): string {
  const traits = allTraits(specifications)
  const views = specifications.map(
    ({ name, traits: own }) => `create view ${identifier(name)} as ${fileView(ingress, own)} where f.specification = ${literal(name)};`,
  )
  return `
    create index files_asset on files (asset);
    create index problems_asset on problems (asset);
    create view data as ${fileView(ingress, traits)};
    create view asset_data as ${assetView(ingress, traits)};
    ${views.join('\n')}`
}
