import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTagPath } from '../../src/contract/asset-layout.ts'
import {
  contentFolder,
  FairleadError,
  formatReference,
  manifestPath,
  parseObjectPath,
  parseReference,
  tagPath,
  type Reference,
} from '../../src/index.ts'

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/)
const reference = fc.record({
  collection: fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/')),
  name: part,
  tag: part,
})

describe('reading a reference', () => {
  const cases: ReadonlyArray<readonly [string, Reference]> = [
    ['cat001/hero', { collection: 'cat001', name: 'hero' }],
    ['cat001/spec001/running-cat:v001', { collection: 'cat001/spec001', name: 'running-cat', tag: 'v001' }],
    ['archive://Cat/Hero:V1', { connection: 'archive', collection: 'Cat', name: 'Hero', tag: 'V1' }],
    [`a/b@sha256:${hex}`, { collection: 'a', name: 'b', digest: `sha256:${hex}` }],
    [`s3-eu://a/b/c:1@sha256:${hex}`, { connection: 's3-eu', collection: 'a/b', name: 'c', tag: '1', digest: `sha256:${hex}` }],
    ['quay.io/foo/bar', { collection: 'quay.io/foo', name: 'bar' }],
    ['imgsift.simgle/x.sif', { collection: 'imgsift.simgle', name: 'x.sif' }],
  ]
  it.each(cases)('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected)
    expect(formatReference(parseReference(text))).toBe(text)
  })
  it.each([
    '',
    'ubuntu',
    '/dinosaur',
    'vsoch/',
    'a:b:c',
    'a/b:',
    'a/b:1:2',
    'a//b',
    '../../etc/passwd',
    'a/../b',
    'a/_b',
    '_a/b',
    '.a/b',
    'a/b@abc',
    `a/b@sha256:${hex.toUpperCase()}`,
    'a b/c',
    'a/b c',
    'a/b\n',
    '\u0661/b',
    'localhost:5000/foo/bar',
    '127.0.0.1:8080/a/b',
    'x://',
    '://a/b',
    'a/b/',
    'archive:/a/b',
    `a/${'x'.repeat(201)}`,
    `a/b:${'x'.repeat(129)}`,
    'a\\b/c',
    '%61/b',
  ])('refuses %j', text => {
    let code: unknown
    try {
      parseReference(text)
    } catch (error) {
      code = FairleadError.is(error) && error.code
    }
    expect(code).toBe('input-invalid')
  })
  it('reads a registry host only where the connection addresses registries', () => {
    const registry = { addressing: 'registry' } as const
    expect(parseReference('localhost:5000/foo/bar', registry)).toEqual({ registry: 'localhost:5000', collection: 'foo', name: 'bar' })
    expect(parseReference('127.0.0.1:8080/a/b:1', registry)).toEqual({ registry: '127.0.0.1:8080', collection: 'a', name: 'b', tag: '1' })
    expect(parseReference('gcr.io/p/q/i:0.5.0', registry)).toEqual({ registry: 'gcr.io', collection: 'p/q', name: 'i', tag: '0.5.0' })
    expect(parseReference('a/b/c', registry)).toEqual({ collection: 'a/b', name: 'c' })
    expect(parseReference('v1.0/foo', registry)).toEqual({ collection: 'v1.0', name: 'foo' })
  })
  it('gives back what was formatted', () => {
    fc.assert(
      fc.property(reference, value => {
        expect(parseReference(formatReference(value))).toEqual({ ...value })
      }),
    )
  })
})

describe('object paths', () => {
  it('begin with a slash after the colon, as no tag does', () => {
    expect(parseObjectPath('archive:/a/b c')).toEqual({ connection: 'archive', path: 'a/b c' })
    expect(parseObjectPath(':/a')).toEqual({ path: 'a' })
    expect(parseObjectPath('archive:/')).toEqual({ connection: 'archive', path: '' })
    for (const text of ['archive://a/b', 'a/b:1', 'a/b', '/a/b', 'a/b:/c']) expect(parseObjectPath(text)).toBeUndefined()
  })
})

describe('where references lie on a connection', () => {
  it('gives no two of them one path, and none a path inside another', () => {
    const digest = `sha256:${hex}`
    fc.assert(
      fc.property(reference, reference, (a, b) => {
        const places = (value: { collection: string; name: string; tag: string }) => [
          tagPath(value, value.tag),
          manifestPath(value, digest),
          `${contentFolder(value, digest)}/f`,
        ]
        for (const x of places(a)) {
          for (const y of places(b)) {
            expect(`${y}/`.startsWith(`${x}/`) && x !== y).toBe(false)
            if (x === y) expect(formatReference({ ...a, tag: '' })).toBe(formatReference({ ...b, tag: '' }))
          }
        }
      }),
    )
  })
  it('are read back from the path of a tag', () => {
    fc.assert(
      fc.property(reference, value => {
        expect(parseTagPath(tagPath(value, value.tag))).toEqual({ ...value })
      }),
    )
  })
})
