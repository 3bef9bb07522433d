import { isColumnType, type ColumnType, type ColumnValues } from './column.ts'
import type { TraitFile } from './trait-file.ts'

/** A value that a trait may have: it is stored as JSON. */
export type TraitValue = ColumnValues['json']

/**
 * Measures one property of a file, at once or by a promise; undefined where the file has none. What it throws or rejects
 * with is reported on that file.
 */
export type TraitFunction<T extends TraitValue = TraitValue> = (file: TraitFile) => T | undefined | Promise<T | undefined>

/** A trait: how it is measured, and what its values are. */
export interface Trait<K extends ColumnType = ColumnType> {
  readonly type: K
  /** What a number counts, such as `px`, `s` or `Hz`. */
  readonly unit?: string
  /** One sentence, for documentation. */
  readonly description: string
  readonly measure: TraitFunction<ColumnValues[K]>
  /** How long a promise may take, in milliseconds; without it as long as it likes. */
  readonly timeoutMs?: number
}

/** Traits by name. */
export type TraitRegistry = Readonly<Record<string, Trait>>

/** How long a promise of a trait function of one's own may take when it sets no limit. */
const defaultTimeoutMs = 30_000

/** A trait of one's own. */
export interface TraitInit<K extends ColumnType> {
  /** The type of its values: columns, the types of rules and a check of what the function gives come from it. */
  readonly type: K
  /** What a number counts, such as `px`, `s` or `Hz`. */
  readonly unit?: string
  /** One sentence, for documentation. */
  readonly description: string
  readonly measure: (file: TraitFile) => NoInfer<ColumnValues[K]> | undefined | Promise<NoInfer<ColumnValues[K]> | undefined>
  /** How long a promise may take, in milliseconds; by default 30,000. */
  readonly timeoutMs?: number
}

/** A trait of one's own with the type of its values. */
export function defineTrait<const K extends ColumnType>(definition: TraitInit<K>): Trait<K> {
  return { timeoutMs: defaultTimeoutMs, ...definition }
}

/** Whether a value is a trait: told by its shape, since there may be several copies of this package. */
export function isTrait(value: unknown): value is Trait {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    isColumnType(value.type) &&
    'measure' in value &&
    typeof value.measure === 'function' &&
    'description' in value &&
    typeof value.description === 'string'
  )
}

/** The trait of a bare function, whose values may have any type. */
export function traitOf(measure: TraitFunction): Trait<'json'> {
  return { type: 'json', description: 'Measured by a function of the specification.', measure, timeoutMs: defaultTimeoutMs }
}
