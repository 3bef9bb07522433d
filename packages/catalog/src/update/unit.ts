import type { AssetRow, ProblemRow, StoredValue } from '../snapshot/rows.ts'

/** A column of some rows: a value each, or the one that all have. */
export type ColumnValues = { readonly same: StoredValue } | { readonly each: readonly StoredValue[] }

/** Files of one asset, or files of none, by column of the table `files`; all lists are as long as there are files. */
export interface FileBlock {
  /** Index in the unit's assets; undefined for files that belong to none. */
  readonly asset: number | undefined
  readonly count: number
  readonly columns: Readonly<Record<string, ColumnValues>>
}

/** A problem of a unit: its asset and file as indexes in the unit. */
export interface UnitProblem extends Omit<ProblemRow, 'asset' | 'file'> {
  readonly asset: number | undefined
  readonly file: number | undefined
}

/**
 * The part of the ingress that is checked as one, since no asset reaches out of it: a folder with everything below it
 * when its files or its name claim an asset, else what lies directly in a folder. As rows of the catalog.
 */
export interface Unit {
  /** The folder, relative to the ingress. */
  readonly path: string
  /** What tells this state of it from any other; null when a file may change again without its times telling, so that it is looked at again. */
  readonly signature: string | null
  /** Whether everything below the folder is part of it. */
  readonly isDeep: boolean
  readonly assets: ReadonlyArray<Omit<AssetRow, 'id'>>
  readonly blocks: readonly FileBlock[]
  readonly problems: readonly UnitProblem[]
  /** Files of its assets in all, and of no asset. */
  readonly files: number
}

/** Sets aside a column's values as they come, and packs them when all are there. */
export function packColumn(values: readonly StoredValue[]): ColumnValues {
  const [first = null] = values
  for (let index = 1; index < values.length; index++) if (values[index] !== first) return { each: values }
  return { same: first }
}

/** Folders whose content is to be looked at, by name, in order of their paths; `''` in a list of names is the folder itself. */
export interface Frame {
  readonly folder: string
  readonly names: readonly string[]
}

/** What a scan of some folders gives, in order of path. */
export interface Scanned {
  readonly units: readonly Unit[]
  /** Ids of units of the previous snapshot that are as they were. */
  readonly same: readonly number[]
  /** What is still to be looked at, in order, behind all of the above. */
  readonly rest: readonly Frame[]
  readonly files: number
  /** How many files were opened. */
  readonly opened: number
}
