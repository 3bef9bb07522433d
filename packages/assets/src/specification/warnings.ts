import { isFieldName } from '../grammar/fields.ts'
import { illegalIn } from '../rules/legal-rule.ts'
import { listed, shown, type FileRule } from '../rules/rule.ts'
import { ruleMakers } from '../rules/rule-table.ts'
import { isOfType, type Column } from '../traits/column.ts'
import type { TraitValue } from '../traits/trait.ts'
import type { Issue } from '../rules/compile-rules.ts'
import type { Specification } from './specification.ts'

/** Why a value can't be, as words: a rule of the specification or what names always are. */
interface Demand {
  readonly rule: string
  readonly words: string
  readonly refuses: (value: TraitValue) => boolean
}

/** The least and the greatest number that the field of a legal name holds. */
const nameBounds: Readonly<Record<string, readonly [number, number]>> = { version: [1, 999], frame: [0, 9999] }

function demandsOf({ name, fileRules, assetRules }: Specification, column: Column): readonly Demand[] {
  const ofNames: Demand[] = []
  if (isFieldName(column.name)) {
    const field = column.name
    ofNames.push({ rule: 'names', words: `must be a legal ${field}`, refuses: value => illegalIn(field, value) !== undefined })
    if (field === 'specification') ofNames.push({ rule: 'names', words: `must be ${name}`, refuses: value => value !== name })
  }
  return [
    ...fileRules
      .filter(({ subject, rule }) => subject === column.name && ruleMakers.has(rule))
      .map(({ rule, words, check }) => ({ rule, words, refuses: (value: TraitValue) => check(value) !== undefined })),
    ...assetRules
      .filter(({ subject, rule }) => subject === column.name && rule === 'coordinatesBeginAt')
      .map(({ rule, words, check }) => ({ rule, words, refuses: (value: TraitValue) => check([value]) !== undefined })),
    ...ofNames,
  ]
}

/** The values that a rule leaves, where it counts them. */
function choicesOf({ rule, operand }: FileRule): readonly TraitValue[] | undefined {
  if (rule === 'eq') return isOfType('json', operand) ? [operand] : undefined
  if (rule === 'in') return Array.isArray(operand) ? operand.filter(value => isOfType('json', value)) : undefined
  return rule === 'attributeOf' && typeof operand === 'object' && operand !== null ? Object.keys(operand) : undefined
}

interface Bound {
  readonly value: number
  readonly rule: string
}

const saysOf = ({ rule, words }: { readonly rule: string; readonly words: string }) =>
  rule === 'names' ? `in names it ${words}` : `${rule} says it ${words}`

/** Choices that another demand refuses: all of them make the rules impossible, some of them are dead. */
function choiceWarnings(rules: readonly FileRule[], demands: readonly Demand[], name: string): readonly Issue[] {
  for (const rule of rules) {
    const choices = choicesOf(rule)
    if (choices === undefined) continue
    // `coordinatesBeginAt` is about the first coordinate only, so it refuses a choice only where there is one.
    const others = demands.filter(demand => demand.rule !== rule.rule && (demand.rule !== 'coordinatesBeginAt' || choices.length === 1))
    const dead = choices.filter(value => others.some(({ refuses }) => refuses(value)))
    if (dead.length === 0) continue
    const against = others.filter(({ refuses }) => dead.some(refuses)).map(saysOf)
    const message =
      dead.length === choices.length
        ? `No file can meet the rules of ${name}: ${saysOf(rule)}, but ${listed(against)}.`
        : `The rule ${rule.rule} of ${name} lists what can never be: ${listed(dead.map(shown))}, since ${listed(against)}.`
    return [{ path: ['rules', name, rule.rule], message }]
  }
  return []
}

/** Bounds that leave no number between them. */
function boundWarnings(rules: readonly FileRule[], { name, type }: Column): readonly Issue[] {
  const named = nameBounds[name]
  let least: Bound = { value: named?.[0] ?? -Infinity, rule: 'names' }
  let most: Bound = { value: named?.[1] ?? Infinity, rule: 'names' }
  const strict = new Set<string>()
  for (const { rule, operand } of rules) {
    if (typeof operand !== 'number') continue
    // A whole number above 5 is at least 6; of other numbers the bound itself is left out.
    const step = type === 'integer' ? 1 : 0
    const lower = rule === 'gte' ? Math.ceil(operand) : Math.floor(operand) + 1
    const upper = rule === 'lte' ? Math.floor(operand) : Math.ceil(operand) - 1
    if ((rule === 'gt' || rule === 'gte') && (step === 1 ? lower : operand) >= least.value)
      least = { value: step === 1 ? lower : operand, rule }
    if ((rule === 'lt' || rule === 'lte') && (step === 1 ? upper : operand) <= most.value)
      most = { value: step === 1 ? upper : operand, rule }
    if (step === 0 && (rule === 'gt' || rule === 'lt')) strict.add(rule)
  }
  const isEmpty = least.value > most.value || (least.value === most.value && (strict.has(least.rule) || strict.has(most.rule)))
  if (!isEmpty) return []
  const words = ({ rule, value }: Bound) => {
    const one = rules.find(candidate => candidate.rule === rule)
    return one === undefined ? `in names it must be ${value === named?.[0] ? 'at least' : 'at most'} ${value}` : saysOf(one)
  }
  const rule = rules.find(candidate => candidate.rule === (most.rule === 'names' ? least.rule : most.rule))
  return [
    { path: ['rules', name, rule?.rule ?? ''], message: `No file can meet the rules of ${name}: ${words(least)}, but ${words(most)}.` },
  ]
}

function patternWarning(pattern: unknown, what: string, path: Issue['path']): readonly Issue[] {
  if (!(pattern instanceof RegExp)) return []
  const message = `The pattern of ${what} is a RegExp, whose time is not bounded; as a text, ${JSON.stringify(pattern.source)}, it is.`
  return [{ path, message }]
}

/**
 * What is legal in a specification and yet can't be meant: rules that no file can meet, choices that can never be, origins
 * that no name can hold, patterns whose time is not bounded. Each with the path of its key in the definition.
 */
export function specificationWarnings(specification: Specification): readonly Issue[] {
  const { columns, fileRules, assetRules, root } = specification
  const found: Issue[] = []
  for (const column of columns) {
    const { name } = column
    const rules = fileRules.filter(({ subject, rule }) => subject === name && ruleMakers.has(rule))
    const ofChoices = choiceWarnings(rules, demandsOf(specification, column), name)
    found.push(...ofChoices)
    if (ofChoices.length === 0) found.push(...boundWarnings(rules, column))
    for (const { rule, operand } of rules) if (rule === 'matches') found.push(...patternWarning(operand, name, ['rules', name, rule]))
    const origin = assetRules.find(({ subject, rule }) => subject === name && rule === 'coordinatesBeginAt')
    if (name === 'coordinate' && origin !== undefined && illegalIn('coordinate', origin.operand) !== undefined) {
      const message = `No asset can meet the rules of coordinate: it ${origin.words}, but in names every number is from 0 to 9999.`
      found.push({ path: ['rules', name, 'coordinatesBeginAt'], message })
    }
  }
  if (root !== undefined && 'pattern' in root) found.push(...patternWarning(root.pattern, 'the root', ['root', 'pattern']))
  return found
}
