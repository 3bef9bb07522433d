import { linearPatternOf } from '../pattern/linear-pattern.ts'
import { isOfType, type ColumnType } from '../traits/column.ts'
import { keyOf, listed, shown, type RuleMaker } from './rule.ts'

const isValue = (value: unknown) => isOfType('json', value)
const numeric: readonly ColumnType[] = ['integer', 'number']

const eq: RuleMaker = {
  scope: 'file',
  about: 'The value equals this one.',
  operand: value => value,
  make(operand) {
    if (!isOfType('json', operand)) return 'needs a text, number, truth value or list'
    const key = keyOf(operand)
    const words = `must be ${shown(operand)}`
    return { words, check: value => (value === operand || keyOf(value) === key ? undefined : `is ${shown(value)}; it ${words}`) }
  },
}

const oneOf: RuleMaker = {
  scope: 'file',
  about: 'The value is one of these.',
  operand: value => ({ type: 'array', minItems: 1, items: value }),
  make(operand) {
    if (!Array.isArray(operand) || operand.length === 0 || !operand.every(isValue)) return 'needs a list of at least one value'
    const keys = new Set(operand.map(keyOf))
    const words = `must be one of ${listed(operand.map(shown))}`
    return { words, check: value => (keys.has(keyOf(value)) ? undefined : `is ${shown(value)}; it ${words}`) }
  },
}

function comparison(order: string, holds: (value: number, bound: number) => boolean): RuleMaker {
  return {
    scope: 'file',
    about: `The value is ${order} this number.`,
    fits: numeric,
    operand: () => ({ type: 'number' }),
    make(operand) {
      if (typeof operand !== 'number' || !Number.isFinite(operand)) return 'needs a number'
      const words = `must be ${order} ${operand}`
      return { words, check: value => (typeof value === 'number' && holds(value, operand) ? undefined : `is ${shown(value)}; it ${words}`) }
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
  about: 'The text matches this regular expression; use ^ and $ to match from its start to its end.',
  fits: ['text'],
  operand: () => ({ type: 'string' }),
  make(operand) {
    const pattern = compilePattern(operand)
    if (typeof pattern === 'string') return pattern
    const words = `must match ${pattern.source}`
    return { words, check: value => (typeof value === 'string' && pattern.test(value) ? undefined : `is ${shown(value)}; it ${words}`) }
  },
}

/** The names of the attributes of an object and of its classes; not those that every object has. */
function attributesOf(object: object): ReadonlySet<string> {
  const names = new Set<string>()
  for (let from: object | null = object; from !== null && from !== Object.prototype; from = Reflect.getPrototypeOf(from)) {
    for (const name of Object.getOwnPropertyNames(from)) if (name !== 'constructor') names.add(name)
  }
  return names
}

const attributeOf: RuleMaker = {
  scope: 'file',
  about: 'The text is a key of this mapping; the values of the keys do not matter.',
  fits: ['text'],
  operand: () => ({ type: 'object', minProperties: 1 }),
  make(operand) {
    const isObject = typeof operand === 'object' && operand !== null && !Array.isArray(operand)
    const names = isObject ? attributesOf(operand) : new Set<string>()
    if (names.size === 0) return 'needs a mapping of at least one key'
    const words = `must be one of the keys ${listed([...names])}`
    return { words, check: value => (typeof value === 'string' && names.has(value) ? undefined : `is ${shown(value)}; it ${words}`) }
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
  attributeOf,
} as const satisfies Record<string, RuleMaker>
