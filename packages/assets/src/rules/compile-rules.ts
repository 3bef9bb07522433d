import { coordinateRules } from './coordinate-rules.ts'
import { listRules } from './list-rules.ts'
import type { Rule, RuleMaker, Verdict } from './rule.ts'
import { valueRules } from './value-rules.ts'

const makers: ReadonlyMap<string, RuleMaker> = new Map(Object.entries({ ...valueRules, ...listRules, ...coordinateRules }))

/** Every rule that a specification may name. */
export const ruleNames: readonly string[] = ['required', ...makers.keys(), 'each', 'all']

/** Something wrong with a definition, at a path of keys from its top. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The rules of one subject, or what is wrong with them. */
export interface CompiledRules {
  readonly required: boolean
  readonly rules: readonly Rule[]
  readonly issues: readonly Issue[]
}

type CustomCheck = (value: unknown) => unknown

function isCheck(value: unknown): value is CustomCheck {
  return typeof value === 'function'
}

/** Whether a value is a plain mapping of keys. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A custom check says true or undefined where it holds, false or a sentence where not. */
function verdictOf(result: unknown): Verdict {
  if (result === true || result === undefined) return undefined
  return typeof result === 'string' ? `is refused: ${result}` : 'is refused'
}

/** A rule that throws is a rule that failed, told by its name. */
function guarded<V>(check: (value: V) => Verdict): (value: V) => Verdict {
  return value => {
    try {
      return check(value)
    } catch (error) {
      return `could not be checked: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
    }
  }
}

/** Compiles the rules of one field or trait; `path` is where they stand in the definition. */
export function compileRules(subject: string, definition: unknown, path: Issue['path']): CompiledRules {
  if (!isMapping(definition))
    return { required: false, rules: [], issues: [{ path, message: `The rules of ${subject} must be a mapping of rule names.` }] }
  const rules: Rule[] = []
  const issues: Issue[] = []
  let required = false
  const custom = (scope: 'each' | 'all', checks: unknown): void => {
    if (!isMapping(checks)) {
      issues.push({ path: [...path, scope], message: `"${scope}" of ${subject} must hold functions by name.` })
      return
    }
    for (const [rule, check] of Object.entries(checks)) {
      if (!isCheck(check)) issues.push({ path: [...path, scope, rule], message: `The check ${rule} of ${subject} must be a function.` })
      else if (scope === 'each') rules.push({ scope: 'file', subject, rule, check: guarded(value => verdictOf(check(value))) })
      else rules.push({ scope: 'asset', subject, rule, check: guarded(values => verdictOf(check(values))) })
    }
  }
  for (const [rule, operand] of Object.entries(definition)) {
    const maker = makers.get(rule)
    if (operand === undefined) continue
    if (rule === 'each' || rule === 'all') custom(rule, operand)
    else if (rule === 'required') {
      if (typeof operand === 'boolean') required = operand
      else issues.push({ path: [...path, rule], message: `The rule required of ${subject} needs true or false.` })
    } else if (maker === undefined) {
      issues.push({ path: [...path, rule], message: `${subject} has the unknown rule ${rule}; choose from: ${ruleNames.join(', ')}.` })
    } else if (maker.scope === 'file') {
      const check = maker.make(operand)
      if (typeof check === 'string') issues.push({ path: [...path, rule], message: `The rule ${rule} of ${subject} ${check}.` })
      else rules.push({ scope: 'file', subject, rule, check: guarded(check) })
    } else {
      const check = maker.make(operand)
      if (typeof check === 'string') issues.push({ path: [...path, rule], message: `The rule ${rule} of ${subject} ${check}.` })
      else rules.push({ scope: 'asset', subject, rule, check: guarded(check) })
    }
  }
  return { required, rules, issues }
}
