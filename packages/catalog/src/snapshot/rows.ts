/** What a snapshot stores of a trait; lists are JSON. */
export type StoredValue = string | number | null

/** What a name says, as columns. */
export interface NameColumns {
  readonly project: string | null
  readonly descriptor: string | null
  readonly version: number | null
  readonly coordinate: readonly number[] | null
  readonly frame: number | null
  readonly extension: string | null
}

export interface AssetRow {
  readonly names: NameColumns
  readonly id: number
  readonly path: string
  readonly name: string | null
  readonly type: string
  readonly error: string | null
  readonly valid: boolean
  readonly reference: string | null
  readonly files: number
  readonly bytes: number
  /** JSON: by trait the list of its values, one element a file. */
  readonly allTraits: string
  /** The traits that all files agree on. */
  readonly traits: Readonly<Record<string, StoredValue>>
  readonly specification: string
}

/** One thing that is wrong, and where. */
export interface ProblemRow {
  readonly asset: number | null
  readonly file: number | null
  /** Relative to the ingress: of the file, or of the asset when no single file is to blame. */
  readonly path: string
  readonly kind: string
  readonly field: string | null
  /** Index in the file's name of the first wrong character. */
  readonly position: number | null
  readonly message: string
  readonly legalName: string | null
}

/** A trait as a column takes it. */
export function storedValue(value: unknown): StoredValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value)
}

/** The one value that all elements have, else undefined. */
export function common(values: readonly unknown[] | undefined, count: number): unknown {
  if (values === undefined || values.length !== count) return undefined
  const [first] = values
  return values.every(value => value === first) ? first : undefined
}
