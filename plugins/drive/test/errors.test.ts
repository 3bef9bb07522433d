import { bytesSource } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { DriveAnswer, toDriveError } from '../src/errors.ts'
import { connect, place } from './support.ts'

function body(reason: string, message = 'said by Google'): string {
  return JSON.stringify({ error: { code: 403, message, errors: [{ message, domain: 'global', reason }] } })
}

describe('errors', () => {
  test.each([
    [403, 'userRateLimitExceeded', 'rate-limited', 'later'],
    [403, 'rateLimitExceeded', 'rate-limited', 'later'],
    [429, 'rateLimitExceeded', 'rate-limited', 'later'],
    [403, 'sharingRateLimitExceeded', 'rate-limited', 'never'],
    [403, 'dailyLimitExceeded', 'quota-exceeded', 'never'],
    [403, 'storageQuotaExceeded', 'quota-exceeded', 'never'],
    [403, 'insufficientFilePermissions', 'permission-denied', 'never'],
    [403, 'appNotAuthorizedToFile', 'permission-denied', 'never'],
    [403, 'accessNotConfigured', 'config-invalid', 'never'],
    [403, 'exportSizeLimitExceeded', 'input-invalid', 'never'],
    [403, 'cannotSetExpiration', 'unsupported', 'never'],
    [401, 'authError', 'unauthenticated', 'never'],
    [404, 'notFound', 'not-found', 'never'],
    [500, 'internalError', 'unavailable', 'later'],
    [503, 'backendError', 'unavailable', 'later'],
  ])('%i %s is %s, and is tried again: %s', (status, reason, code, retry) => {
    const error = toDriveError(new DriveAnswer(status, {}, body(reason)), { name: 'read', path: 'a/b' }, 'films')
    expect([error.code, error.retry]).toEqual([code, retry])
    expect(error.message).toContain('"a/b"')
  })

  test('a scope that is too small is told with the command that asks for more', () => {
    const answer = JSON.stringify({
      error: {
        code: 403,
        errors: [{ reason: 'insufficientPermissions' }],
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }],
      },
    })
    const error = toDriveError(new DriveAnswer(403, {}, answer), { name: 'write' }, 'films')
    expect([error.code, error.hint]).toEqual(['permission-denied', expect.stringContaining('fairlead client login films --access full')])
  })

  test('an answer that is no JSON is judged by its status', () => {
    expect(toDriveError(new DriveAnswer(502, {}, '<html>'), { name: 'read' }, 'films').code).toBe('unavailable')
  })

  test('too many requests are waited out, as Google asks for it in 403 and in 429', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('one', bytesSource('x'))
    for (const status of [403, 429]) {
      const answer = { headers: { 'content-type': 'application/json' }, body: body('userRateLimitExceeded', 'User Rate Limit Exceeded.') }
      at.proxy.inject({ kind: 'status', status, retryAfterSeconds: 0, answer, times: 2 })
      expect((await client.stat('one')).size).toBe(1)
    }
  })

  test('a page of a network that wants a login first is not taken for an answer', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('one', bytesSource('x'))
    at.proxy.inject({ kind: 'status', status: 200, answer: { headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' } })
    await expect(client.stat('one')).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining('not Google Drive') })
  })
})
