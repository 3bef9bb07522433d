import { linearPatternOf } from '../pattern/linear-pattern.ts'
import type { RuleOperand } from '../yaml/specification-text.ts'
import { follow, knownName, literalOf, type Literal } from './evaluate.ts'
import type { Expression } from './expression.ts'
import type { Findings } from './findings.ts'
import type { PythonModule } from './python-module.ts'

/** The rules of one subject while they are gathered. */
export type Rules = Map<string, RuleOperand>

/** What a validator is applied to. */
export interface Subject {
  readonly name: string
  /** Inside of a list of lists: a validator sees one value of a coordinate. */
  readonly isInner: boolean
  readonly isNumber: boolean
}

/** Validators whose whole content the grammar of names and the rules of every specification hold already. */
const grammatical: Readonly<Record<string, string>> = {
  is_project: 'project',
  is_descriptor: 'descriptor',
  is_version: 'version',
  is_frame: 'frame',
  is_coordinate: 'coordinate',
  is_extension: 'extension',
}

/** The same on a trait: as rules of ours. */
const onTraits: Readonly<Record<string, ReadonlyArray<readonly [string, RuleOperand]>>> = {
  is_project: [['matches', '^[a-z]{3,10}[0-9]{1,4}$']],
  is_extension: [['matches', '^[a-z0-9]+$']],
  is_version: [
    ['gte', 1],
    ['lte', 999],
  ],
  is_frame: [
    ['gte', 0],
    ['lte', 9999],
  ],
}

const comparisons: Readonly<Record<string, string>> = { is_eq: 'eq', is_in: 'in', is_lt: 'lt', is_lte: 'lte', is_gt: 'gt', is_gte: 'gte' }

const flags: Readonly<Record<string, readonly [rule: string, corrected?: string]>> = {
  is_homogenous: ['homogeneous'],
  is_not_missing_values: [
    'noMissingValues',
    'a value can occur in several files; Hidebound rejected repeated values, such as a frame at two coordinates',
  ],
  has_uniform_coordinate_count: ['uniformCoordinateCount'],
  has_dense_coordinates: [
    'denseCoordinates',
    'coordinates of different lengths make the asset invalid; in Hidebound they stopped the update',
  ],
}

const byHand = 'State it as a rule by hand, or write the specification in TypeScript with a check of your own under "each" or "all".'

function isOperand(value: Literal): value is Exclude<Literal, null> & RuleOperand {
  return Array.isArray(value) ? value.every(isOperand) : value !== null
}

function tighter(rule: string, old: RuleOperand, next: RuleOperand): RuleOperand | undefined {
  if (JSON.stringify(old) === JSON.stringify(next)) return old
  if (typeof old === 'number' && typeof next === 'number') {
    if (rule === 'gt' || rule === 'gte') return Math.max(old, next)
    if (rule === 'lt' || rule === 'lte') return Math.min(old, next)
  }
  if (rule === 'in' && Array.isArray(old) && Array.isArray(next)) {
    const common = old.filter(one => next.some(other => JSON.stringify(one) === JSON.stringify(other)))
    return common.length > 0 ? common : undefined
  }
  return undefined
}

/** Adds a rule; two of a kind become the stricter one. */
function add(rules: Rules, rule: string, operand: RuleOperand, at: Expression, findings: Findings): void {
  const old = rules.get(rule)
  const merged = old === undefined ? operand : tighter(rule, old, operand)
  if (merged === undefined)
    findings.drop(at.node, `It contradicts another ${rule} on the same field, so that no asset could be valid.`, 'Keep one of the two.')
  else rules.set(rule, merged)
}

/** A Python value as the type that the field has: True is 1 among numbers. */
function typed(value: Literal, { isNumber }: Subject): Literal {
  if (Array.isArray(value)) return value.map(one => typed(one, { name: '', isInner: false, isNumber }))
  return isNumber && typeof value === 'boolean' ? Number(value) : value
}

function applyCall(
  name: string,
  operands: readonly Expression[],
  at: Expression,
  subject: Subject,
  rules: Rules,
  module: PythonModule,
  findings: Findings,
): void {
  const owner = grammatical[name]
  const comparison = comparisons[name]
  const flag = flags[name]
  if (subject.isInner && name !== 'is_coordinate') {
    findings.drop(at.node, `${name} checks each number of a coordinate; rules check whole coordinates.`, byHand)
  } else if (owner !== undefined && owner === subject.name && operands.length === 0) {
    if (name === 'is_coordinate')
      findings.note(at.node, 'is_coordinate: each number is 0 to 9999, which Hidebound checks too; only its message says 1000.')
  } else if (onTraits[name] !== undefined && operands.length === 0) {
    for (const [rule, operand] of onTraits[name]) add(rules, rule, operand, at, findings)
  } else if (flag !== undefined && operands.length === 0) {
    add(rules, flag[0], true, at, findings)
    if (flag[1] !== undefined) findings.note(at.node, `${name}: ${flag[1]}.`)
  } else if (comparison !== undefined || name === 'coordinates_begin_at') {
    const [operand] = operands
    const literal = operand === undefined || operands.length !== 1 ? undefined : literalOf(module, operand)
    const value = literal === undefined ? undefined : typed(literal, subject)
    const isOrder = comparison !== undefined && comparison !== 'eq' && comparison !== 'in'
    const isList = comparison === 'in' || name === 'coordinates_begin_at'
    if (value === undefined || !isOperand(value)) findings.drop(at.node, `${name} does not compare with a literal value.`, byHand)
    else if (isOrder && typeof value !== 'number') findings.drop(at.node, `${name} compares with something other than a number.`, byHand)
    else if (isList && (!Array.isArray(value) || value.length === 0))
      findings.drop(at.node, `${name} needs a list of at least one value.`, byHand)
    else add(rules, comparison ?? 'coordinatesBeginAt', value, at, findings)
  } else findings.drop(at.node, `${name} is not a YAML rule for ${subject.name}.`, byHand)
}

/** Carries one validator over: a function of Hidebound's, or a lambda that calls one with literal values. */
export function applyValidator(module: PythonModule, validator: Expression, subject: Subject, rules: Rules, findings: Findings): void {
  const name = knownName(module, validator, ['hidebound'])
  if (name !== undefined) return applyCall(name, [], validator, subject, rules, module, findings)
  const found = follow(module, validator)
  const [parameter, ...more] = found.kind === 'lambda' ? found.parameters : []
  const call = found.kind === 'lambda' ? found.body : found
  if (parameter !== undefined && more.length === 0 && call.kind === 'call' && !call.spread && call.named.size === 0) {
    const [first, ...operands] = call.positional
    const called = knownName(module, call.callee, ['hidebound'])
    if (called !== undefined && first?.kind === 'name' && first.name === parameter)
      return applyCall(called, operands, validator, subject, rules, module, findings)
  }
  findings.drop(validator.node, 'This validator is code of its own.', byHand)
}

/** Arguments of the types themselves that are rules: `IntType(min_value=1)`. */
export function applyTypeArgument(module: PythonModule, key: string, value: Expression, rules: Rules, findings: Findings): void {
  const literal = literalOf(module, value)
  const rule = { min_value: 'gte', max_value: 'lte', choices: 'in' }[key]
  const isFit = rule === 'in' ? Array.isArray(literal) && literal.length > 0 : typeof literal === 'number'
  if (rule !== undefined && isFit && literal !== undefined && isOperand(literal)) return add(rules, rule, literal, value, findings)
  if (key === 'regex' && typeof literal === 'string') {
    const pattern = `^(?:${literal})`
    const isPlain = !/\(\?(?!:)|\\[AZ]/.test(literal) && typeof linearPatternOf(pattern, 'u') !== 'string'
    if (isPlain) return add(rules, 'matches', pattern, value, findings)
  }
  findings.drop(value.node, `The argument ${key} of a type has no counterpart.`, byHand)
}
