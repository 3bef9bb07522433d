import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capabilities } from '../src/manifest.ts'
import { encodeName, entryOf, fromHeader, keptHeaders, keptIn, nameOf, narrowed, pathOf, toHeader } from '../src/mapping.ts'
import { flatName, nameOfFlat, newUploadId, parseSegmentName, segmentName, startOfUpload } from '../src/service/segments.ts'

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter(text => text.isWellFormed() && !/[\0]/.test(text))

describe('names', () => {
  test('in an address decode to what they were', () => {
    fc.assert(
      fc.property(name, text => {
        expect(decodeURIComponent(encodeName(text))).toBe(text)
      }),
    )
  })

  test('below a root are paths, and paths are names again', () => {
    const segment = name.filter(text => !text.includes('/') && text !== '.' && text !== '..' && text !== '.file-segments')
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
    fc.assert(
      fc.property(path, fc.constantFrom('', 'a', 'a/b'), (text, root) => {
        expect(pathOf(root, nameOf(root, text))).toEqual({ path: text })
      }),
    )
  })

  test('that other tools use for folders, or that no path can be, are none', () => {
    expect(['dir/', 'a//b', 'a/../b', '.file-segments/x'].map(text => pathOf('', text))).toEqual([
      { none: 'marker' },
      { none: 'unusual' },
      { none: 'unusual' },
      { none: 'segment' },
    ])
    expect(pathOf('r', 'r/.file-segments/x')).toEqual({ path: '.file-segments/x' })
  })

  test('take from a path what the root takes', () => {
    expect(narrowed(capabilities, 'größe', true).paths.pathBytes).toBe(1024 - 8)
    expect(narrowed(capabilities, '', false).write).toMatchObject({ resumable: false, maxBytes: 5 * 1024 ** 3 })
  })

  test('of objects as one part of a path can be read back, however long', () => {
    fc.assert(
      fc.property(name, text => {
        expect([text, undefined]).toContain(nameOfFlat(flatName(text)))
      }),
    )
    expect(nameOfFlat(flatName('a/%2F/größe'))).toBe('a/%2F/größe')
    expect(flatName('x'.repeat(1000))).toMatch(/^~[0-9a-f]{64}$/)
    expect(flatName('~tilde')).toMatch(/^~[0-9a-f]{64}$/)
  })
})

describe('segments', () => {
  test('tell by their names all that a receipt does', () => {
    const upload = newUploadId(new Date('2026-01-02T03:04:05.678Z'))
    const segment = { flat: 'a%2Fb', upload, number: 12, offset: 92_274_688 }
    expect(parseSegmentName(segmentName(segment))).toEqual(segment)
    expect(startOfUpload(upload)).toEqual(new Date('2026-01-02T03:04:05.678Z'))
  })

  test('of other tools are not taken for ours', () => {
    expect(parseSegmentName('.file-segments/a/1600000000.5/100/00000001')).toBeUndefined()
    expect(parseSegmentName('.file-segments/a/no-id/00000001-0')).toBeUndefined()
  })
})

describe('what is kept with an object', () => {
  test('comes back: keys with _ and %, values of any language', () => {
    const metadata = { a_b: 'größer 漢 🙂', 'c%d': 'x', 'e-f': 'y' }
    const headers = keptHeaders({ contentType: 'text/plain', modified: new Date(1_600_000_000_123), metadata, sha256: 'ab'.repeat(32) })
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(['x-object-meta-a%5fb', 'x-object-meta-c%25d', 'x-object-meta-mtime']))
    expect(keptIn(headers)).toEqual({ contentType: 'text/plain', modified: new Date(1_600_000_000_123), metadata, sha256: 'ab'.repeat(32) })
  })

  test('is UTF-8 in headers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(fromHeader(toHeader(text))).toBe(text)
      }),
    )
  })

  test('is read as rclone and the swift program write it', () => {
    const entry = entryOf('a', {
      'x-object-meta-mtime': '1600000000.123456789',
      'content-length': '3',
      etag: 'd41d8cd98f00b204e9800998ecf8427e',
    })
    expect(entry.modified).toEqual(new Date(1_600_000_000_123))
    expect(entry.checksums).toEqual([{ algorithm: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e', scope: 'object' }])
  })

  test('is no MD5 where the object is in segments', () => {
    const headers = { etag: '"d41d8cd98f00b204e9800998ecf8427e"', 'content-length': '3', 'x-static-large-object': 'True' }
    expect(entryOf('a', headers)).toEqual({ path: 'a', kind: 'object', size: 3, etag: 'd41d8cd98f00b204e9800998ecf8427e' })
  })
})
