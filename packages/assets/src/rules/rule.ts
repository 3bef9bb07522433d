import type { TraitValue } from '../traits/traits.ts'

/** A failed rule as a sentence without its subject ("is 4; it must be 1024"), or undefined where it holds. */
export type Verdict = string | undefined

/** A rule over one file's value of its subject. */
export interface FileRule {
  readonly scope: 'file'
  /** The field or trait it is about. */
  readonly subject: string
  readonly rule: string
  readonly check: (value: TraitValue) => Verdict
}

/** A rule over the values that all files of an asset have of its subject. */
export interface AssetRule {
  readonly scope: 'asset'
  readonly subject: string
  readonly rule: string
  readonly check: (values: readonly TraitValue[]) => Verdict
}

export type Rule = FileRule | AssetRule

/** What makes a rule's check out of its operand; a text tells what is wrong with the operand. */
export type RuleMaker =
  | { readonly scope: 'file'; make(operand: unknown): FileRule['check'] | string }
  | { readonly scope: 'asset'; make(operand: unknown): AssetRule['check'] | string }

const maxListed = 10

/** The first of many things in words, and how many more there are. */
export function listed(items: readonly string[], total: number = items.length): string {
  const shown = items.slice(0, maxListed)
  return total > shown.length ? `${shown.join(', ')} and ${total - shown.length} more` : shown.join(', ')
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : (JSON.stringify(value) ?? String(value))
}

/** A key that is equal exactly for equal values. */
export function keyOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? '')
}
