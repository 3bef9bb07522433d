import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  objectParts,
  text,
  toAddress,
  toEntry, // @if list|write
} from '../src/mapping.ts'

describe('an address', () => {
  test('lies below the address of the service, whether that ends with a slash or not', () => {
    for (const base of ['https://shelf.example/store', 'https://shelf.example/store/'])
      expect(toAddress(new URL(base), ['v1', 'me']).href).toBe('https://shelf.example/store/v1/me')
  })

  test('leaves out what of a query is not asked for', () => {
    expect(toAddress(new URL('https://shelf.example'), ['v1'], { below: 'a b', after: undefined }).search).toBe('?below=a+b')
  })

  test('gives the path of any object back', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter(part => part.isWellFormed() && !/^\.{1,2}$/.test(part) && !part.includes('/'))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), parts => {
        const { pathname } = toAddress(new URL('https://shelf.example'), objectParts(parts.join('/')))
        expect(pathname.split('/').slice(3).map(decodeURIComponent)).toEqual(parts)
      }),
    )
  })
})

// @if list|write
describe('what the service tells', () => {
  test('of a folder has no size', () => {
    expect(toEntry({ path: 'a' })).toEqual({ path: 'a', kind: 'prefix' })
  })

  test('of an object has its size, its etag and its time', () => {
    const entry = toEntry({ path: 'a', size: 3, etag: 'r1', sha256: 'ab', modified: '2026-01-02T03:04:05.000Z' })
    expect(entry).toMatchObject({ kind: 'object', size: 3, etag: 'r1', modified: new Date('2026-01-02T03:04:05.000Z') })
  })
})

// @end
test('what misses a field that every answer has is named', () => {
  expect(() => text({}, 'path')).toThrow('The service sent no "path"')
})
