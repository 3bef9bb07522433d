import { errorCodes, FairleadError } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failureOf, namedRegion, toError, type At } from '../src/errors.ts'

const now = new Date('2026-01-02T03:04:05Z')
const at: At = {
  connection: 'archive',
  bucket: 'assets',
  region: 'us-east-1',
  endpoint: 'https://s3.example.com',
  path: 'a/b',
  permission: 's3:PutObject',
  now,
}

function errorOf(
  status: number,
  code: string,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): FairleadError {
  const more = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It went wrong.</Message>${more.join('')}</Error>`
  return toError(failureOf(status, headers, body), at)
}

describe('what the service says', () => {
  test.each([
    [404, 'NoSuchKey', 'not-found', 'never', 'fairlead ls'],
    [404, 'NoSuchBucket', 'not-found', 'never', 'create-bucket=true'],
    [403, 'InvalidAccessKeyId', 'unauthenticated', 'never', 'secret-access-key'],
    [403, 'SignatureDoesNotMatch', 'unauthenticated', 'never', 'secret-access-key'],
    [400, 'ExpiredToken', 'unauthenticated', 'never', 'access-key-id'],
    [403, 'AccessDenied', 'permission-denied', 'never', 's3:PutObject'],
    [503, 'SlowDown', 'rate-limited', 'later', undefined],
    [500, 'InternalError', 'unavailable', 'later', undefined],
    [400, 'EntityTooLarge', 'input-invalid', 'never', 'Split'],
    [507, 'InsufficientStorage', 'quota-exceeded', 'never', 'Free some space'],
    [403, 'QuotaExceeded', 'quota-exceeded', 'never', 'quota'],
    [412, 'PreconditionFailed', 'precondition-failed', 'never', 'fairlead ls'],
    [409, 'ConditionalRequestConflict', 'unavailable', 'later', undefined],
    [409, 'OperationAborted', 'unavailable', 'later', undefined],
    [403, 'InvalidObjectState', 'unavailable', 'never', 'restore-object'],
    [301, 'PermanentRedirect', 'config-invalid', 'never', 'region'],
    [416, 'InvalidRange', 'range-invalid', 'never', 'fairlead ls'],
    [501, 'NotImplemented', 'unsupported', 'never', 'endpoint'],
    [400, 'BadDigest', 'network', 'later', undefined],
    [400, 'KeyTooLongError', 'path-invalid', 'never', 'Shorten'],
    [400, 'AccessControlListNotSupported', 'config-invalid', 'never', 'unset archive acl'],
  ] as const)('%i %s is %s, tried again %s', (status, service, code, retry, hint) => {
    const error = errorOf(status, service)
    expect([error.code, error.retry, error.status]).toEqual([code, retry, status])
    expect(error.message).toContain(service)
    if (hint !== undefined) expect(error.hint).toContain(hint)
  })

  test('names both clocks when they are too far apart, by its own words or by the Date of its answer', () => {
    const told = errorOf(403, 'RequestTimeTooSkewed', { RequestTime: '20260102T030405Z', ServerTime: '2026-01-02T05:00:00Z' })
    expect(told.code).toBe('config-invalid')
    expect(told.message).toContain('2026-01-02T03:04:05.000Z')
    expect(told.message).toContain('2026-01-02T05:00:00Z')
    expect(told.hint).toContain('clock')
    const guessed = toError(failureOf(403, { date: 'Fri, 02 Jan 2026 05:00:00 GMT' }, ''), at)
    expect(guessed.message).toContain('2026-01-02T05:00:00.000Z')
    const close = toError(failureOf(403, { date: 'Fri, 02 Jan 2026 03:05:00 GMT' }, ''), at)
    expect(close.code).toBe('permission-denied')
  })

  test('is a wrong endpoint where a web page answers', () => {
    const error = toError(failureOf(404, {}, '<!DOCTYPE html><html><body>Not here</body></html>'), at)
    expect(error).toMatchObject({ code: 'config-invalid' })
    expect(error.message).toContain('is not an S3 service')
  })

  test('keeps the id of the request and how long to wait', () => {
    expect(errorOf(503, 'SlowDown', {}, { 'x-amz-request-id': 'R1', 'retry-after': '7' })).toMatchObject({
      requestId: 'R1',
      retryAfterMs: 7000,
    })
  })

  test('names the region in a header, a field or a sentence', () => {
    const malformed = (extra: string) => failureOf(400, {}, `<Error><Code>AuthorizationHeaderMalformed</Code>${extra}</Error>`)
    expect(namedRegion(failureOf(301, { 'x-amz-bucket-region': 'eu-west-1' }, ''))).toBe('eu-west-1')
    expect(namedRegion(malformed('<Region>eu-west-2</Region>'))).toBe('eu-west-2')
    expect(namedRegion(malformed("<Message>the region 'us-east-1' is wrong; expecting 'eu-west-3'</Message>"))).toBe('eu-west-3')
    expect(namedRegion(malformed(''))).toBeUndefined()
  })

  test('is an error of our own class with a code and words, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.string({ unit: 'grapheme' }),
        fc.stringMatching(/^[A-Za-z]{0,30}$/),
        (status, text, code) => {
          for (const body of [text, `<Error><Code>${code}</Code><Message>${text.replaceAll(/[<&]/g, '')}</Message></Error>`]) {
            const error = toError(failureOf(status, {}, body), at)
            expect(FairleadError.is(error)).toBe(true)
            expect(errorCodes).toContain(error.code)
            expect(error.message).not.toBe('')
          }
        },
      ),
    )
  })
})
