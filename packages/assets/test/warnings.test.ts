import { defineSpecification, specificationWarnings } from '@fairlead/assets'
import { expect, test } from 'vitest'

const base = {
  name: 'spec001',
  type: 'sequence',
  filenameFields: ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'],
} as const
const traits = { width: 'width', ratio: () => 1.5, codec: () => 'h264' } as const

function told(rules: object): string[] {
  return specificationWarnings(defineSpecification({ ...base, traits, rules })).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test.each<[string, object, string]>([
  [
    'bounds that leave nothing',
    { width: { gt: 5, lt: 3 } },
    'rules.width.lt: No file can meet the rules of width: gt says it must be greater than 5, but lt says it must be less than 3.',
  ],
  ['bounds that leave no whole number', { width: { gt: 5, lt: 6 } }, 'rules.width.lt: No file can meet'],
  ['bounds of which one leaves out the other', { ratio: { gt: 5, lte: 5 } }, 'rules.ratio.lte: No file can meet'],
  [
    'choices without the one value',
    { width: { eq: 5, in: [1, 3] } },
    'rules.width.eq: No file can meet the rules of width: eq says it must be 5, but in says it must be one of 1, 3.',
  ],
  ['choices of which none fits the bounds', { width: { in: [1, 3], gte: 4 } }, 'rules.width.in: No file can meet'],
  [
    'a choice that can never be',
    { width: { in: [1, 30], gte: 4 } },
    'rules.width.in: The rule in of width lists what can never be: 1, since gte says it must be at least 4.',
  ],
  ['a value that its pattern refuses', { codec: { eq: 'h264', matches: '^vp' } }, 'rules.codec.eq: No file can meet'],
  [
    'a version below 1',
    { version: { lt: 1 } },
    'rules.version.lt: No file can meet the rules of version: in names it must be at least 1, but',
  ],
  ['a frame above the greatest', { frame: { gte: 10000 } }, 'rules.frame.gte: No file can meet'],
  ['an extension that names never have', { extension: { eq: 'PNG' } }, 'but in names it must be a legal extension.'],
  ['a descriptor that is refused', { descriptor: { in: ['final', 'master'] } }, 'rules.descriptor.in: No file can meet'],
  ['another specification', { specification: { eq: 'spec002' } }, 'but in names it must be spec001.'],
  ['an origin that no name holds', { coordinate: { coordinatesBeginAt: [-1] } }, 'rules.coordinate.coordinatesBeginAt: No asset can meet'],
  [
    'an origin that the one coordinate is not',
    { coordinate: { eq: [1], coordinatesBeginAt: [0] } },
    'rules.coordinate.eq: No file can meet',
  ],
  ['a pattern without bounds of time', { codec: { matches: /^(a+)+$/ } }, 'rules.codec.matches: The pattern of codec is a RegExp'],
])('%s is a warning', (_what, rules, message) => {
  expect(told(rules)).toEqual([expect.stringContaining(message)])
})

test.each([
  [{ width: { gt: 5, lt: 7, in: [6], eq: 6 } }],
  [{ ratio: { gt: 5, lt: 6 } }],
  [{ version: { gte: 1, lte: 999 }, frame: { gte: 0 }, extension: { in: ['png', 'jpg'] } }],
  [{ coordinate: { in: [[0], [1]], coordinatesBeginAt: [0] } }],
  [{ codec: { attributeOf: { h264: 1 }, matches: '^h' } }],
  [{ width: { each: { odd: () => false } } }],
])('%j is none', rules => {
  expect(told(rules)).toEqual([])
})

test('a root whose pattern is a RegExp is a warning', () => {
  const specification = defineSpecification({ ...base, type: 'complex', root: { pattern: /_s-spec001_/ } })
  expect(specificationWarnings(specification)).toMatchObject([{ path: ['root', 'pattern'] }])
})
