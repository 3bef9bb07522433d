import { FairleadError } from '@fairlead/core'
import { baseRules, compileNameGrammar, fieldNames, specificationOf, type FieldName, type NameValues } from '@fairlead/assets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldLists, names } from './arbitraries.ts'

const all = compileNameGrammar(fieldNames)

function thrown(action: () => unknown): FairleadError {
  try {
    action()
  } catch (error) {
    if (FairleadError.is(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** What a caller without a type checker may pass. */
function fields(...list: string[]): FieldName[] {
  const untyped: FieldName[] = JSON.parse(JSON.stringify(list))
  return untyped
}

describe('compileNameGrammar', () => {
  test.each([
    [[], 'The list of fields is empty.'],
    [['version', 'version'], 'Fields occur more than once: version.'],
    [['project', 'foo', 'bar'], 'Unknown fields: foo, bar.'],
    [['extension', 'project', 'frame'], 'The extension must be the last field, not before project, frame.'],
    [
      ['foo', 'foo', 'extension', 'frame'],
      'Fields occur more than once: foo. Unknown fields: foo. The extension must be the last field, not before frame.',
    ],
  ])('refuses the list %j', (list, message) => {
    const error = thrown(() => compileNameGrammar(fields(...list)))
    expect([error.code, error.message]).toEqual(['input-invalid', message])
  })

  test('does not take one odd field for two that are known', () => {
    compileNameGrammar(['project', 'version'])
    expect(thrown(() => compileNameGrammar(fields('project version'))).message).toBe('Unknown fields: project version.')
  })

  test('compiles a list of fields once', () => {
    expect(compileNameGrammar(['project', 'version'])).toBe(compileNameGrammar(['project', 'version']))
    expect(compileNameGrammar(['project', 'version'])).not.toBe(compileNameGrammar(['version', 'project']))
  })
})

describe('parse and format', () => {
  test('what is formatted parses back to the same values', () => {
    fc.assert(
      fc.property(names, ({ fields: list, values }) => {
        const grammar = compileNameGrammar(list)
        expect(grammar.parse(grammar.format(values))).toEqual({ ok: true, values })
      }),
    )
  })

  test('parsing any text never throws, and what parses formats to the same text', () => {
    const alphabet = fc.constantFrom(...'p-s-d-v_cf.aZ019é\n _'.split(''))
    fc.assert(
      fc.property(fieldLists, fc.string({ unit: alphabet, maxLength: 40 }), (list, name) => {
        const grammar = compileNameGrammar(list)
        const result = grammar.parse(name)
        if (!result.ok) expect(result.error.position).toBeLessThanOrEqual(name.length)
        else if (list.join() !== 'extension') expect(grammar.format(result.values)).toBe(name)
      }),
    )
  })

  test('a legal name with one character replaced by a wrong one fails at that character or before it', () => {
    fc.assert(
      fc.property(names, fc.nat(), ({ fields: list, values }, at) => {
        fc.pre(list.join() !== 'extension')
        const grammar = compileNameGrammar(list)
        const name = grammar.format(values)
        const position = at % name.length
        const result = grammar.parse(`${name.slice(0, position)}é${name.slice(position + 1)}`)
        expect(result.ok || result.error.position).toBeLessThanOrEqual(position)
      }),
    )
  })

  test.each<[string, NameValues]>([
    ['a version of five digits', { version: 12345 }],
    ['a negative version', { version: -1 }],
    ['a version that is no whole number', { version: 1.5 }],
    ['an empty coordinate', { coordinate: [] }],
    ['a coordinate of four numbers', { coordinate: [1, 2, 3, 4] }],
    ['a coordinate with a number beyond 9999', { coordinate: [1, 10000] }],
    ['a frame beyond 9999', { frame: 10000 }],
    ['a capital in the project', { project: 'Cat001' }],
    ['a separator in the descriptor', { descriptor: 'running_cat' }],
    ['a compound extension', { extension: 'tar.gz' }],
    ['a line break after the extension', { extension: 'png\n' }],
  ])('format refuses %s', (_what, change) => {
    const values = {
      project: 'cat001',
      specification: 'spec001',
      descriptor: 'cat',
      version: 1,
      coordinate: [0],
      frame: 1,
      extension: 'png',
    }
    expect(thrown(() => all.format({ ...values, ...change })).code).toBe('input-invalid')
  })

  test('format names the field that is missing', () => {
    const error = thrown(() => compileNameGrammar(['project', 'version']).format({ project: 'cat001' }))
    expect(error.message).toBe('The version is missing; it must be exactly 3 digits (v001).')
  })

  test('startOf tells where the token of each field begins', () => {
    const name = 'p-cat001_s-spec001_d-cat_v001_c0000-0005_f0003.png'
    const result = all.parse(name)
    if (!result.ok) throw new Error(result.error.message)
    const starts = fieldNames.map(field => all.startOf(result.values, field))
    expect(starts.map(start => name.slice(start, start + 3))).toEqual(['cat', 'spe', 'cat', '001', '000', '000', 'png'])
  })
})

describe('error messages say what was expected and what was found', () => {
  test.each([
    ['q-cat001', 'The project must start with "p-": expected "p", found "q".'],
    ['p_cat001', 'The project must start with "p-": expected "-", found "_".'],
    [
      'p-cat001_s-spec001_d-Cat',
      'The descriptor must be lower-case letters, digits and hyphens, with no hyphen first (d-running-cat): found "C".',
    ],
    ['p-cat001_s-spec001_d-cat_v01', 'The version must be exactly 3 digits (v001): found the end of the name.'],
    ['p-cat001.png', 'Expected "_" and the specification after the project, found ".".'],
    ['p-cat001_s-spec001_d-cat_v001_c0000_f0001', 'The extension must start with ".": expected ".", found the end of the name.'],
  ])('%s', (name, message) => {
    const result = all.parse(name)
    expect(result.ok ? undefined : result.error.message).toBe(message)
  })
})

describe('specificationOf', () => {
  test.each([
    ['s-spec001', 'spec001'],
    ['p-proj001_s-spec001_d-desc_v001', 'spec001'],
    ['p-proj001_s-spec001_d-desc-s-123_v001', 'spec001'],
    ['s-spec001.png', 'spec001'],
    ['s-spec001_', 'spec001'],
    ['d-cats-pet001_s-spec001_v001', 'spec001'],
    ['s-foo_s-spec001_d', 'spec001'],
    ['d-s-pet001_v001', undefined],
    ['s-spec001banana', undefined],
    ['s-spec0012', undefined],
    ['p-s-spec001', undefined],
    ['pizzas-spec001', undefined],
    ['S-spec001', undefined],
    ['s-SPEC001', undefined],
    ['s-specification001', undefined],
    ['s-spec٠٠١', undefined],
    ['misc.txt', undefined],
    ['', undefined],
  ])('%j claims %j', (name, specification) => {
    expect(specificationOf(name)).toBe(specification)
  })
})

describe('baseRules', () => {
  test.each([
    [{ version: 0 }, ['version-above-zero']],
    [{ version: 1 }, []],
    [{ extension: 'PNG' }, ['extension-lower-case']],
    [{ descriptor: 'masterpiece' }, []],
    [{ descriptor: 'master2' }, ['descriptor-start']],
    [{ descriptor: 'final-cut' }, ['descriptor-start']],
    [{ descriptor: 'lasting' }, []],
    [{ descriptor: 'x-master' }, []],
    [{ descriptor: 'last', version: 0, extension: 'Png' }, ['descriptor-start', 'version-above-zero', 'extension-lower-case']],
  ])('%j breaks %j', (values, rules) => {
    expect(baseRules(values).map(({ rule }) => rule)).toEqual(rules)
  })
})
