import { linearPatternOf } from '../pattern/linear-pattern.ts'
import { isTraitValue } from '../traits/traits.ts'
import { keyOf, listed, shown, type RuleMaker } from './rule.ts'

const eq: RuleMaker = {
  scope: 'file',
  make(operand) {
    if (!isTraitValue(operand)) return 'needs a text, number, truth value or list'
    const key = keyOf(operand)
    return value => (value === operand || keyOf(value) === key ? undefined : `is ${shown(value)}; it must be ${shown(operand)}`)
  },
}

const oneOf: RuleMaker = {
  scope: 'file',
  make(operand) {
    if (!Array.isArray(operand) || operand.length === 0 || !operand.every(isTraitValue)) return 'needs a list of at least one value'
    const keys = new Set(operand.map(keyOf))
    const choices = listed(operand.map(shown))
    return value => (keys.has(keyOf(value)) ? undefined : `is ${shown(value)}; it must be one of ${choices}`)
  },
}

function comparison(words: string, holds: (value: number, bound: number) => boolean): RuleMaker {
  return {
    scope: 'file',
    make(operand) {
      if (typeof operand !== 'number' || !Number.isFinite(operand)) return 'needs a number'
      return value =>
        typeof value === 'number' && holds(value, operand) ? undefined : `is ${shown(value)}; it must be ${words} ${operand}`
    },
  }
}

interface Pattern {
  readonly source: string
  test(text: string): boolean
}

/** A text may come from a file of somebody else, so its time is bounded; a RegExp is code, as its module is. */
function compilePattern(operand: unknown): Pattern | string {
  if (operand instanceof RegExp) return new RegExp(operand.source, operand.flags.replace(/[gy]/g, ''))
  if (typeof operand !== 'string') return 'needs a regular expression'
  const compiled = linearPatternOf(operand, 'u')
  return typeof compiled === 'string' ? `needs a regular expression: ${compiled}` : { source: operand, test: text => compiled.test(text) }
}

const matches: RuleMaker = {
  scope: 'file',
  make(operand) {
    const pattern = compilePattern(operand)
    if (typeof pattern === 'string') return pattern
    return value => (typeof value === 'string' && pattern.test(value) ? undefined : `is ${shown(value)}; it must match ${pattern.source}`)
  },
}

/** Rules over one value: equality, membership, order, pattern. */
export const valueRules = {
  eq,
  in: oneOf,
  lt: comparison('less than', (value, bound) => value < bound),
  lte: comparison('at most', (value, bound) => value <= bound),
  gt: comparison('greater than', (value, bound) => value > bound),
  gte: comparison('at least', (value, bound) => value >= bound),
  matches,
} as const satisfies Record<string, RuleMaker>
