import type { ColumnType } from '../traits/column.ts'
import { coordinateRules } from './coordinate-rules.ts'
import { legalRules } from './legal-rule.ts'
import { listRules } from './list-rules.ts'
import type { RuleMaker } from './rule.ts'
import { valueRules } from './value-rules.ts'

/** The built-in rules by name: what compiles them, documents them and makes the JSON Schema. */
export const ruleMakers: ReadonlyMap<string, RuleMaker> = new Map(
  Object.entries({ ...valueRules, ...legalRules, ...listRules, ...coordinateRules }),
)

/** The rule that decides whether a value must be there at all. */
export const requiredRule = { about: 'Every file has a value. Without this rule, a missing value breaks no rule.' } as const

/** Every rule that a specification may name; `each` and `all` hold functions of one's own. */
export const ruleNames: readonly string[] = ['required', ...ruleMakers.keys(), 'each', 'all']

/** Whether a rule can be asked of values of a type. */
export function fitsType({ fits }: RuleMaker, type: ColumnType): boolean {
  return type === 'json' || fits === undefined || fits.includes(type)
}
