import { FairleadError } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capabilities } from '../src/manifest.ts'
import { entryOf, headerJson, narrowed, pathBelow, pathIn, timestamp, toDropboxPath } from '../src/mapping.ts'

const file = { name: 'a', id: 'id:1', rev: 'a1c10ce0dd78', size: 3, client_modified: '2015-05-12T15:50:38Z', content_hash: 'e3'.repeat(32) }

describe('paths', () => {
  test('begin with a slash, and the root is nothing', () => {
    expect([toDropboxPath('', ''), toDropboxPath('', 'a/b'), toDropboxPath('r/s', ''), toDropboxPath('r/s', 'a')]).toEqual([
      '',
      '/a/b',
      '/r/s',
      '/r/s/a',
    ])
  })

  test('keep a space at the end of a name, and what looks like one', () => {
    expect(toDropboxPath('', 'two /one')).toBe('/two%20/one')
    expect(toDropboxPath('', 'a%20')).toBe('/a%2520')
    expect(toDropboxPath('', 'a%2520')).toBe('/a%252520')
    expect(toDropboxPath('', 'a%20b')).toBe('/a%20b')
  })

  test('come back as they were, whatever their names', () => {
    const name = fc
      .oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), fc.stringMatching(/^[%25 0a]{1,8}$/))
      .filter(text => !/[/\0]/.test(text) && text !== '.' && text !== '..' && text.isWellFormed())
      .map(text => text.normalize('NFC'))
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.array(name, { maxLength: 2 }), (names, root) => {
        const stored = toDropboxPath(root.join('/'), names.join('/'))
        expect(stored.split('/').some(part => part.endsWith(' '))).toBe(false)
        expect(pathIn(root.join('/'), stored)).toBe(names.join('/'))
      }),
      { numRuns: 500 },
    )
  })

  test('are in one Unicode form', () => {
    expect(toDropboxPath('', 'cafe\u0301')).toBe('/caf\u00e9')
  })

  test('are told in the case of who asked, below the folder that was asked for', () => {
    expect(pathBelow('Root', 'shows', '/ROOT/Shows/Hero.txt')).toBe('shows/Hero.txt')
    expect(pathIn('root', '/Root/a')).toBe('a')
    expect(pathIn('root', '/rooted/a')).toBeUndefined()
  })

  test('of names that are too long are refused', () => {
    const failure = (() => {
      try {
        return toDropboxPath('', 'n'.repeat(254) + '% 20 ')
      } catch (cause) {
        return cause
      }
    })()
    expect(FairleadError.is(failure, 'path-invalid')).toBe(true)
  })
})

describe('entries', () => {
  test('carry the revision as their etag, the time of the content, and its hash', () => {
    expect(entryOf('x/a.txt', file, { metadata: { note: 'n' } })).toEqual({
      path: 'x/a.txt',
      kind: 'object',
      id: 'id:1',
      size: 3,
      etag: 'a1c10ce0dd78',
      version: 'a1c10ce0dd78',
      modified: new Date('2015-05-12T15:50:38Z'),
      contentType: 'text/plain',
      checksums: [{ algorithm: 'dropbox', value: 'e3'.repeat(32), scope: 'object' }],
      metadata: { note: 'n' },
    })
  })
})

describe('what goes over the wire', () => {
  test('has times of whole seconds', () => {
    expect(timestamp(new Date('2001-02-03T04:05:06.789Z'))).toBe('2001-02-03T04:05:06Z')
  })

  test('has headers of ASCII, which read back as they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), value => {
        const header = headerJson({ path: value })
        // oxlint-disable-next-line no-control-regex -- control characters are escaped by JSON already
        expect(header).toMatch(/^[\x20-\x7e]*$/)
        expect(JSON.parse(header)).toEqual({ path: value })
      }),
    )
  })
})

test('settings narrow what is declared', () => {
  const all = narrowed(capabilities, { parallelParts: true, properties: true, nativeSearch: true })
  expect(all).toEqual(capabilities)
  const less = narrowed(capabilities, { parallelParts: false, properties: false, nativeSearch: false })
  expect(less).toMatchObject({ write: { metadata: false, resumable: { order: 'sequential' } }, search: { native: false } })
})
