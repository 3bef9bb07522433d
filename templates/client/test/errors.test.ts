import { describe, expect, test } from 'vitest'
import { Refusal, toShelfError } from '../src/errors.ts'

const from = (status: number, body = '{"message": "no"}', headers: Record<string, string> = {}) =>
  toShelfError(new Refusal({ status, headers, body, method: 'GET', url: new URL('https://shelf.example/v1/files/a') }), {
    name: 'read',
    path: 'a',
  })

describe('an answer that is no success', () => {
  test.each([
    [401, 'unauthenticated', 'never'],
    [403, 'permission-denied', 'never'],
    [404, 'not-found', 'never'],
    [412, 'precondition-failed', 'never'],
    [429, 'rate-limited', 'later'],
    [503, 'unavailable', 'later'],
  ] as const)('of status %i is %s', (status, code, retry) => {
    expect(from(status)).toMatchObject({ code, retry, status })
  })

  test('is told by the word of the service where that says more than the status', () => {
    const error = from(403, '{"reason": "full", "message": "no room"}', { 'retry-after': '7' })
    expect(error).toMatchObject({
      code: 'quota-exceeded',
      retry: 'never',
      status: 403,
      retryAfterMs: 7000,
      hint: expect.stringContaining('more space'),
    })
  })

  test.each(['odd', 'constructor'])('is told by its status where its word is not known: %s', word => {
    expect(from(403, `{"reason": "${word}"}`)).toMatchObject({ code: 'permission-denied', status: 403 })
  })

  test('keeps the words of the service, and how long to wait', () => {
    const error = from(429, '{"message": "slowly"}', { 'retry-after': '7' })
    expect(error).toMatchObject({ message: expect.stringContaining('slowly'), retryAfterMs: 7000 })
  })
})

test('anything else that was thrown says where it happened', () => {
  expect(toShelfError(new TypeError('no such thing'), { name: 'read', path: 'a' })).toMatchObject({
    code: 'unexpected',
    message: expect.stringContaining('read "a" failed: no such thing'),
  })
})
