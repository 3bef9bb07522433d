import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryOfFile, shownFile, toFile, toFileName, toName, toSegment, type GirderFile } from '../src/mapping.ts'

/** What Girder does to every name: Python's strip. */
const strip = (name: string): string => name.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, '')

const segment = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc
    .array(fc.constantFrom(' ', '\t', '%', '%20', '%25', '25', '20', 'u2003', '\u2003', '\u00a0', 'a'), { minLength: 1, maxLength: 6 })
    .map(parts => parts.join('')),
)

test('every part of a path comes back from its name, which stripping does not change', () => {
  fc.assert(
    fc.property(segment, part => {
      const name = toName(part)
      expect(strip(name)).toBe(name)
      expect(toSegment(name)).toBe(part)
    }),
    { numRuns: 2000 },
  )
})

test('ordinary names stay as they are', () => {
  for (const name of ['one.txt', 'two words', '100%', 'größe 漢', '%41', 'a%20b']) expect(toName(name)).toBe(name)
})

test('names are changed where Girder would change them', () => {
  expect([toName(' a'), toName('a '), toName('%20a'), toName('a\u00a0')]).toEqual(['%20a', 'a%20', '%2520a', 'a%A0'])
})

test('a file is called as its item, but for what a header of Girder can not say', () => {
  expect(['plain.txt', 'ö漢🙂', 'Straße', 'a\nb'].map(toFileName)).toEqual(['plain.txt', 'ö漢🙂', 'Stra%C3%9Fe', 'a%0Ab'])
})

const file = (id: string, name: string, created: number): GirderFile => ({ id, name, size: 1, created })

test('of the files of an item the newest of its own name is shown, and none that is on its way', () => {
  const files = [file('1', 'a', 1), file('2', 'b', 5), file('3', 'a', 3), file('4', '.fairlead-upload-x', 9)]
  expect(shownFile('a', files)?.id).toBe('3')
  expect(shownFile('c', files)?.id).toBe('2')
  expect(shownFile('a', files.slice(3))).toBeUndefined()
})

test('what an item says counts for the very file that it names', () => {
  const attributes = { file: '1', size: 1, created: 1, sha256: 'f'.repeat(64) }
  expect(entryOfFile('a', file('1', 'a', 1), attributes).checksums).toHaveLength(1)
  expect(entryOfFile('a', file('1', 'a', 2), attributes).checksums).toBeUndefined()
  expect(entryOfFile('a', file('2', 'a', 1), attributes).checksums).toBeUndefined()
})

test('a time of microseconds is the one of milliseconds that Girder keeps', () => {
  const described = { _id: 'x', name: 'a', size: 1, created: '2026-11-23T06:10:34.767887+00:00' }
  expect(toFile(described)?.created).toBe(Date.parse('2026-11-23T06:10:34.767Z'))
})
