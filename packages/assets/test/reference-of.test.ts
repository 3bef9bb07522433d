import { FairleadError } from '@fairlead/core'
import { referenceOf, referenceText, valuesOfReference, type FieldName } from '@fairlead/assets'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fieldLists, nameValues } from './arbitraries.ts'

const values = {
  project: 'cat001',
  specification: 'spec001',
  descriptor: 'running-cat',
  version: 1,
  coordinate: [0, 5],
  frame: 3,
  extension: 'png',
}

test.each<[FieldName[], string]>([
  [['project', 'specification', 'descriptor', 'version'], 'cat001/spec001/running-cat:v001'],
  [['specification', 'descriptor', 'version'], 'spec001/running-cat:v001'],
  [['project', 'specification', 'version'], 'cat001/spec001:v001'],
  [['project', 'specification', 'descriptor'], 'cat001/spec001/running-cat'],
  [['project', 'specification', 'descriptor', 'version', 'coordinate'], 'cat001/spec001/running-cat_c0000-0005:v001'],
  [['project', 'specification', 'coordinate', 'version', 'frame'], 'cat001/spec001/c0000-0005_f0003:v001'],
  [['specification', 'frame'], 'spec001/f0003'],
  [['project', 'specification', 'descriptor', 'version', 'extension'], 'cat001/spec001/running-cat.png:v001'],
  [['version', 'descriptor', 'specification', 'project'], 'cat001/spec001/running-cat:v001'],
])('the fields %j give %s', (fields, text) => {
  expect(referenceText(referenceOf(values, fields))).toBe(text)
})

test.each<FieldName[][]>([[['specification', 'version']], [['descriptor', 'frame']], [['version']]])(
  'the fields %j leave no collection',
  fields => {
    expect(() => referenceOf(values, fields)).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  },
)

test('a name of more than 200 bytes is refused', () => {
  const long = { ...values, descriptor: 'a'.repeat(201) }
  try {
    referenceOf(long, ['project', 'specification', 'descriptor'])
    expect.unreachable()
  } catch (error) {
    expect(FairleadError.is(error, 'input-invalid')).toBe(true)
  }
})

test('every part of a reference is one that references allow', () => {
  const part = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
  fc.assert(
    fc.property(fieldLists, nameValues, (fields, one) => {
      fc.pre(fields.includes('project') && fields.includes('specification'))
      const { collection, name, tag } = referenceOf(one, fields)
      for (const text of [...collection.split('/'), name, tag ?? 'v001']) expect(text).toMatch(part)
    }),
  )
})

test('valuesOfReference reads back what referenceOf writes', () => {
  fc.assert(
    fc.property(fieldLists, nameValues, (fields, values) => {
      const own = Object.fromEntries(fields.map(field => [field, values[field]]))
      if (!fields.includes('specification') || (!fields.includes('descriptor') && !fields.includes('project'))) return
      if (referenceOf(own, fields).name.length > 200) return
      expect(valuesOfReference(referenceOf(own, fields), fields)).toEqual(own)
    }),
  )
})

test.each([
  [{ collection: 'cat001', name: 'running-cat' }],
  [{ collection: 'cat001/spec001/more', name: 'running-cat' }],
  [{ collection: 'cat001/spec001', name: 'Running-Cat' }],
  [{ collection: 'cat001/spec001', name: 'running-cat', tag: 'latest' }],
])('valuesOfReference reads nothing from %j', reference => {
  expect(valuesOfReference(reference, ['project', 'specification', 'descriptor', 'version'])).toBeUndefined()
})
