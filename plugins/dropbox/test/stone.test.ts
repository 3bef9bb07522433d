import { describe, expect, test } from 'vitest'
import { specification } from './stone/dropbox.ts'
import { parseSpecification } from './stone/parser.ts'
import { parseType } from './stone/type-reference.ts'
import { problemOf } from './stone/validate.ts'

const check = (type: string, value: unknown): string | undefined => problemOf(specification, parseType(type, 'files'), value)

describe('the specification of the API', () => {
  test('is read whole: every route has the types that it names', () => {
    expect(specification.routes.size).toBe(134)
    const upload = specification.routes.get('files/upload_session/append_v2')
    expect(upload?.attributes.get('scope')).toBe('files.content.write')
    expect(specification.definitions.get('files.Metadata')?.subtypes?.size).toBe(3)
    expect(specification.definitions.get('file_properties.PropertyType')?.fields.map(({ name }) => name)).toEqual(['string'])
  })

  test('knows patterns, lengths and times', () => {
    expect(check('WritePath', '/a')).toBeUndefined()
    expect(check('WritePath', 'a')).toMatch(/does not match/)
    expect(check('Rev', 'abc')).toMatch(/characters/)
    expect(check('common.DropboxTimestamp', '2015-05-12T15:50:38Z')).toBeUndefined()
    expect(check('common.DropboxTimestamp', '2015-05-12T15:50:38.000Z')).toMatch(/a time/)
  })

  test('takes a tag as its word or in an object, and what it carries under its name', () => {
    expect(check('WriteMode', 'overwrite')).toBeUndefined()
    expect(check('WriteMode', { '.tag': 'update', update: 'a1c10ce0dd78' })).toBeUndefined()
    expect(check('WriteMode', 'update')).toMatch(/missing/)
    expect(check('WriteMode', 'other')).toMatch(/no tag/)
    expect(check('LookupError', { '.tag': 'other' })).toBeUndefined()
  })

  test('lays a struct beside its tag', () => {
    expect(check('UploadSessionAppendError', { '.tag': 'incorrect_offset', correct_offset: 7 })).toBeUndefined()
    expect(check('UploadSessionAppendError', { '.tag': 'incorrect_offset' })).toMatch(/correct_offset/)
    const reason = { '.tag': 'conflict', conflict: { '.tag': 'file' } }
    expect(check('UploadError', { '.tag': 'path', reason, upload_session_id: 'x' })).toBeUndefined()
    expect(check('UploadError', { '.tag': 'path', path: reason })).toBeDefined()
  })

  test('refuses fields that nobody declared, and misses those that must be there', () => {
    expect(check('DeleteArg', { path: '/a' })).toBeUndefined()
    expect(check('DeleteArg', { path: '/a', force: true })).toBe('.force: there is no such field')
    expect(check('DeleteArg', {})).toBe('.path: a value is missing')
    expect(check('ListFolderArg', { path: '', limit: 2001 })).toMatch(/not within/)
  })

  test('knows the kind of metadata by its tag', () => {
    const folder = { '.tag': 'folder', name: 'a', id: 'id:abcd' }
    expect(check('Metadata', folder)).toBeUndefined()
    expect(check('Metadata', { ...folder, '.tag': 'file' })).toMatch(/missing/)
  })

  test('says what it can not read', () => {
    expect(() => parseSpecification(['namespace a\nnonsense'])).toThrow(/nonsense/)
  })
})
