import { errorCodes, FairleadError } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { DropboxFailure, isTagged, toDropboxError } from '../src/errors.ts'

const at = { name: 'read', path: 'shots/hero.txt' }
const place = { connection: 'box' }

/** A refusal of an endpoint, as the API writes it. */
function refusal(tags: string, status = 409): DropboxFailure {
  const error = tags
    .split('/')
    .reduceRight<Record<string, unknown> | undefined>(
      (inner, tag) => ({ '.tag': tag, ...(inner !== undefined && { [tag]: inner }) }),
      undefined,
    )
  return new DropboxFailure(status, { 'x-dropbox-request-id': 'abc' }, { error_summary: `${tags}/..`, error })
}

describe('a refusal', () => {
  test.each([
    ['path/not_found', 'not-found'],
    ['path/malformed_path', 'path-invalid'],
    ['path/disallowed_name', 'path-invalid'],
    ['path/conflict/file', 'precondition-failed'],
    ['path/conflict/folder', 'already-exists'],
    ['to/conflict/file_ancestor', 'already-exists'],
    ['path/no_write_permission', 'permission-denied'],
    ['path/insufficient_space', 'quota-exceeded'],
    ['path/too_many_write_operations', 'rate-limited'],
    ['path_lookup/locked', 'permission-denied'],
    ['content_hash_mismatch', 'integrity'],
    ['unsupported_file', 'unsupported'],
    ['settings_error/not_authorized', 'permission-denied'],
    ['shared_link_not_found', 'not-found'],
    ['internal_error', 'unavailable'],
    ['something/nobody/knows', 'unexpected'],
  ])('that says %s is %s, and names its place', (tags, code) => {
    const error = toDropboxError(refusal(tags), at, place)
    expect(error).toMatchObject({ code, path: at.path, operation: 'read', status: 409, requestId: 'abc' })
    expect(error.message).toContain('hero.txt')
    if (error.retry === 'never' && code !== 'unexpected') expect(error.hint).toBeTruthy()
  })

  test('of a token, a scope or a namespace says which command helps', () => {
    expect(toDropboxError(refusal('expired_access_token', 401), at, place)).toMatchObject({ code: 'unauthenticated' })
    const body = { error_summary: 'missing_scope/..', error: { '.tag': 'missing_scope', required_scope: 'sharing.write' } }
    const scope = toDropboxError(new DropboxFailure(401, {}, body), at, place)
    expect([scope.code, scope.message, scope.hint]).toEqual([
      'permission-denied',
      expect.stringContaining('sharing.write'),
      expect.stringContaining('fairlead client login box --access full'),
    ])
    expect(toDropboxError(refusal('no_permission', 422), at, place).hint).toContain('fairlead client set box namespace=home')
  })

  test('of haste says how long to wait, in its header or in its body', () => {
    const body = { error_summary: 'too_many_requests/..', error: { reason: { '.tag': 'too_many_requests' }, retry_after: 3 } }
    expect(toDropboxError(new DropboxFailure(429, {}, body), at, place)).toMatchObject({ code: 'rate-limited', retryAfterMs: 3000 })
    expect(toDropboxError(new DropboxFailure(429, { 'retry-after': '5' }, body), at, place).retryAfterMs).toBe(5000)
  })

  test('that is a sentence is told in its words', () => {
    const error = toDropboxError(new DropboxFailure(400, {}, 'Error in call to API function "files/upload"'), at, place)
    expect([error.code, error.message]).toEqual(['input-invalid', expect.stringContaining('files/upload')])
  })

  test('is known by how its tags end', () => {
    expect(isTagged(refusal('path/conflict/file'), 'conflict/file')).toBe(true)
    expect(isTagged(refusal('path/conflict/file'), 'path')).toBe(false)
    expect(isTagged(new Error('path/conflict/file'), 'path/conflict/file')).toBe(false)
  })
})

test('whatever else is thrown is an error of a known code', () => {
  for (const cause of [undefined, null, 7, 'text', {}, new Error('')]) {
    const error = toDropboxError(cause, { name: 'list' }, place)
    expect([FairleadError.is(error), errorCodes.includes(error.code)]).toEqual([true, true])
  }
})
