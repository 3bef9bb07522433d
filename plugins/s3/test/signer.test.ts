import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeKey, encodeQuery, Signer, type Keys } from '../src/service/signer.ts'

/** The hash the SDK's signer asks for, over node:crypto. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret))
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    throw new Error('a hash is used once')
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

const sdk = (keys: Keys, region: string) =>
  new SignatureV4({ credentials: keys, region, service: 's3', sha256: Sha256, uriEscapePath: false, applyChecksum: false })

const printable = fc.string({ unit: fc.integer({ min: 33, max: 126 }).map(code => String.fromCharCode(code)), minLength: 1, maxLength: 60 })
const keysOf = fc.record(
  { accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/), secretAccessKey: printable, sessionToken: printable },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
)
const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter(text => text.isWellFormed() && text !== '.' && text !== '..' && !text.includes('/'))
const keyName = fc.array(segment, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
const queryPairs = fc.dictionary(
  fc.stringMatching(/^[a-z][a-zA-Z-]{0,12}$/),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter(text => text.isWellFormed()),
  {
    maxKeys: 4,
  },
)
const headerValue = fc.stringMatching(/^[!-~][ -~]{0,20}$/).map(text => text.trim())
const headersOf = fc.dictionary(fc.stringMatching(/^x-amz-meta-[a-z0-9-]{1,10}$/), headerValue, { maxKeys: 5 })
const times = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true })
const regions = fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'here')

describe('the signer', () => {
  test('signs any request as the SDK does', async () => {
    const signer = new Signer()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
        keyName,
        queryPairs,
        headersOf,
        keysOf,
        regions,
        times,
        async (method, key, pairs, headers, keys, region, now) => {
          const path = `/bucket/${encodeKey(key)}`
          const query = Object.keys(pairs)
            .toSorted()
            .map(name => `${encodeQuery(name)}=${encodeQuery(pairs[name] ?? '')}`)
            .join('&')
          const host = 's3.example.com:8080'
          const payload = createHash('sha256').update(key).digest('hex')
          const ours = signer.sign({ method, host, path, query, headers, payload }, keys, region, now)
          const theirs = await sdk(keys, region).sign(
            {
              method,
              protocol: 'http:',
              hostname: 's3.example.com',
              port: 8080,
              path,
              query: pairs,
              headers: { host, ...headers, 'x-amz-content-sha256': payload },
            },
            { signingDate: now },
          )
          expect(ours.authorization).toBe(theirs.headers.authorization)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('makes the links that the SDK makes', async () => {
    const signer = new Signer()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'HEAD', 'PUT'),
        keyName,
        keysOf,
        regions,
        times,
        fc.integer({ min: 1, max: 604_800 }),
        fc.boolean(),
        async (method, key, keys, region, now, seconds, payer) => {
          const path = `/bucket/${encodeKey(key)}`
          const host = 's3.example.com'
          const query = payer ? 'x-amz-request-payer=requester' : ''
          const ours = new URLSearchParams(signer.presign({ method, host, path, query }, keys, region, now, seconds))
          const theirs = await sdk(keys, region).presign(
            {
              method,
              protocol: 'https:',
              hostname: host,
              path,
              query: Object.fromEntries(new URLSearchParams(query)),
              headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
            },
            {
              signingDate: now,
              expiresIn: seconds,
              unsignableHeaders: new Set(['x-amz-content-sha256']),
              unhoistableHeaders: new Set(['x-amz-content-sha256']),
            },
          )
          expect(Object.fromEntries(ours)).toEqual(theirs.query)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('signs the example of its specification', () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Object"
    const { authorization } = new Signer().sign(
      {
        method: 'GET',
        host: 'examplebucket.s3.amazonaws.com',
        path: '/test.txt',
        query: '',
        headers: { range: 'bytes=0-9' },
        payload: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      'us-east-1',
      new Date('2013-05-24T00:00:00Z'),
    )
    expect(authorization).toContain('Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
  })

  test('makes the link of its specification', () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    const query = new Signer().presign(
      { method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/test.txt', query: '' },
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      'us-east-1',
      new Date('2013-05-24T00:00:00Z'),
      86_400,
    )
    expect(query).toContain('X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404')
  })
})
