import type { DatabaseSync } from 'node:sqlite'
import type { AssetType } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { traitColumn } from '../snapshot/columns.ts'

/** A file of a valid asset, as the catalog has it. */
interface CatalogFile {
  readonly filename: string
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970, with fractions. */
  readonly modified: number
  readonly traits: Readonly<Record<string, unknown>>
}

/** A valid asset, as the catalog has it. */
export interface CatalogAsset {
  readonly path: string
  readonly name: string
  readonly type: AssetType
  readonly specification: string
  readonly reference: string
  readonly traits: Readonly<Record<string, readonly unknown[]>>
  readonly files: readonly CatalogFile[]
}

type Row = Readonly<Record<string, unknown>>

function isAssetType(value: unknown): value is AssetType {
  return value === 'file' || value === 'sequence' || value === 'complex'
}

/** A stored trait as it was measured: what the asset's lists hold tells lists and truth values apart. */
function measured(value: unknown, sample: unknown): unknown {
  if (Array.isArray(sample) && typeof value === 'string') return JSON.parse(value)
  return typeof sample === 'boolean' ? value === 1 : value
}

function coordinateOf(row: Row): readonly unknown[] | undefined {
  const values = [row.coordinate_x, row.coordinate_y, row.coordinate_z].filter(value => value !== null)
  return values.length === 0 ? undefined : values
}

/** Name fields and traits of a file, keys in the order of the asset's traits. */
function fileTraits(row: Row, traits: CatalogAsset['traits']): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [key, [sample]] of Object.entries(traits)) {
    const own = key === 'coordinate' ? coordinateOf(row) : (row[`t_${key}`] ?? row[key])
    if (own !== null && own !== undefined) values[key] = key === 'coordinate' ? own : measured(own, sample)
  }
  return values
}

function catalogAsset(row: Row, fileRows: readonly Row[]): CatalogAsset {
  const { asset_path: path, asset_name: name, asset_type: type, specification, reference, asset_traits: text } = row
  if (typeof name !== 'string' || typeof reference !== 'string' || !isAssetType(type)) {
    throw new FairleadError('config-invalid', `the catalog has no name, reference or type for the valid asset ${String(path)}`, {
      hint: 'Run: fairlead update',
    })
  }
  const traits: CatalogAsset['traits'] = JSON.parse(String(text))
  const files = fileRows.map(file => ({
    filename: String(file.filename),
    path: String(file.filepath_relative),
    size: Number(file.size),
    modified: Number(file.modified),
    traits: fileTraits(file, traits),
  }))
  return { path: String(path), name, type, specification: String(specification), reference, traits, files }
}

/** What a valid asset is known by. */
export interface ValidAsset {
  /** Relative to the ingress. */
  readonly path: string
  readonly name: string
  readonly files: number
  readonly bytes: number
}

/** The valid assets in the order of the catalog, without their files. */
export function* listValid(database: DatabaseSync): Generator<ValidAsset> {
  const rows = database
    .prepare('select asset_path as path, asset_name as name, files, bytes from assets where asset_valid = 1 order by asset_path')
    .iterate()
  for (const { path, name, files, bytes } of rows)
    yield { path: String(path), name: String(name), files: Number(files), bytes: Number(bytes) }
}

/** The paths of the files of valid assets, each with the path of its asset. */
export function* validFiles(database: DatabaseSync): Generator<{ readonly asset: string; readonly path: string }> {
  const rows = database
    .prepare(
      'select a.asset_path as asset, f.filepath_relative as path from files f join assets a on a.id = f.asset where a.asset_valid = 1',
    )
    .iterate()
  for (const { asset, path } of rows) yield { asset: String(asset), path: String(path) }
}

/** The valid assets that are wanted, one after the other, with all of their files; only whole assets are ever given. */
export function* validAssets(database: DatabaseSync, isWanted: (asset: { readonly path: string }) => boolean): Generator<CatalogAsset> {
  const traits = database.prepare("select name from pragma_table_info('files') where name like 't~_%' escape '~'").all()
  const traitColumns = traits.map(({ name }) => traitColumn(String(name).slice(2)))
  const columns = ['filename', 'filepath_relative', 'size', 'modified', 'project', 'specification', 'descriptor', 'version', 'coordinate_x', 'coordinate_y', 'coordinate_z', 'frame', 'extension'] // prettier-ignore
  const files = database.prepare(`select ${[...columns, ...traitColumns].join(', ')} from files where asset = ? order by id`)
  const assets = database.prepare(
    'select id, asset_path, asset_name, asset_type, specification, reference, asset_traits from assets where asset_valid = 1 order by asset_path',
  )
  for (const row of assets.iterate()) if (isWanted({ path: String(row.asset_path) })) yield catalogAsset(row, files.all(Number(row.id)))
}
