import { errorCodes, errorFromStatus, parseRetryAfter, redactHeaders, redactText, redactUrl } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const now = new Date('2030-01-01T00:00:00Z')

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Tue, 01 Jan 2030 00:00:30 GMT', 30_000],
    ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2031', 2_031_000],
  ])('%j is %j ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected)
  })
})

describe('redaction', () => {
  test.each([
    ['https://ada:pw@host/a?x=1#top', 'https://host/a?x=1'],
    [
      'https://host/a?X-Amz-Signature=abc&X-Amz-Credential=k&prefix=p/',
      'https://host/a?X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]&prefix=p/',
    ],
    ['https://host/a?sv=1&sig=abc%3D&se=2030', 'https://host/a?sv=1&sig=[redacted]&se=2030'],
    [
      'https://host/a?access%5Ftoken=abc&password=b&api_key=c',
      'https://host/a?access%5Ftoken=[redacted]&password=[redacted]&api_key=[redacted]',
    ],
    [`https://host/a?id=${'A1b2'.repeat(12)}`, 'https://host/a?id=[redacted]'],
    ['https://host:8443/a b', 'https://host:8443/a%20b'],
    ['nonsense', '[invalid address]'],
  ])('the address %s is shown as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown)
  })

  test('no value of a secret parameter survives', () => {
    const names = fc.constantFrom('sig', 'Signature', 'token', 'X-Amz-Security-Token', 'password', 'AWSAccessKeyId', 'client_secret')
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-z0-9]{12,40}$/), (name, value) => {
        expect(redactUrl(`https://ada:${value}@host/path?a=b&${name}=${value}#${value}`)).not.toContain(value)
      }),
    )
  })

  test('headers that let someone in are hidden, others are shown', () => {
    expect(
      redactHeaders({
        Authorization: 'Bearer x',
        'x-amz-security-token': 't',
        cookie: 'a',
        'content-length': '5',
        location: 'https://h/?sig=x',
      }),
    ).toEqual({
      Authorization: '[redacted]',
      'x-amz-security-token': '[redacted]',
      cookie: '[redacted]',
      'content-length': '5',
      location: 'https://h/?sig=[redacted]',
    })
  })

  test('secrets in free text are hidden', () => {
    const text = redactText('GET https://a:b@host/x?token=abc said "Authorization: Bearer abc.def.ghi", access_token=xyz123')
    expect(text).toBe('GET https://host/x?token=[redacted] said "Authorization: Bearer [redacted]", access_token=[redacted]')
  })
})

describe('errors from a status', () => {
  test.each([
    [400, 'input-invalid', 'never'],
    [401, 'unauthenticated', 'never'],
    [403, 'permission-denied', 'never'],
    [404, 'not-found', 'never'],
    [408, 'timeout', 'later'],
    [409, 'already-exists', 'never'],
    [412, 'precondition-failed', 'never'],
    [416, 'range-invalid', 'never'],
    [423, 'rate-limited', 'later'],
    [429, 'rate-limited', 'later'],
    [500, 'unavailable', 'later'],
    [501, 'unsupported', 'never'],
    [503, 'unavailable', 'later'],
    [504, 'timeout', 'later'],
    [507, 'quota-exceeded', 'never'],
    [418, 'unexpected', 'never'],
    [302, 'unexpected', 'never'],
  ])('%i is %s, to be tried %s', (status, code, retry) => {
    expect(errorFromStatus(status)).toMatchObject({ code, retry, status })
  })

  test('every status has a code of the closed set', () => {
    for (let status = 100; status < 1000; status++) expect(errorCodes).toContain(errorFromStatus(status).code)
  })

  test('request id and Retry-After are taken from headers of any case', () => {
    const error = errorFromStatus(429, { headers: { 'Retry-After': '7', 'X-Amz-Request-Id': 'R1' } })
    expect(error).toMatchObject({ requestId: 'R1', retryAfterMs: 7_000 })
    const dated = errorFromStatus(503, {
      headers: { 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT', date: 'Tue, 01 Jan 2030 00:00:00 GMT' },
    })
    expect(dated.retryAfterMs).toBe(30_000)
  })

  test.each([
    ['{"error": {"code": 7, "message": "the bucket is gone"}}', 'the bucket is gone'],
    ['{"error": "invalid_grant", "error_description": "the login has ended"}', 'the login has ended'],
    ['{"error_summary": "path/not_found/."}', 'path/not_found/.'],
    ['{"errors": [{"message": "first"}]}', 'first'],
    ['<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>', 'NoSuchKey: no such key'],
    ['plain words\u001b[2J\n', 'plain words [2J'],
  ])('the sentence in %j is found', (body, words) => {
    expect(errorFromStatus(404, { body, method: 'GET', url: 'https://host/a?sig=x' }).message).toBe(
      `GET https://host/a?sig=[redacted]: status 404, ${words}`,
    )
  })

  test('a body that echoes secrets does not bring them into the message', () => {
    const body = JSON.stringify({ message: 'bad header Authorization: Bearer abcdef123456 for https://h/?sig=abcdef123456' })
    expect(errorFromStatus(403, { body }).message).not.toContain('abcdef123456')
  })

  test('a long or binary body is cut', () => {
    expect(errorFromStatus(500, { body: 'x y '.repeat(10_000) }).message.length).toBeLessThan(330)
    expect(errorFromStatus(500, { body: new Uint8Array(100_000) }).message).not.toContain('\0')
  })
})
