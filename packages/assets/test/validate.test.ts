import { compileNameGrammar, defineSpecification, validate, validateAsset, validateEach, type MeasuredFile } from '@fairlead/assets'
import { describe, expect, expectTypeOf, test } from 'vitest'

const fields = ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'] as const
const grammar = compileNameGrammar(fields)
const directory = 'p-cat001_s-spec001_d-cat_v001'
const files: readonly MeasuredFile[] = [1, 2].map(frame => {
  const path = `${directory}/${directory}_c0003-0001_f000${frame}.png`
  return { path, parsed: grammar.parse(path.slice(directory.length + 1)), traits: {} }
})
const base = { name: 'spec001', type: 'sequence', filenameFields: fields } as const

const isMultipleOf = validate('{} is no multiple of {}.', (value: number, of: number) => value % of === 0)

describe('validate', () => {
  test('gives true, or the message with the arguments in it', () => {
    expect(isMultipleOf(4, 2)).toBe(true)
    expect(isMultipleOf(5, 2)).toBe('5 is no multiple of 2.')
    expect(validate('{1} before {0}, {0} and {7}', (_a: string, _b: number[]) => false)('x', [1, 2])).toBe('[1,2] before x, x and {7}')
    expect(
      validate<number>(
        value => `${value} is odd`,
        value => value % 2 === 0,
      )(3),
    ).toBe('3 is odd')
    expectTypeOf(isMultipleOf).toEqualTypeOf<(value: number, of: number) => true | string>()
  })

  test('of every element tells each wrong one once, and not more than ten', () => {
    const areEven = validateEach('{} is odd', (value: number) => value % 2 === 0)
    expect(areEven([])).toBe(true)
    expect(areEven([2, 4])).toBe(true)
    expect(areEven([1, 2, 3, 1])).toBe('1 is odd; 3 is odd')
    expect(areEven(Array.from({ length: 30 }, (_, index) => index))).toMatch(/19 is odd; and 5 more$/)
  })

  test('makes rules of a specification, typed by field and trait', () => {
    const specification = defineSpecification({
      ...base,
      rules: {
        frame: {
          each: { even: frame => isMultipleOf(frame, 2) },
          all: { odd: validateEach('{} is even', frame => (expectTypeOf(frame).toEqualTypeOf<number>(), frame % 2 === 1)) },
        },
        descriptor: { each: { dog: validate('{} is no dog', descriptor => descriptor.startsWith('dog')) } },
      },
    })
    expect(validateAsset(specification, files).problems.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'even: The frame fails the check even: 1 is no multiple of 2.',
      'dog: The descriptor fails the check dog: cat is no dog.',
      'dog: The descriptor fails the check dog: cat is no dog.',
      'odd: The frame fails the check odd: 2 is even.',
    ])
  })

  test('with a predicate for other values is a type error', () => {
    // @ts-expect-error: a descriptor is no number
    const wrong = () => defineSpecification({ ...base, rules: { descriptor: { each: { even: value => isMultipleOf(value, 2) } } } })
    expect(wrong).toBeTypeOf('function')
  })
})

/** What a check says that is given as it comes, without types. */
function told(check: (value: unknown) => unknown, scope: 'each' | 'all' = 'each'): string[] {
  const definition: unknown = { ...base, rules: { frame: { [scope]: { odd: check } } } }
  const specification = Reflect.apply(defineSpecification as (definition: never) => ReturnType<typeof defineSpecification>, undefined, [
    definition,
  ])
  const verdict = validateAsset(specification, files.slice(0, 1))
  expect(verdict.valid).toBe(verdict.problems.length === 0)
  return verdict.problems.map(({ rule, message }) => `${rule}: ${message}`)
}

function throwing(value: unknown): () => never {
  return () => {
    throw value
  }
}

const overflow = (value: unknown): unknown => [value, overflow([value])]
const mute = {
  toString(): string {
    throw new Error('no text')
  },
}
class Hostile extends Error {
  override get message(): string {
    throw new Error('no message')
  }
}

describe('a check that misbehaves is a failed validation of that asset with its name', () => {
  test.each<[string, (value: unknown) => unknown, string]>([
    ['throws an error', throwing(new TypeError('boom.')), 'it threw TypeError: boom'],
    ['throws undefined', throwing(undefined), 'it threw undefined'],
    ['throws null', throwing(null), 'it threw null'],
    ['throws a text', throwing('no'), 'it threw "no"'],
    ['throws what has no text', throwing(mute), 'it threw something that has no text'],
    ['throws an object without a prototype', throwing(Object.create(null)), 'it threw something that has no text'],
    ['throws an error whose message throws', throwing(new Hostile()), 'it threw something that has no text'],
    ['never returns from calling itself', overflow, 'it threw RangeError: Maximum call stack size exceeded'],
    ['gives a promise', async () => true, 'it returned a promise, but a check must be synchronous'],
    ['gives a promise that fails', async () => throwing(new Error('late'))(), 'it returned a promise, but a check must be synchronous'],
    ['gives NaN', () => Number.NaN, 'it returned NaN, which is neither a boolean nor text'],
    ['gives a number', () => 1, 'it returned 1, which is neither a boolean nor text'],
    ['gives null', () => null, 'it returned null, which is neither a boolean nor text'],
    ['gives an object', () => mute, 'it returned a value of type object, which is neither a boolean nor text'],
    ['gives a symbol', () => Symbol('x'), 'it returned a value of type symbol, which is neither a boolean nor text'],
    [
      'has a predicate that gives a promise',
      value => validate('no', (async () => true) as never)(value),
      'it threw TypeError: the predicate returned',
    ],
  ])('it %s', (_what, check, message) => {
    for (const scope of ['each', 'all'] as const)
      expect(told(check, scope)).toEqual([expect.stringContaining(`odd: The frame could not be checked by odd: ${message}`)])
  })

  test('a long message, or one of several lines, is one short line', () => {
    const [message = ''] = told(() => `a\nb${'x'.repeat(100_000)}`)
    expect(message).toMatch(/^odd: The frame fails the check odd: a bx+…\.$/)
    expect(message.length).toBeLessThan(600)
  })

  test('what a check does to a list does not reach the next', () => {
    const specification = defineSpecification({
      ...base,
      rules: {
        coordinate: { each: { sorts: one => (Reflect.apply(Array.prototype.sort, one, []), true) }, coordinatesBeginAt: [3, 1] },
        frame: { all: { empties: all => (Reflect.set(all, 'length', 0), true), two: all => all.length === 2 } },
      },
    })
    expect(validateAsset(specification, files)).toMatchObject({ valid: true })
  })
})
