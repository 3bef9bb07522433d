import { fieldNames, type FieldName, type NameValues } from '@fairlead/assets'
import fc from 'fast-check'

const lower = [...'abcdefghijklmnopqrstuvwxyz']
const digits = [...'0123456789']

function text(units: readonly string[], minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...units), minLength, maxLength })
}

function code(letters: readonly [number, number], numbers: readonly [number, number]): fc.Arbitrary<string> {
  return fc.tuple(text(lower, ...letters), text(digits, ...numbers)).map(parts => parts.join(''))
}

/** Any values that a legal name can hold, for every field. */
export const nameValues: fc.Arbitrary<Required<NameValues>> = fc.record({
  project: code([3, 10], [1, 4]),
  specification: code([3, 4], [3, 3]),
  descriptor: fc.tuple(text([...lower, ...digits], 1, 1), text([...lower, ...digits, '-'], 0, 20)).map(parts => parts.join('')),
  version: fc.integer({ min: 0, max: 999 }),
  coordinate: fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 3 }),
  frame: fc.integer({ min: 0, max: 9999 }),
  extension: text([...lower, ...digits, 'A', 'Z'], 1, 5),
})

/** Any legal list of fields: a subset in any order, the extension last. */
export const fieldLists: fc.Arbitrary<FieldName[]> = fc
  .shuffledSubarray([...fieldNames], { minLength: 1 })
  .map(fields => [...fields.filter(field => field !== 'extension'), ...fields.filter(field => field === 'extension')])

/** A legal list of fields and exactly the values of its fields. */
export const names: fc.Arbitrary<{ fields: FieldName[]; values: NameValues }> = fc
  .tuple(fieldLists, nameValues)
  .map(([fields, values]) => ({ fields, values: Object.fromEntries(fields.map(field => [field, values[field]])) }))
