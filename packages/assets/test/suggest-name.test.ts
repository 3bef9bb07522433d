import { baseRules, compileNameGrammar, fieldNames, suggestName, type NameValues } from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldLists, nameValues } from './arbitraries.ts'

const all = compileNameGrammar(fieldNames)
const right = 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002.png'

describe('suggestName tells the legal name for', () => {
  test.each([
    ['capitals in the descriptor', 'p-cat001_s-spec001_d-Running-Cat_v001_c0000-0005_f0002.png'],
    ['an underscore in the descriptor', 'p-cat001_s-spec001_d-running_cat_v001_c0000-0005_f0002.png'],
    ['a space in the descriptor', 'p-cat001_s-spec001_d-running cat_v001_c0000-0005_f0002.png'],
    ['a run of separators in the descriptor', 'p-cat001_s-spec001_d-running_-. cat_v001_c0000-0005_f0002.png'],
    ['a version with a missing zero', 'p-cat001_s-spec001_d-running-cat_v01_c0000-0005_f0002.png'],
    ['a version with a surplus zero', 'p-cat001_s-spec001_d-running-cat_v0001_c0000-0005_f0002.png'],
    ['a frame with missing zeros', 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f2.png'],
    ['a coordinate with missing zeros', 'p-cat001_s-spec001_d-running-cat_v001_c0-5_f0002.png'],
    ['a coordinate joined by underscores', 'p-cat001_s-spec001_d-running-cat_v001_c0000_0005_f0002.png'],
    ['an upper-case extension', 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002.PNG'],
    ['indicators in upper case', 'P-cat001_S-spec001_D-running-cat_V001_C0000-0005_F0002.png'],
    ['everything in upper case', right.toUpperCase()],
    ['a doubled separator', 'p-cat001__s-spec001_d-running-cat__v001_c0000-0005_f0002.png'],
    ['full stops for separators', 'p-cat001.s-spec001.d-running-cat.v001.c0000-0005.f0002.png'],
    ['an underscore before the extension', 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002_png'],
    ['spaces around the name', ` ${right} `],
    ['a specification with a surplus zero', 'p-cat001_s-spec0001_d-running-cat_v001_c0000-0005_f0002.png'],
    ['a specification with missing zeros', 'p-cat001_s-spec1_d-running-cat_v001_c0000-0005_f0002.png'],
    ['a version without its indicator', 'p-cat001_s-spec001_d-running-cat_001_c0000-0005_f0002.png'],
    ['a frame without its indicator', 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_0002.png'],
    ['a project without its indicator', 'cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002.png'],
    ['a descriptor without its indicator', 'p-cat001_s-spec001_running-cat_v001_c0000-0005_f0002.png'],
    ['fields in another order', 'f0002_s-spec001_p-cat001_v001_d-running-cat_c0000-0005.png'],
    ['what a file manager adds to a copy', 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002 (1).png'],
    ['the word copy', 'p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002 - Copy 2.png'],
    ['the words copy of', `Copy of ${right}`],
    ['what an editor adds to a backup', `${right}~`],
    ['a descriptor that begins with a state', 'p-cat001_s-spec001_d-final-running-cat_v001_c0000-0005_f0002.png'],
  ])('%s', (_what, name) => {
    expect(suggestName(name, all)).toBe(right)
  })
})

describe('suggestName says nothing for', () => {
  test.each([
    ['a name that is right', right],
    ['a compound extension', 'p-cat001_s-spec001_d-cat_v001_c0000_f0001.tar.gz'],
    ['a project that is too short', 'p-ca1_s-spec001_d-cat_v001_c0000_f0001.png'],
    ['a version beyond 999', 'p-cat001_s-spec001_d-cat_v1000_c0000_f0001.png'],
    ['version 0', 'p-cat001_s-spec001_d-Cat_v000_c0000_f0001.png'],
    ['a descriptor that begins with final', 'p-cat001_s-spec001_d-Final_v001_c0000_f0001.png'],
    ['letters beyond ASCII', 'p-cat001_s-spec001_d-Café_v001_c0000_f0001.png'],
    ['a missing field', 'p-cat001_s-spec001_d-Cat_v001_f0001.png'],
    ['a name of another kind', 'misc.txt'],
    ['two segments that may both be the descriptor', 'p-cat001_s-spec001_running_cat_v001_c0000_f0001.png'],
    ['numbers that may be either of two fields', 'p-cat001_s-spec001_d-cat_0001_c0000_0002.png'],
    ['a word that begins with a state', 'p-cat001_s-spec001_d-masterpiece_v001_c0000_f0001.png'],
    ['a name longer than any file system takes', `p-cat001_s-spec001_d-${'A'.repeat(10_000)}_v001_c0000_f0001.png`],
  ])('%s', (_what, name) => {
    expect(suggestName(name, all)).toBeUndefined()
  })
})

describe('properties', () => {
  const safe = nameValues.filter(values => baseRules(values).length === 0)

  test('a suggestion always parses and breaks no base rule', () => {
    const alphabet = fc.constantFrom(...'psdvcfPSDVCF-_. aZ0019é'.split(''))
    const names = fc.tuple(fieldLists, nameValues, fc.nat(), fc.string({ unit: alphabet, maxLength: 3 }))
    fc.assert(
      fc.property(names, ([fields, values, at, noise]) => {
        const grammar = compileNameGrammar(fields)
        const name = grammar.format(values)
        const position = at % (name.length + 1)
        const suggestion = suggestName(name.slice(0, position) + noise + name.slice(position), grammar)
        if (suggestion === undefined) return
        const result = grammar.parse(suggestion)
        expect(result.ok && baseRules(result.values)).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('the upper-case form of a good name leads back to it', () => {
    fc.assert(
      fc.property(safe, (values: NameValues) => {
        const name = all.format(values)
        expect(suggestName(name.toUpperCase(), all)).toBe(name)
      }),
    )
  })
})
