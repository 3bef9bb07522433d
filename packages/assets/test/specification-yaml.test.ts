import { FairleadError } from '@fairlead/core'
import { builtinTraits, defineTrait, parseSpecificationYaml } from '@fairlead/assets'
import fc from 'fast-check'
import { expect, test } from 'vitest'

function messageOf(text: string): string {
  try {
    parseSpecificationYaml(text, 'specs.yaml')
  } catch (error) {
    if (FairleadError.is(error, 'config-invalid')) return error.message
    throw error
  }
  return 'no error'
}

const spec001 = `name: spec001
type: sequence
filenameFields: [project, specification, descriptor, version, coordinate, frame, extension]
traits: [width, height, channels]
rules:
  width: { eq: 1024 }
  channels: { in: [1, 3], required: true }
  coordinate: { coordinatesBeginAt: [0, 0] }
  frame: { noMissingValues: true }
`

test('a document may be one specification', () => {
  const [specification] = parseSpecificationYaml(spec001, 'specs.yaml')
  expect(specification).toMatchObject({ name: 'spec001', type: 'sequence', required: ['channels'] })
  expect(specification?.fileRules.map(({ subject, rule }) => `${subject} ${rule}`)).toEqual(['width eq', 'channels in'])
  expect(specification?.assetRules.map(({ subject, rule }) => `${subject} ${rule}`)).toEqual([
    'coordinate coordinatesBeginAt',
    'frame noMissingValues',
  ])
})

test('a document may hold several by name, next to other keys', () => {
  const text = 'ingress: ./in\nspecifications:\n  vdb001: { type: file }\n  scn001:\n    type: complex\n    root: { depth: 2 }\n'
  const [vdb, scene] = parseSpecificationYaml(text, 'fairlead.yaml')
  expect([vdb?.name, scene?.name]).toEqual(['vdb001', 'scn001'])
  expect(scene?.assetPathOf('a/b/c/d.txt')).toBe('a/b')
})

test('a document may hold several in a list', () => {
  const text = 'specifications:\n  - { name: vdb001, type: file }\n  - { name: vdb002, type: file }\n'
  expect(parseSpecificationYaml(text, 'specs.yaml').map(({ name }) => name)).toEqual(['vdb001', 'vdb002'])
})

test('the root of a complex asset may be a pattern', () => {
  const [specification] = parseSpecificationYaml('name: scn001\ntype: complex\nroot: { pattern: _s-scn001_ }\n', 'specs.yaml')
  expect(specification?.assetPathOf('shots/p-cat001_s-scn001_d-a_v001/tex/a.png')).toBe('shots/p-cat001_s-scn001_d-a_v001')
  expect(specification?.assetPathOf('shots/other/a.png')).toBeUndefined()
})

test('a registry adds trait functions by name', () => {
  const registry = { ...builtinTraits, depth: defineTrait({ type: 'integer', description: 'Depth.', measure: () => 8 }) }
  const [specification] = parseSpecificationYaml(
    'name: abc001\ntype: file\ntraits: { bits: depth, width: width }\n',
    'specs.yaml',
    registry,
  )
  expect(Object.keys(specification?.traits ?? {})).toEqual(['bits', 'width'])
})

test.each([
  ['a wrong operand', spec001.replace('eq: 1024', 'lt: wide'), 'specs.yaml:6:16: The rule lt of width needs a number.'],
  [
    'an unknown trait',
    spec001.replace('height,', 'hight,'),
    'specs.yaml:4:17: Unknown trait "hight"; known are: width, height, channels, bit_depth, ',
  ],
  ['an unknown rule', spec001.replace('noMissingValues', 'noGaps'), 'specs.yaml:9:20: frame has the unknown rule noGaps; choose from:'],
  ['a missing type', 'name: abc001\n', 'specs.yaml:1:1: The type must be one of file, sequence, complex.'],
  ['wrong YAML', 'name: [abc001\ntype: file\n', 'specs.yaml:2:1: '],
  ['a list at the top', '- a\n', 'specs.yaml:1:1: A specification must be a mapping.'],
  ['no document', '', 'specs.yaml:1:1: A specification must be a mapping.'],
  ['a specification that is no mapping', 'specifications:\n  abc001: file\n', 'specs.yaml:2:11: A specification must be a mapping.'],
  [
    'the same name twice',
    'specifications:\n  - { name: abc001, type: file }\n  - { name: abc001, type: file }\n',
    'specs.yaml:3:5: The specification abc001 is defined twice.',
  ],
  [
    'a name that is not its key',
    'specifications:\n  abc001: { name: abc002, type: file }\n',
    'specs.yaml:2:19: The specification abc001 contains a different name; leave the name out.',
  ],
  [
    'aliases that expand without end',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    'specs.yaml:1:1: ',
  ],
])('%s is told with file, line and column', (_what, text, message) => {
  expect(messageOf(text)).toContain(message)
})

test.each([
  ['sequences', `rules: ${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['a few hundred levels', `name: ${'['.repeat(300)}${']'.repeat(300)}`],
  ['a value that holds itself', 'name: &a [*a]'],
])('endless nesting is refused in words: %s', (_, text) => {
  expect(messageOf(text)).toBe('specs.yaml:1:1: The values are nested deeper than 100 levels.')
})

test('definitions without a name are told so, each at its place', () => {
  const message = 'The specification has no name: 3 or 4 lower-case letters, then 3 digits.'
  expect(messageOf('specifications:\n  - type: file\n  - type: file\n')).toBe(`specs.yaml:2:5: ${message}\nspecs.yaml:3:5: ${message}`)
})

test('every problem of a file is told at once', () => {
  expect(messageOf('specifications:\n  abc001: { type: folder, traits: [x] }\n  def1: { type: file }\n').split('\n')).toHaveLength(3)
})

test('any text gives specifications or a FairleadError that names the file', () => {
  const words = [
    'name',
    'type',
    'rules',
    'root',
    'traits',
    'specifications',
    'abc001',
    'file',
    ': ',
    '- ',
    '\n',
    '  ',
    '[',
    '{',
    '}',
    '&a',
    '*a',
    '? ',
    '!!x',
    '"',
    '#',
    '1',
    '__proto__',
    '|',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 25 }), parts => {
      expect(messageOf(parts.join(''))).toMatch(/^no error$|^specs\.yaml:\d+:\d+: /)
    }),
    { numRuns: 500 },
  )
})
