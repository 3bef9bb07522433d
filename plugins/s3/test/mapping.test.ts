import { FairleadError } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoder } from '../src/service/listing.ts'
import { multipartEtag, storedChecksums, toEntry, toEtag, toHeaders, toKey, toPath, toRoot } from '../src/mapping.ts'
import { fromSeconds, toSeconds } from '../src/service/seconds.ts'

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter(text => text.isWellFormed() && !/[/\0]/.test(text) && text !== '.' && text !== '..')
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
const prefix = fc.oneof(fc.constant(''), path)

describe('paths and keys', () => {
  test('lead back and forth below any prefix', () => {
    fc.assert(
      fc.property(prefix, path, (folder, name) => {
        const root = toRoot(folder)
        expect(toPath(root, toKey(root, name))).toBe(name)
      }),
    )
  })

  test('have no path for keys that are no valid UTF-8, and those are told from no key at all', () => {
    const key = decoder({ fields: { EncodingType: 'url' } })('folder/m%FF')
    expect([toPath('', key), toPath('folder/', key), key]).toEqual([undefined, undefined, '//folder/m%FF'])
  })

  test('have no path for keys that none can name, or of another folder', () => {
    for (const key of ['root/', 'root/a/', 'root//a', 'root/a//b', 'root/../b', 'root/a/./b', 'rooted/a', 'other/a', 'root/a\0'])
      expect(toPath('root/', key), key).toBeUndefined()
  })

  test('take a prefix with or without slashes, and refuse one that is no folder', () => {
    expect([toRoot(''), toRoot('/'), toRoot('a/b'), toRoot('/a/b/')]).toEqual(['', '', 'a/b/', 'a/b/'])
    for (const bad of ['a//b', '../a', 'a/./b', 'nul\0l']) expect(() => toRoot(bad)).toThrow('is not a folder')
  })
})

describe('times in metadata', () => {
  test('come back to the millisecond, before 1970 too', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), time => {
        expect(fromSeconds(toSeconds(time))).toEqual(time)
      }),
    )
  })

  test('are read as rclone and s3fs write them, and nothing else is taken for a time', () => {
    expect(fromSeconds('1354040105.123456789')?.toISOString()).toBe('2012-11-27T18:15:05.123Z')
    expect(fromSeconds('1354040105')?.toISOString()).toBe('2012-11-27T18:15:05.000Z')
    for (const text of ['', 'yesterday', '1e9', '12.', '0x10', ' 1', '99999999999999']) expect(fromSeconds(text)).toBeUndefined()
  })
})

describe('what headers tell of an object', () => {
  const plain = { etag: '"0123456789abcdef0123456789abcdef"', 'content-length': '5', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }

  test('is its size, time, etag, and the MD5 that the etag of one piece is', () => {
    expect(toEntry('a', plain, true)).toEqual({
      path: 'a',
      kind: 'object',
      size: 5,
      modified: new Date('2024-01-01T00:00:00Z'),
      etag: '0123456789abcdef0123456789abcdef',
      checksums: [{ algorithm: 'md5', value: '0123456789abcdef0123456789abcdef', scope: 'object' }],
    })
  })

  test.each([
    ['of a body in parts', { etag: '"0123456789abcdef0123456789abcdef-2"' }],
    ['under a KMS key', { 'x-amz-server-side-encryption': 'aws:kms' }],
    ["under the caller's own key", { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
  ])('is no MD5 %s', (_what, headers) => {
    expect(toEntry('a', { ...plain, ...headers }, true).checksums).toBeUndefined()
  })

  test('is no checksum at all where none is to be believed', () => {
    expect(toEntry('a', { ...plain, 'x-amz-checksum-crc32': 'NSRBwg==' }, false).checksums).toBeUndefined()
  })

  test('has the hash that was kept beside the body as a checksum, and the time as the time, neither as metadata', () => {
    const sha256 = 'a'.repeat(64)
    const entry = toEntry('a', { ...plain, 'x-amz-meta-sha256': sha256, 'x-amz-meta-mtime': '1.5', 'x-amz-meta-note': 'n' }, true)
    expect(entry).toMatchObject({
      modified: new Date(1500),
      metadata: { note: 'n' },
      checksums: [{ algorithm: 'sha256', value: sha256, scope: 'object' }],
    })
  })

  test('keeps metadata of these names that is something else', () => {
    expect(toEntry('a', { ...plain, 'x-amz-meta-sha256': 'none', 'x-amz-meta-mtime': 'noon' }, true).metadata).toEqual({
      sha256: 'none',
      mtime: 'noon',
    })
  })

  test('tells checksums of the object from those of its parts', () => {
    expect(storedChecksums({ 'x-amz-checksum-crc32': 'NSRBwg==' })).toEqual([{ algorithm: 'crc32', value: '352441c2', scope: 'object' }])
    expect(storedChecksums({ 'x-amz-checksum-crc32': 'NSRBwg==-2' })[0]?.scope).toBe('parts')
    expect(storedChecksums({ 'x-amz-checksum-crc32': 'NSRBwg==', 'x-amz-checksum-type': 'COMPOSITE' })[0]?.scope).toBe('parts')
  })

  test('is an MD5 too where the service has only checksums that nobody reckons, or rclone kept one', () => {
    expect(
      toEntry('a', { ...plain, 'x-amz-checksum-crc64nvme': 'I4CldwuZDSQ=' }, true).checksums?.map(({ algorithm }) => algorithm),
    ).toEqual(['crc64nvme', 'md5'])
    const parts = { ...plain, etag: '"0123456789abcdef0123456789abcdef-2"', 'x-amz-meta-md5chksum': 'ptFWTd33pgzykbOZ+Si+GQ==' }
    expect(toEntry('a', parts, true)).toMatchObject({
      checksums: [{ algorithm: 'md5', value: 'a6d1564dddf7a60cf291b399f928be19', scope: 'object' }],
    })
    expect(toEntry('a', parts, true).metadata).toBeUndefined()
  })

  test('is the size of the whole where a range was sent', () => {
    expect(toEntry('a', { ...plain, 'content-range': 'bytes 0-4/1000' }, true).size).toBe(1000)
  })

  test('reads metadata that others wrote beyond ASCII', () => {
    expect(toEntry('a', { 'x-amz-meta-note': '=?UTF-8?B?Z3LDtsOfZXI=?= x' }, true).metadata).toEqual({ note: 'größer x' })
    expect(toEntry('a', { 'x-amz-meta-note': '=?utf-8?Q?gr=C3=B6=C3=9Fer_x?=' }, true).metadata).toEqual({ note: 'größer x' })
  })

  test('never keeps the quotes of an etag', () => {
    expect(['"a"', 'a', 'W/"a"'].map(toEtag)).toEqual(['a', 'a', 'a'])
  })
})

describe('what goes along with a body', () => {
  test('is its type, time, hash, metadata and condition', () => {
    const headers = toHeaders(
      {
        path: 'a',
        contentType: 'text/plain',
        modified: new Date(1500),
        sha256: 'b'.repeat(64),
        metadata: { Note: 'n' },
        condition: { if: 'match', etag: 'e' },
      },
      { 'x-amz-storage-class': 'STANDARD_IA' },
    )
    expect(headers).toEqual({
      'x-amz-storage-class': 'STANDARD_IA',
      'content-type': 'text/plain',
      'x-amz-meta-mtime': '1.5',
      'x-amz-meta-sha256': 'b'.repeat(64),
      'x-amz-meta-note': 'n',
      'if-match': '"e"',
    })
  })

  test.each([
    ['two keys that differ in case only', { note: 'a', Note: 'b' }],
    ['a value whose spaces would be lost', { note: ' a' }],
  ])('is refused with %s', (_what, metadata) => {
    expect(() => toHeaders({ path: 'a', metadata }, {})).toThrow(FairleadError)
  })
})

describe('the etag of an object in parts', () => {
  test('is the MD5 of the MD5s of its parts, with their number', () => {
    expect(multipartEtag(['5d41402abc4b2a76b9719d911017c592', '7d793037a0760186574b0282f2f435e7'])).toBe(
      '065947336a2f2a95ba8899f3675c3be6-2',
    )
  })

  test('is not known of parts whose etags are no MD5', () => {
    expect(multipartEtag(['5d41402abc4b2a76b9719d911017c592', 'opaque'])).toBeUndefined()
    expect(multipartEtag([])).toBeUndefined()
  })
})
