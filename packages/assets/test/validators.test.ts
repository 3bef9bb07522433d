import {
  baseRules,
  compileNameGrammar,
  defineSpecification,
  defineTrait,
  validateAsset,
  type FieldName,
  type MeasuredFile,
  type TraitValue,
} from '@fairlead/assets'
import { describe, expect, test } from 'vitest'

/*
 * The validators of Hidebound that are rules here, with the case of each. Where ours differs on purpose, the test says why.
 * The table of where each went is docs/specifications.md.
 */

const grammar = compileNameGrammar(['specification', 'project', 'frame', 'extension'])
const fields = ['specification', 'project', 'frame', 'extension'] as const

function file(values: TraitValue, index = 0): MeasuredFile {
  const name = grammar.format({ specification: 'spec001', project: 'cat001', frame: index, extension: 'png' })
  return { path: `p-cat001_s-spec001/${name}`, parsed: grammar.parse(name), traits: { x: values } }
}

/** The messages of an asset whose files have these values of a trait of any type, without "The x" and the full stop. */
function told(rules: object, ...values: readonly TraitValue[]): string[] {
  const x = defineTrait({ type: 'json', description: 'Anything.', measure: () => 0 })
  const specification = defineSpecification({
    name: 'spec001',
    type: 'sequence',
    filenameFields: fields,
    traits: { x },
    rules: { x: rules },
  })
  const { problems } = validateAsset(specification, values.map(file))
  return problems.map(({ message }) => message.replace(/^The x /, '').replace(/\.$/, ''))
}

const legal = (field: FieldName, value: TraitValue) => told({ legal: field }, value)

describe('tokens of names', () => {
  test('is_project: letters and digits that parse', () => {
    expect(legal('project', 'proj001')).toEqual([])
    for (const wrong of ['proj', 'PROJ001', 'proj-001', 'projectkiwi1234', 'pr1234', 'proj12345', ''])
      expect(legal('project', wrong)).toEqual([expect.stringContaining('no legal project: it must be 3 to 10 lower-case letters')])
  })

  test('is_descriptor: no state as its first word; `masterpiece` and `lasting`, which are refused there, are words of their own', () => {
    for (const right of ['desc', 'desc-', 'x-master', '1', 'v012-p-banana-f99', 'masterpiece', 'lasting', 'finalist'])
      expect(legal('descriptor', right)).toEqual([])
    for (const wrong of ['master', 'final', 'last', 'final-cut', 'master2', 'last-'])
      expect(legal('descriptor', wrong)).toEqual([expect.stringContaining('it must not start with the word master, final or last')])
    for (const wrong of ['Desc', '-desc', 'de.sc', 'de_sc']) expect(legal('descriptor', wrong)).toHaveLength(1)
    expect(baseRules({ descriptor: 'master-piece' })).toMatchObject([
      { message: 'The descriptor "master-piece" must not start with "master": the version says which one is the latest.' },
    ])
  })

  test('is_version: 1 to 999', () => {
    for (const right of [1, 999]) expect(legal('version', right)).toEqual([])
    expect(legal('version', 0)).toEqual(['is 0, no legal version: it must be at least 1'])
    for (const wrong of [-1, 1000, 1.5]) expect(legal('version', wrong)).toHaveLength(1)
  })

  test('is_frame: 0 to 9999', () => {
    for (const right of [0, 9999]) expect(legal('frame', right)).toEqual([])
    for (const wrong of [-1, 10000]) expect(legal('frame', wrong)).toEqual([expect.stringContaining('exactly 4 digits')])
  })

  test('is_coordinate: 1 to 3 numbers from 0 to 9999, and the text names that limit, not 1000', () => {
    for (const right of [[0], [1000, 9999], [0, 0, 0]]) expect(legal('coordinate', right)).toEqual([])
    for (const wrong of [[], [0, 0, 0, 0], [-1], [10000]])
      expect(legal('coordinate', wrong)).toEqual([expect.stringContaining('1 to 3 numbers of exactly 4 digits')])
  })

  test('is_extension: lower-case letters and digits', () => {
    for (const right of ['png', 'mp4']) expect(legal('extension', right)).toEqual([])
    expect(legal('extension', 'PNG')).toEqual(['is "PNG", no legal extension: it must be lower-case'])
    for (const wrong of ['tar.gz', '', 'p-g']) expect(legal('extension', wrong)).toHaveLength(1)
  })

  test('a value of another type is not legal, and nothing is thrown', () => {
    for (const field of ['project', 'descriptor', 'version', 'frame', 'coordinate', 'extension'] as const)
      expect(legal(field, true)).toHaveLength(1)
  })
})

describe('single values', () => {
  test.each([
    ['is_eq', { eq: 2 }, 1, 2, 'is 1; it must be 2'],
    ['is_lt', { lt: 2 }, 2, 1, 'is 2; it must be less than 2'],
    ['is_lte', { lte: 2 }, 3, 2, 'is 3; it must be at most 2'],
    ['is_gt', { gt: 2 }, 2, 3, 'is 2; it must be greater than 2'],
    ['is_gte', { gte: 2 }, 1, 2, 'is 1; it must be at least 2'],
    ['is_in', { in: ['a', 'b'] }, 'c', 'a', 'is "c"; it must be one of "a", "b"'],
    ['is_attribute_of', { attributeOf: { a: 1, b: 2 } }, 'c', 'b', 'is "c"; it must be one of the keys a, b'],
  ])('%s', (_name, rules, wrong, right, message) => {
    expect(told(rules, wrong)).toEqual([message])
    expect(told(rules, right)).toEqual([])
  })

  test('is_attribute_of knows what an object and its classes have, but not what every object has', () => {
    class Codecs {
      readonly h264 = 1
      get hevc(): number {
        return 2
      }
    }
    const rules = { attributeOf: new Codecs() }
    expect(told(rules, 'h264', 'hevc')).toEqual([])
    for (const wrong of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 4]) expect(told(rules, wrong)).toHaveLength(1)
  })

  test('each file is asked, so every wrong one is told', () => {
    expect(told({ lt: 2 }, 1, 2, 3)).toEqual(['is 2; it must be less than 2', 'is 3; it must be less than 2'])
  })
})

describe('the values of all files', () => {
  test('is_homogenous: none and one are; what differs is counted', () => {
    expect(told({ homogeneous: true }, 1)).toEqual([])
    expect(told({ homogeneous: true }, 'a', 'a')).toEqual([])
    expect(told({ homogeneous: true }, 'a', 'b')).toEqual(['differs between the files: "a" in 1, "b" in 1'])
  })

  test('is_not_missing_values: only gaps; a frame that occurs at two coordinates is no fault, as it is there', () => {
    expect(told({ noMissingValues: true }, 1, 4)).toEqual(['lacks 2 values: 2-3'])
    expect(told({ noMissingValues: true }, 1, 1, 2, 2)).toEqual([])
  })

  test('has_uniform_coordinate_count', () => {
    expect(told({ uniformCoordinateCount: true }, [0, 1], [0, 1], [2, 10])).toEqual([
      'occurs less often than the others (2 times) at [2, 10]: 1',
    ])
  })

  test('has_dense_coordinates: coordinates of different dimensions are a fault of the asset, not the end of the run', () => {
    expect(told({ denseCoordinates: true }, [0, 0], [1, 1])).toEqual(['leaves 2 gaps at [0, 1], [1, 0]'])
    expect(told({ denseCoordinates: true }, [0, 0], [0])).toEqual(['has 2 axes in one file and 1 in another'])
  })

  test('coordinates_begin_at: by x, then y, then z, and it says where they do begin', () => {
    expect(told({ coordinatesBeginAt: [0, 0] }, [0, 5], [3, 0])).toEqual(['starts at [0, 5]; it must start at [0, 0]'])
    expect(told({ coordinatesBeginAt: [0, 0] }, [1, 0], [0, 0])).toEqual([])
  })
})
