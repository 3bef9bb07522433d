import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folderId, nameOf, quoted, segmentOf, splitPath } from '../src/names.ts'

const tricky = fc.string({ unit: fc.constantFrom('/', '\uff0f', '\u201b', '.', 'a', ' ', '%') })
const anyName = fc.oneof(tricky, fc.string({ unit: 'grapheme' }))

describe('names of Drive as parts of paths', () => {
  test('every name has a part of its own, which gives it back', () => {
    fc.assert(
      fc.property(anyName, name => {
        expect(nameOf(segmentOf(name))).toBe(name)
      }),
    )
  })

  test('no part is empty, leaves its folder or has a slash', () => {
    fc.assert(
      fc.property(anyName, name => {
        const segment = segmentOf(name)
        expect(['', '.', '..']).not.toContain(segment)
        expect(segment).not.toContain('/')
      }),
    )
  })

  test('every part of a path is the part of one name', () => {
    const parts = anyName.filter(text => !text.includes('/') && !['', '.', '..'].includes(text))
    fc.assert(
      fc.property(parts, segment => {
        expect(segmentOf(nameOf(segment))).toBe(segment)
      }),
    )
  })

  test.each([
    ['a/b', 'a／b'],
    ['a／b', 'a‛／b'],
    ['..', '‛..'],
    ['', '‛'],
    ['it‛s', 'it‛s'],
    ['plain.txt', 'plain.txt'],
  ])('%j is shown as %j', (name, segment) => {
    expect(segmentOf(name)).toBe(segment)
  })

  test('quotes and backslashes are escaped in queries', () => {
    expect(quoted(`it's \\ me`)).toBe(`'it\\'s \\\\ me'`)
  })

  test.each([
    ['https://drive.google.com/drive/folders/1AbC_d-9?usp=sharing', '1AbC_d-9'],
    ['https://drive.google.com/drive/u/0/folders/1AbC', '1AbC'],
    ['https://drive.google.com/open?id=1AbC', '1AbC'],
    ['1AbC', '1AbC'],
    ['my folder', undefined],
  ])('%j names the folder %j', (text, id) => {
    expect(folderId(text)).toBe(id)
  })

  test('a path without a folder lies in the root', () => {
    expect([splitPath('a'), splitPath('a/b/c')]).toEqual([
      { folder: '', segment: 'a' },
      { folder: 'a/b', segment: 'c' },
    ])
  })
})
