import { compileNameGrammar, fieldNames, fieldsOf, lintName, nearDuplicates, type LintOptions } from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { names, nameValues } from './arbitraries.ts'

const named = (descriptor: string) => `p-cat001_s-spec001_d-${descriptor}_v001`
/** Rule, the text it is about, and the descriptor that is proposed. */
function told(descriptor: string, options?: LintOptions): unknown[] {
  const name = named(descriptor)
  return (lintName(name, options) ?? []).map(({ rule, position, length, suggestion }) => [
    rule,
    name.slice(position, position + length),
    ...(suggestion === undefined ? [] : [/_d-(.*)_v/.exec(suggestion)?.[1]]),
  ])
}

describe('lintName', () => {
  test.each([
    ['running-cat-final', [['junk-word', 'final', 'running-cat']]],
    ['new-cat', [['junk-word', 'new', 'cat']]],
    ['cat-copy2', [['junk-word', 'copy2', 'cat']]],
    ['untitled', [['junk-word', 'untitled']]],
    ['cat-v2', [['version-word', 'v2', 'cat']]],
    ['cat-2024', [['date', '2024', 'cat']]],
    ['cat-20240131', [['date', '20240131', 'cat']]],
    ['cat-2024-01-31', [['date', '2024-01-31', 'cat']]],
    ['31-01-2024-cat', [['date', '31-01-2024', 'cat']]],
    ['cat001-running', [['repeated-information', 'cat001', 'running']]],
    ['running-spec001', [['repeated-information', 'spec001', 'running']]],
    ['running-png', [['repeated-information', 'png', 'running']]],
    ['running-f0012', [['repeated-information', 'f0012', 'running']]],
    ['running--cat', [['hyphens', '--', 'running-cat']]],
    ['running-', [['hyphens', '-', 'running']]],
    ['cat-cat', [['repeated-word', 'cat', 'cat']]],
    ['123', [['digits-only', '123']]],
    [
      'v012-p-banana-f99',
      [
        ['version-word', 'v012', 'p-banana-f99'],
        ['repeated-information', 'p', 'v012-banana-f99'],
        ['repeated-information', 'f99', 'v012-p-banana'],
      ],
    ],
  ])('tells what is against the conventions in "%s"', (descriptor, expected) => {
    expect(told(descriptor)).toEqual(expected)
  })

  test.each(['running-cat', 'cat', 'renewed-test-tube'.replace('test', 'glass'), 'r2-d2', 'take-3', 'f1-car', 'contest', 'oldenburg'])(
    'finds nothing in "%s"',
    descriptor => {
      expect(told(descriptor)).toEqual([])
    },
  )

  test('knows the extension of the files as repeated', () => {
    expect(told('running-abcx', { extension: 'abcx' })).toEqual([['repeated-information', 'abcx', 'running']])
  })

  test('takes more words and fewer as junk, and another length', () => {
    expect(told('final-cat', { allow: ['final'] })).toEqual([])
    expect(told('cat-proxy', { junk: ['proxy'] })).toEqual([['junk-word', 'proxy', 'cat']])
    expect(told('running-cat', { maxLength: 7 })).toEqual([['too-long', '-cat']])
  })

  test('has nothing to say about a name that no fields read', () => {
    expect(lintName('misc.txt')).toBeUndefined()
    expect(lintName('')).toBeUndefined()
  })

  test('suggests only legal names, at positions within the name', () => {
    fc.assert(
      fc.property(nameValues, values => {
        const grammar = compileNameGrammar(fieldNames)
        const name = grammar.format(values)
        for (const { position, length, suggestion } of lintName(name) ?? []) {
          expect(position + length).toBeLessThanOrEqual(name.length)
          if (suggestion !== undefined) expect(grammar.parse(suggestion).ok).toBe(true)
        }
      }),
    )
  })
})

test('fieldsOf tells the fields of every legal name', () => {
  fc.assert(
    fc.property(names, ({ fields, values }) => {
      if (fields.length === 1 && fields[0] === 'extension') return
      expect(fieldsOf(compileNameGrammar(fields).format(values))).toEqual(fields)
    }),
  )
})

describe('nearDuplicates', () => {
  const pairs = (...all: readonly string[]) => nearDuplicates(new Map(all.map((text, index) => [text, 100 - index])))

  test.each([
    ['running-cat', 'runing-cat', 'one-letter'],
    ['running-cat', 'runnign-cat', 'one-letter'],
    ['running-cat', 'running-cats', 'one-letter'],
    ['running-cat', 'running-bat', 'one-letter'],
    ['running-cat', 'cat-running', 'word-order'],
    ['running-cat', 'runningcat', 'hyphens'],
    ['running-cat', 'running--cat', 'hyphens'],
  ] as const)('finds "%s" and "%s"', (other, descriptor, how) => {
    expect(pairs(other, descriptor)).toEqual([{ descriptor, other, how }])
  })

  test.each([
    ['cat-1', 'cat-2'],
    ['take-12', 'take-1-2'],
    ['cat', 'bat'],
    ['running-cat', 'sleeping-cat'],
    ['running-cat', 'runinng-dog'],
  ])('takes "%s" and "%s" for two', (a, b) => {
    expect(pairs(a, b)).toEqual([])
  })

  test('blames the rarer one', () => {
    const found = nearDuplicates(new Map([['runing-cat', 1], ['running-cat', 9]])) // prettier-ignore
    expect(found).toEqual([{ descriptor: 'runing-cat', other: 'running-cat', how: 'one-letter' }])
  })

  test('compares tens of thousands that are all alike', () => {
    const many = new Map(Array.from({ length: 40_000 }, (_, index) => [`running-cat-${index}`, 1] as const))
    expect(nearDuplicates(many)).toEqual([])
  })
})
