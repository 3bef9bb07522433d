import type { TraitValue } from '../traits/trait.ts'
import type { ColumnType } from '../traits/column.ts'
import type { JsonSchema } from './column-schema.ts'

/** A failed rule as a sentence without its subject ("is 4; it must be 1024"), or undefined where it holds. */
export type Verdict = string | undefined

/** What is known of a rule besides its check. */
interface RuleFacts {
  /** The field or trait it is about. */
  readonly subject: string
  /** One of {@link ruleNames}, or the name of a check of one's own. */
  readonly rule: string
  /** What the definition says of it; undefined for a check of one's own. */
  readonly operand: unknown
  /** What it demands, without its subject: "must be at most 3". */
  readonly words: string
}

/** A rule over one file's value of its subject. */
export interface FileRule extends RuleFacts {
  readonly scope: 'file'
  readonly check: (value: TraitValue) => Verdict
}

/** A rule over the values that all files of an asset have of its subject. */
export interface AssetRule extends RuleFacts {
  readonly scope: 'asset'
  readonly check: (values: readonly TraitValue[]) => Verdict
}

export type Rule = FileRule | AssetRule

/** What an operand makes of a rule: its words and its check; or a text that tells what is wrong with the operand. */
type Made<R extends Rule> = Pick<R, 'words' | 'check'> | string

interface RuleDescription {
  /** One sentence for documentation and editors. */
  readonly about: string
  /** The types of values it can be asked of; absent: all. */
  readonly fits?: readonly ColumnType[]
  /** The JSON Schema of its operand, given that of a value of its subject. */
  readonly operand: (value: JsonSchema) => JsonSchema
}

/** A built-in rule: what makes its check out of an operand, and what documentation says of it. */
export type RuleMaker =
  | (RuleDescription & { readonly scope: 'file'; readonly make: (operand: unknown) => Made<FileRule> })
  | (RuleDescription & { readonly scope: 'asset'; readonly make: (operand: unknown) => Made<AssetRule> })

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
