import { FairleadError } from '@fairlead/core'
import { defineSpecification, type SpecificationDefinition, type TraitFile } from '@fairlead/assets'
import { describe, expect, expectTypeOf, test } from 'vitest'

function messageOf(definition: unknown): string {
  const untyped = { definition }
  try {
    const define: (definition: never) => unknown = defineSpecification
    Reflect.apply(define, undefined, [untyped.definition])
  } catch (error) {
    if (FairleadError.is(error, 'config-invalid')) return error.message
    throw error
  }
  return 'no error'
}

describe('defineSpecification', () => {
  test('fills in the customary fields', () => {
    const { filenameFields, assetNameFields, required, fileRules } = defineSpecification({ name: 'vdb001', type: 'file' })
    expect(filenameFields).toEqual(['project', 'specification', 'descriptor', 'version', 'extension'])
    expect(assetNameFields).toEqual(['project', 'specification', 'descriptor', 'version'])
    expect([required, fileRules]).toEqual([[], []])
  })

  test('leaves coordinate, frame and extension out of the asset name', () => {
    const specification = defineSpecification({
      name: 'spec001',
      type: 'sequence',
      filenameFields: ['specification', 'project', 'version', 'coordinate', 'frame', 'extension'],
    })
    expect(specification.assetNameFields).toEqual(['project', 'specification', 'version'])
  })

  test.each<[string, object, string]>([
    ['a name that no token can be', { name: 'Spec1' }, 'name: The name "Spec1" must be 3 or 4 lower-case letters, then 3 digits.'],
    ['an unknown type', { type: 'folder' }, 'type: The type must be one of file, sequence, complex.'],
    ['an unknown key', { fields: [] }, 'fields: Unknown key fields; known are: name, type,'],
    ['a wrong list of fields', { filenameFields: ['specification', 'foo'] }, 'filenameFields: filenameFields: Unknown fields: foo.'],
    ['names without a specification', { filenameFields: ['project', 'version'] }, 'filenameFields must contain specification'],
    [
      'asset fields that files lack',
      { assetNameFields: ['project', 'specification', 'frame'] },
      'assetNameFields contains fields that file names lack: frame.',
    ],
    ['asset fields without a reference', { assetNameFields: ['specification', 'version'] }, 'do not form a reference'],
    ['an empty list of asset fields', { assetNameFields: [] }, 'The list of fields is empty.'],
    ['an unknown trait', { traits: ['depth'] }, 'traits.0: Unknown trait "depth"; known are: width, height, channels, bit_depth, '],
    [
      'a trait with the name of a field',
      { traits: { frame: 'width' } },
      'traits.frame: The trait frame has the same name as a name field.',
    ],
    [
      'a trait with a name that every object has',
      { traits: { constructor: 'width' } },
      'traits.constructor: The trait name constructor is reserved.',
    ],
    ['a rule for no field or trait', { rules: { width: { eq: 1 } } }, 'rules.width: There is no field or trait width for this rule'],
    [
      'an unknown rule',
      { rules: { version: { equals: 1 } } },
      'rules.version.equals: version has the unknown rule equals; choose from: required, eq,',
    ],
    ['an operand of the wrong kind', { rules: { version: { lt: 'ten' } } }, 'rules.version.lt: The rule lt of version needs a number.'],
    [
      'a pattern that is none',
      { rules: { descriptor: { matches: '(' } } },
      'rules.descriptor.matches: The rule matches of descriptor needs a regular expression:',
    ],
    [
      'a check that is no function',
      { rules: { version: { each: { odd: 1 } } } },
      'rules.version.each.odd: The check odd of version must be a function, which needs a specification in TypeScript.',
    ],
    ['a root where there is none', { root: { depth: 1 } }, 'root: Only a specification of type complex has a root, not sequence.'],
    ['a complex one without root', { type: 'complex' }, 'root: A complex specification needs a root: a depth of at least 1, or a pattern.'],
    ['a depth of 0', { type: 'complex', root: { depth: 0 } }, 'root: A complex specification needs a root'],
  ])('refuses %s', (_what, change, message) => {
    expect(messageOf({ name: 'spec001', type: 'sequence', ...change })).toContain(message)
  })

  test('tells everything that is wrong at once', () => {
    expect(messageOf({ name: 'x', type: 'y', traits: ['z'] }).split('\n')).toHaveLength(3)
  })
})

describe('types', () => {
  test('custom checks get the type of their field or trait', () => {
    defineSpecification({
      name: 'spec001',
      type: 'sequence',
      filenameFields: ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension'],
      traits: { width: 'width', codec: () => 'h264', bands: (file: TraitFile) => [file.reader.size] },
      rules: {
        width: { each: { even: width => (expectTypeOf(width).toEqualTypeOf<number>(), width % 2 === 0) } },
        codec: { matches: /^h/, all: { one: codecs => (expectTypeOf(codecs).toEqualTypeOf<readonly string[]>(), true) } },
        coordinate: { coordinatesBeginAt: [0, 0], each: { flat: one => (expectTypeOf(one).toEqualTypeOf<readonly number[]>(), true) } },
        frame: { noMissingValues: true },
      },
    })
    defineSpecification({
      name: 'spec002',
      type: 'file',
      traits: ['width', 'height'],
      rules: { height: { eq: 1024 }, extension: { in: ['png'] } },
    })
  })

  test('what a definition does not name, and rules that do not fit, are type errors', () => {
    const bad = [
      // @ts-expect-error: file names of this specification have no frame
      () => defineSpecification({ name: 'spec001', type: 'file', rules: { frame: { required: true } } }),
      // @ts-expect-error: the specification has no such trait
      () => defineSpecification({ name: 'spec001', type: 'file', traits: ['width'], rules: { height: { eq: 1 } } }),
      // @ts-expect-error: a descriptor is no number
      () => defineSpecification({ name: 'spec001', type: 'file', rules: { descriptor: { lt: 3 } } }),
      // @ts-expect-error: a width is a number
      () => defineSpecification({ name: 'spec001', type: 'file', traits: ['width'], rules: { width: { eq: '1024' } } }),
      // @ts-expect-error: a complex specification needs a root
      () => defineSpecification({ name: 'spec001', type: 'complex' }),
      // @ts-expect-error: an asset name field that file names lack
      () => defineSpecification({ name: 'spec001', type: 'file', assetNameFields: ['project', 'specification', 'frame'] }),
    ]
    expect(bad).toHaveLength(6)
    expectTypeOf<SpecificationDefinition['type']>().toEqualTypeOf<'file' | 'sequence' | 'complex'>()
  })
})
