import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileLinearPattern } from '../src/index.ts'

const atoms = [
  'a',
  'b',
  '.',
  '\\d',
  '\\w',
  '\\b',
  '\\B',
  '^',
  '$',
  '[ab]',
  '[^a]',
  '[\\]a-c]',
  '\\.',
  '\\n',
  '\\x61',
  'é',
  '\\u{1F600}',
  '\\p{L}',
  '😀',
]
const quantifiers = ['', '', '', '*', '+', '?', '*?', '{2}', '{0,2}', '{1,}', '{0}']
const characters = ['a', 'b', 'c', 'A', '1', '_', '.', '\n', ' ', 'é', '😀', ']', '{', '']

const { source } = fc.letrec<{ source: string; part: string }>(tie => ({
  source: fc
    .array(fc.array(tie('part'), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map(choices => choices.map(parts => parts.join('')).join('|')),
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...atoms),
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('source'), fc.constantFrom(...quantifiers))
      .map(([opening, inner, quantifier]) => `${opening}${inner})${quantifier}`),
    fc
      .tuple(fc.constantFrom(...atoms.filter(atom => !/^(\^|\$|\\b|\\B)$/i.test(atom))), fc.constantFrom(...quantifiers))
      .map(parts => parts.join('')),
  ),
}))
const flags = fc.subarray(['i', 'm', 's']).map(some => ['u', ...some].join(''))
const text = fc.array(fc.constantFrom(...characters), { maxLength: 8 }).map(parts => parts.join(''))

describe('a linear pattern', () => {
  test('finds what the engine of JavaScript finds', () => {
    fc.assert(
      fc.property(source, flags, fc.array(text, { minLength: 1, maxLength: 5 }), (pattern, withFlags, texts) => {
        // Within a surrogate pair V8 finds a place that is no boundary, where the language has no place at all.
        fc.pre(!pattern.includes('\\B') || !texts.some(one => one.includes('😀')))
        const ours = compileLinearPattern(pattern, withFlags)
        expect(texts.map(one => ours.test(one))).toEqual(texts.map(one => new RegExp(pattern, withFlags).test(one)))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['^a{', '', 'a{', true],
    ['a{,2}}', '', 'a{,2}}', true],
    ['x]', '', 'x]', true],
    ['^.$', '', '😀', false],
    ['^.$', 'u', '😀', true],
    ['\\uD83D\\uDE00', 'u', '😀', true],
    ['(?<year>\\d{4})', 'u', 'in 2026', true],
    ['', 'u', 'anything', true],
    ['a', 'gy', 'ba', true],
  ])('%j with the flags %j on %j is %j', (pattern, withFlags, one, expected) => {
    expect(compileLinearPattern(pattern, withFlags).test(one)).toBe(expected)
  })

  test.each(['(a+)+$', '^(a|a)*$', '(.*)*x', 'a*a*a*a*a*a*b', '^(a{0,9}){0,9}$', '(?:.*a){12}$'])(
    '%s answers at once on a text that fails',
    pattern => {
      expect(compileLinearPattern(pattern, 'u').test(`${'a'.repeat(4000)}!`)).toBe(false)
    },
  )

  test.each([
    ['(a)\\1', 'refers back to a group'],
    ['(?=a)', 'looks ahead or behind'],
    ['(?<!a)b', 'looks ahead or behind'],
    ['a{1001}', 'is too large'],
    ['((a{100}){100}){100}', 'is too large'],
    ['('.repeat(101) + ')'.repeat(101), 'has more than 100 groups'],
  ])('%s is refused: it %s', (pattern, message) => {
    expect(() => compileLinearPattern(pattern, 'u')).toThrow(message)
  })
})
