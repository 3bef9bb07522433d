import { describe, expect, test } from 'vitest'
import { SwiftAnswer, toSwiftError } from '../src/errors.ts'

const place = { connection: 'films', container: 'cuts' }
const at = { name: 'write', path: 'a/b' }
const from = (status: number, body = '', of: SwiftAnswer['of'] = 'object', headers: Record<string, string> = {}) =>
  toSwiftError(new SwiftAnswer(status, headers, body, of), at, place)

describe('an answer of Swift', () => {
  test.each([
    [400, 'Errors:\n/cuts/.file-segments/x, 404 Not Found', 'not-found', 'Send the file again'],
    [403, '', 'permission-denied', 'fairlead client show films'],
    [409, '', 'integrity', 'Write the object again'],
    [412, '', 'precondition-failed', 'from its beginning'],
    [413, 'Upload exceeds quota.', 'quota-exceeded', 'more quota'],
    [413, 'Your request is too large.', 'input-invalid', 'large-objects=slo'],
    [416, '', 'range-invalid', 'bytes that are there'],
    [507, '', 'quota-exceeded', 'space'],
  ] as const)('%i is told in its own words: %s', (status, body, code, hint) => {
    expect(from(status, body)).toMatchObject({ code, status, path: 'a/b', retry: 'never', hint: expect.stringContaining(hint) })
  })

  test.each([
    [408, 'timeout'],
    [422, 'integrity'],
    [429, 'rate-limited'],
    [498, 'rate-limited'],
    [499, 'network'],
    [503, 'unavailable'],
  ] as const)('%i may pass when it is tried again', (status, code) => {
    expect(from(status)).toMatchObject({ code, retry: 'later' })
  })

  test('tells a missing object from a missing container, which is all that a write can miss', () => {
    const missing = toSwiftError(new SwiftAnswer(404, {}, '', 'object'), { name: 'read', path: 'a/b' }, place)
    expect(missing).toMatchObject({ code: 'not-found', hint: expect.stringContaining('fairlead ls films:/') })
    expect(from(404, '', 'container')).toMatchObject({ code: 'not-found', hint: expect.stringContaining('create-container=true') })
  })

  test('keeps how long to wait, and the number under which who runs the service finds it', () => {
    const error = from(503, '', 'object', { 'retry-after': '7', 'x-trans-id': 'tx123' })
    expect(error).toMatchObject({ retryAfterMs: 7000, requestId: 'tx123' })
  })

  test('that nobody expected is told with what it said', () => {
    expect(from(418, 'no coffee').message).toContain('no coffee')
  })
})
