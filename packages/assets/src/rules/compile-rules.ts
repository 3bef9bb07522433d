import { isOfType, type ColumnType } from '../traits/column.ts'
import { typeWords } from './column-schema.ts'
import { allCheck, eachCheck, guarded, isCheck } from './own-check.ts'
import type { Rule, RuleMaker } from './rule.ts'
import { fitsType, ruleMakers, ruleNames } from './rule-table.ts'

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

/** What is ruled: a field or a trait, and the type of its values; `json` where it is not known. */
export interface Subject {
  readonly name: string
  readonly type: ColumnType
}

/** Whether a value is a plain mapping of keys. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Why a rule does not suit the type of its subject's values: files would fail it whatever they are. */
function typeProblem(rule: string, maker: RuleMaker, operand: unknown, { name, type }: Subject): string | undefined {
  if (!fitsType(maker, type)) {
    const wanted = (maker.fits ?? []).map(one => typeWords[one]).join(' or ')
    return `The rule ${rule} is for ${wanted}, but the values of ${name} are ${typeWords[type]}.`
  }
  const values: readonly unknown[] = rule === 'eq' ? [operand] : rule === 'in' && Array.isArray(operand) ? operand : []
  const foreign = values.find(value => isOfType('json', value) && !isOfType(type, value))
  return foreign === undefined
    ? undefined
    : `The rule ${rule} of ${name} can never hold for ${JSON.stringify(foreign)}: the values of ${name} are ${typeWords[type]}.`
}

/** Compiles the rules of one field or trait; `path` is where they stand in the definition. */
export function compileRules(subject: Subject, definition: unknown, path: Issue['path']): CompiledRules {
  const { name } = subject
  if (!isMapping(definition))
    return { required: false, rules: [], issues: [{ path, message: `The rules of ${name} must be a mapping of rule names.` }] }
  const rules: Rule[] = []
  const issues: Issue[] = []
  let required = false
  const report = (message: string, ...keys: readonly string[]): void => void issues.push({ path: [...path, ...keys], message })
  const custom = (scope: 'each' | 'all', checks: unknown): void => {
    if (!isMapping(checks) || Object.keys(checks).length === 0)
      return report(`"${scope}" of ${name} must contain functions by name, which needs a specification in TypeScript.`, scope)
    for (const [rule, check] of Object.entries(checks)) {
      if (check === undefined) continue
      const facts = { subject: name, rule, operand: undefined, words: `must pass the check ${rule}` }
      if (!isCheck(check))
        report(`The check ${rule} of ${name} must be a function, which needs a specification in TypeScript.`, scope, rule)
      else if (ruleNames.includes(rule)) report(`The check ${rule} of ${name} has the same name as a built-in rule.`, scope, rule)
      else if (scope === 'each') rules.push({ scope: 'file', ...facts, check: eachCheck(rule, check) })
      else rules.push({ scope: 'asset', ...facts, check: allCheck(rule, check) })
    }
  }
  for (const [rule, operand] of Object.entries(definition)) {
    const maker = ruleMakers.get(rule)
    if (operand === undefined) continue
    if (rule === 'each' || rule === 'all') custom(rule, operand)
    else if (rule === 'required') {
      if (typeof operand === 'boolean') required = operand
      else report(`The rule required of ${name} needs true or false.`, rule)
    } else if (maker === undefined) report(`${name} has the unknown rule ${rule}; choose from: ${ruleNames.join(', ')}.`, rule)
    else {
      const add = (made: string | Rule): void => {
        const problem = typeof made === 'string' ? `The rule ${rule} of ${name} ${made}.` : typeProblem(rule, maker, operand, subject)
        if (problem !== undefined) report(problem, rule)
        else if (typeof made !== 'string') rules.push(made)
      }
      const facts = { subject: name, rule, operand }
      if (maker.scope === 'file') {
        const made = maker.make(operand)
        add(typeof made === 'string' ? made : { scope: 'file', ...facts, words: made.words, check: guarded(rule, made.check) })
      } else {
        const made = maker.make(operand)
        add(typeof made === 'string' ? made : { scope: 'asset', ...facts, words: made.words, check: guarded(rule, made.check) })
      }
    }
  }
  return { required, rules, issues }
}
