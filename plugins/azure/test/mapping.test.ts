import { FairleadError } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describeBlob, parseTags, toName, toPath, toRoot } from '../src/mapping.ts'
import { fromMetadata, ownMetadata, toMetadata } from '../src/metadata.ts'
import { blockId, newUploadId, parseBlockId } from '../src/service/block-ids.ts'

const segment = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    fc.array(fc.constantFrom('.', '%', '2', '5', 'E', '2E', 'a'), { minLength: 1, maxLength: 6 }).map(parts => parts.join('')),
  )
  .filter(text => !/[/\0]/.test(text) && text !== '.' && text !== '..' && text.isWellFormed())
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))

describe('names of blobs', () => {
  test('give every path back, below every root', () => {
    fc.assert(
      fc.property(path, fc.constantFrom('', 'a/b', '/x./'), (one, prefix) => {
        const root = toRoot(prefix)
        expect(toPath(root, toName(root, one))).toBe(one)
      }),
    )
  })

  test('are different for different paths', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(toName('', one) === toName('', other)).toBe(one === other)
      }),
    )
  })

  test('have no part that ends with a dot, which the service would lose', () => {
    fc.assert(
      fc.property(path, one => {
        expect(
          toName('', one)
            .split('/')
            .filter(part => part.endsWith('.')),
        ).toEqual([])
      }),
    )
    expect([toName('', 'file.'), toName('', 'a../b'), toName('', 'file%2E'), toName('', 'file%252E')]).toEqual([
      'file%2E',
      'a.%2E/b',
      'file%252E',
      'file%25252E',
    ])
  })

  test('are refused with more than 254 parts', () => {
    expect(toName('', Array(254).fill('d').join('/'))).toHaveLength(507)
    expect(() => toName('', Array(255).fill('d').join('/'))).toThrow('more than 254 parts')
  })

  test.each(['a//b', '/a', './a', 'a/../b', 'a/', ''])('that no path can have have none: "%s"', name => {
    expect(toPath('', name)).toBeUndefined()
  })

  test('beside the root are none of its paths', () => {
    expect([toPath('a/b/', 'a/bc'), toPath('a/b/', 'a/b'), toPath('a/b/', 'a/b/c')]).toEqual([undefined, undefined, 'c'])
  })
})

describe('metadata', () => {
  const pairs = fc.dictionary(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter(text => text.isWellFormed() && text !== '__proto__'),
    fc.string({ unit: 'binary', maxLength: 20 }).filter(text => text.isWellFormed()),
    { maxKeys: 5 },
  )

  test('comes back as it was, whatever keys and values are', () => {
    fc.assert(
      fc.property(pairs, metadata => {
        expect(fromMetadata(toMetadata(metadata, 'x'), 1).metadata).toEqual({ ...metadata })
      }),
    )
  })

  test('is written with names that are identifiers in lower case and values of ASCII', () => {
    fc.assert(
      fc.property(pairs, metadata => {
        for (const [name, value] of Object.entries(toMetadata(metadata, 'x'))) {
          expect(name).toMatch(/^[a-z_][a-z0-9_]*$/)
          expect(value).toMatch(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/)
        }
      }),
    )
  })

  test('looks as it was given where it can', () => {
    expect(toMetadata({ note: 'plain text', frame_count: '12' }, 'x')).toEqual({ note: 'plain text', frame_count: '12' })
    expect(toMetadata({ gap: 'two  spaces' }, 'x')['gap']).toMatch(/^=\?UTF-8\?B\?/)
    expect(toMetadata({ 'My-Key': 'größe' }, 'x')).toEqual({ _x004d_y_x002d__x004b_ey: '=?UTF-8?B?Z3LDtsOfZQ==?=' })
  })

  test("keeps apart a caller's key and the object's own of one name", () => {
    const modified = new Date('2020-01-02T03:04:05.678Z')
    const raw = { ...toMetadata({ mtime: 'noon' }, 'x'), ...ownMetadata({ path: 'x', modified }, 1) }
    expect(fromMetadata(raw, 1)).toEqual({ metadata: { mtime: 'noon' }, modified })
  })

  test('of other programs is told by the names they gave', () => {
    expect(fromMetadata({ Foo_Bar: 'x', _x0041: 'y', mtime: '2024-02-26T12:00:00.123456789Z' }, 1)).toEqual({
      metadata: { foo_bar: 'x', _x0041: 'y' },
      modified: new Date('2024-02-26T12:00:00.123Z'),
    })
  })

  test('is refused when it takes more room than there is, as it is written', () => {
    expect(() => toMetadata({ note: 'x'.repeat(7000) }, 'x')).not.toThrow()
    expect(() => toMetadata({ note: 'ö'.repeat(3500) }, 'x')).toThrow(FairleadError)
  })

  test('tells the SHA-256 only as long as it surely speaks of this content', () => {
    const sha256 = 'a'.repeat(64)
    const modified = new Date('2020-01-02T03:04:05.678Z')
    const raw = ownMetadata({ path: 'x', modified, sha256 }, 7)
    expect(fromMetadata(raw, 7).sha256).toBe(sha256)
    expect(fromMetadata(raw, 8).sha256).toBeUndefined()
    expect(fromMetadata({ ...raw, mtime: '2021-01-01T00:00:00Z' }, 7).sha256).toBeUndefined()
    const { mtime: _mtime, ...without } = raw
    expect(fromMetadata(without, 7).sha256).toBeUndefined()
    expect(fromMetadata(ownMetadata({ path: 'x', sha256 }, 7), 7).sha256).toBe(sha256)
  })
})

test('a directory of a hierarchical namespace is a folder', () => {
  const nothing = { size: 0, etag: undefined, modified: undefined, contentType: undefined, md5: undefined }
  expect(describeBlob('a', { hdi_isfolder: 'true' }, nothing)).toEqual({ path: 'a', kind: 'prefix' })
})

describe('tags', () => {
  test('are read as key=value pairs and written as the header wants them', () => {
    expect(parseTags('project=hero one, kind=plate')).toBe('project=hero%20one&kind=plate')
    expect([parseTags(undefined), parseTags(' ')]).toEqual([undefined, undefined])
  })

  test.each(['project', '=x', `${'k'.repeat(129)}=x`, `k=${'v'.repeat(257)}`, 'k=a&b', Array(11).fill('k=v').join(',')])(
    'that the service refuses are refused before: %s',
    text => {
      expect(() => parseTags(text)).toThrow('The setting "tags" is wrong')
    },
  )
})

describe('ids of blocks', () => {
  test('tell upload, part and the time of the beginning, and are of one length', () => {
    const begun = new Date('2026-11-23T02:00:00Z')
    const upload = newUploadId(begun)
    const ids = [1, 50_000].map(part => blockId(upload, part))
    expect(new Set(ids.map(id => Buffer.from(id, 'base64').byteLength))).toEqual(new Set([40]))
    expect(parseBlockId(ids[1] ?? '')).toEqual({ upload, part: 50_000, started: begun })
  })

  test('of other programs are none of ours', () => {
    expect(['', 'AAAA', Buffer.from('fairlead-x').toString('base64')].map(parseBlockId)).toEqual([undefined, undefined, undefined])
  })
})
