import { readFileSync } from 'node:fs'
import { ruleNames, fieldNames, builtinTraits, readSpecificationYaml, specificationSchema } from '@fairlead/assets'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const ajv = new Ajv2020({ strict: true, allErrors: false, allowUnionTypes: true })
const validate = ajv.compile(specificationSchema)

/** What the schema and the parser say of a text; they must say the same. */
function verdicts(text: string): { readonly schema: boolean; readonly parser: boolean } {
  return { schema: validate(parse(text)), parser: readSpecificationYaml(text).faults.length === 0 }
}

const full = `name: spec001
type: sequence
filenameFields: [project, specification, descriptor, version, coordinate, frame, extension]
assetNameFields: [project, specification, descriptor, version]
traits: [width, height, media_type]
rules:
  project: { required: true, matches: ^cat, legal: project }
  version: { lte: 100, gt: 0 }
  coordinate: { coordinatesBeginAt: [0, 0], denseCoordinates: true, uniformCoordinateCount: false }
  frame: { noMissingValues: true, gte: 1, in: [1, 2, 3] }
  extension: { eq: png, homogeneous: true }
  media_type: { attributeOf: { image/png: yes } }
  width: { lt: 10, lte: 9, eq: 4 }
`

const right: readonly string[] = [
  full,
  'name: vdb001\ntype: file\n',
  'specifications: { vdb001: { type: file }, vdb002: { type: file, rules: {} } }\n',
  'specifications:\n  - { name: vdb001, type: file }\n',
  'ingress_directory: in\nspecifications: { vdb001: { name: vdb001, type: file } }\nwrite_mode: copy\n',
  'specifications:\n',
  'specifications: []\n',
  'name: scn001\ntype: complex\nroot: { depth: 2 }\n',
  'name: scn001\ntype: complex\nroot: { pattern: _s-scn001_ }\n',
  'name: abc001\ntype: file\ntraits: { w: width, sha256: sha256 }\nrules: { w: { eq: 4 } }\n',
  'name: abc001\ntype: file\nfilenameFields: [specification, project, extension]\n',
  'name: abc001\ntype: file\ntraits: { width: media_type }\nrules: { width: { matches: image } }\n',
]

const wrong: readonly string[] = [
  '',
  'text\n',
  '- { name: vdb001, type: file }\n',
  '{}\n',
  'type: file\n',
  'name: Vdb001\ntype: file\n',
  'name: vdb1\ntype: file\n',
  'name: vdb001\n',
  'name: vdb001\ntype: folder\n',
  'name: vdb001\ntype: file\nkind: x\n',
  'name: vdb001\ntype: file\nroot: { depth: 1 }\n',
  'name: scn001\ntype: complex\n',
  ...['{}', '{ depth: 0 }', '{ depth: 1.5 }', '{ depth: 1, pattern: x }', '{ depth: 1, other: x }', 'null', 'x', '{ pattern: 1 }'].map(
    root => `name: scn001\ntype: complex\nroot: ${root}\n`,
  ),
  ...[
    '[]',
    '[project]',
    '[project, specification, foo]',
    '[project, project, specification]',
    'project',
    '[specification, version]',
    'null',
  ].map(fields => `name: vdb001\ntype: file\nfilenameFields: ${fields}\n`),
  ...['[]', '[specification, version]', '[frames]', '[project, specification, 1]'].map(
    fields => `name: vdb001\ntype: file\nassetNameFields: ${fields}\n`,
  ),
  ...[
    'width',
    '[width, width]',
    '[1]',
    '[a b]',
    '[__proto__]',
    '[constructor]',
    '{ frame: width }',
    '{ a-b: width }',
    '{ w: 1 }',
    'null',
  ].map(traits => `name: vdb001\ntype: file\ntraits: ${traits}\n`),
  ...[
    'null',
    '[]',
    '{ width: null }',
    '{ width: 4 }',
    '{ width: { equals: 4 } }',
    '{ width: { eq: null } }',
    '{ width: { eq: { a: 1 } } }',
    '{ width: { eq: wide } }',
    '{ width: { eq: 1.5 } }',
    '{ width: { in: [] } }',
    '{ width: { in: 4 } }',
    '{ width: { in: [4, x] } }',
    '{ width: { lt: "4" } }',
    '{ width: { matches: x } }',
    '{ width: { required: yes-please } }',
    '{ width: { required: 1 } }',
    '{ width: { legal: size } }',
    '{ width: { homogeneous: 1 } }',
    '{ width: { denseCoordinates: true } }',
    '{ width: { each: {} } }',
    '{ width: { each: { odd: x } } }',
    '{ width: { all: {} } }',
    '{ descriptor: { lt: 3 } }',
    '{ descriptor: { noMissingValues: true } }',
    '{ descriptor: { attributeOf: {} } }',
    '{ descriptor: { attributeOf: [a] } }',
    '{ version: { matches: x } }',
    '{ version: { eq: "1" } }',
    '{ version: { coordinatesBeginAt: [0] } }',
  ].map(rules => `name: vdb001\ntype: file\ntraits: [width]\nrules: ${rules}\n`),
  ...['[]', '[0, 0, 0, 0]', '[0.5]', '[x]', '0'].map(
    origin =>
      `name: vdb001\ntype: file\nfilenameFields: [project, specification, coordinate]\nrules: { coordinate: { coordinatesBeginAt: ${origin} } }\n`,
  ),
  'specifications: { vdb: { type: file } }\n',
  'specifications: { vdb001: file }\n',
  'specifications: { vdb001: null }\n',
  'specifications: [{ type: file }]\n',
  'specifications: [vdb001]\n',
  'specifications: vdb001\n',
]

describe('the JSON Schema', () => {
  test.each(right.map(text => [text]))('and the parser take %j', text => {
    expect(verdicts(text)).toEqual({ schema: true, parser: true })
  })

  test.each(wrong.map(text => [text]))('and the parser refuse %j', text => {
    expect(verdicts(text)).toEqual({ schema: false, parser: false })
  })

  test('never refuses what the parser takes, and takes what it refuses only for what needs a second look', () => {
    const secondLook =
      /Extension|last|Unknown trait|regular expression|fields that file names lack|defined twice|another name|it is not in filenameFields|no field or trait|can never hold|The rule \w+ is for|do not form a reference/
    const value = fc.constantFrom<unknown>(
      null,
      true,
      1,
      0,
      -1,
      2.5,
      'x',
      'width',
      'project',
      '(',
      [],
      ['project'],
      [0, 0],
      {},
      { depth: 1 },
      { eq: 1 },
    )
    const keys = fc.constantFrom(
      'name',
      'type',
      'filenameFields',
      'assetNameFields',
      'traits',
      'rules',
      'root',
      'other',
      'lt',
      'in',
      'width',
      'each',
      '0',
      '1',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(keys, { minLength: 1, maxLength: 3 }), value), { maxLength: 3 }), changes => {
        const document: unknown = parse(full)
        for (const [path, put] of changes) {
          let at = document
          for (const key of path.slice(0, -1))
            at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : at
          if (typeof at === 'object' && at !== null) Reflect.set(at, path.at(-1) ?? '', structuredClone(put))
        }
        const { faults } = readSpecificationYaml(JSON.stringify(document))
        const accepted = validate(document)
        if (!accepted) expect(faults, JSON.stringify(document)).not.toEqual([])
        else
          expect(
            faults.filter(({ message }) => !secondLook.test(message)),
            JSON.stringify(document),
          ).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('explains every key, rule, field and built-in trait', () => {
    const text = JSON.stringify(specificationSchema)
    for (const word of [...ruleNames.filter(name => name !== 'each' && name !== 'all'), ...fieldNames])
      expect(text).toContain(`"${word}":{"description"`)
    for (const trait of Object.keys(builtinTraits)) expect(text).toContain(`{"const":"${trait}","description"`)
  })

  test('is the file that is published; write it anew with vitest --update', async () => {
    await expect(`${JSON.stringify(specificationSchema, undefined, 2)}\n`).toMatchFileSnapshot('../schema/specification.json')
    expect(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).toMatchObject({
      files: expect.arrayContaining(['schema']),
      exports: { './schema/specification.json': './schema/specification.json' },
    })
  })
})
