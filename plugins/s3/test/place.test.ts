import { describe, expect, test } from 'vitest'
import { placeOf, regionOfEndpoint } from '../src/service/place.ts'

const place = (bucket: string, region: string, endpoint?: string, pathStyle?: boolean) => {
  const { protocol, host, base } = placeOf(
    { bucket, ...(endpoint !== undefined && { endpoint: new URL(endpoint) }), ...(pathStyle !== undefined && { pathStyle }) },
    region,
  )
  return `${protocol}//${host}${base}/key`
}

describe('where a bucket answers', () => {
  test.each([
    ['of AWS, in its host', ['assets', 'eu-central-1'], 'https://assets.s3.eu-central-1.amazonaws.com/key'],
    ['of AWS in China', ['assets', 'cn-north-1'], 'https://assets.s3.cn-north-1.amazonaws.com.cn/key'],
    ['with dots, which no certificate is for', ['my.assets', 'us-east-1'], 'https://s3.us-east-1.amazonaws.com/my.assets/key'],
    ['with capital letters, as old ones have', ['Assets', 'us-east-1'], 'https://s3.us-east-1.amazonaws.com/Assets/key'],
    ['of another service, in the path', ['assets', 'any', 'https://s3.example.com'], 'https://s3.example.com/assets/key'],
    ['behind a path of the endpoint', ['assets', 'any', 'https://example.com/s3/'], 'https://example.com/s3/assets/key'],
    ['at an address', ['assets', 'any', 'http://127.0.0.1:9000'], 'http://127.0.0.1:9000/assets/key'],
    [
      'of another service, in its host where that is asked for',
      ['assets', 'any', 'https://s3.example.com:8443', false],
      'https://assets.s3.example.com:8443/key',
    ],
    [
      'of AWS, in the path where that is asked for',
      ['assets', 'us-east-1', undefined, true],
      'https://s3.us-east-1.amazonaws.com/assets/key',
    ],
    [
      "at AWS's own endpoint, in the bucket's region all the same",
      ['assets', 'eu-west-1', 'https://s3.us-east-1.amazonaws.com'],
      'https://assets.s3.eu-west-1.amazonaws.com/key',
    ],
    [
      'at an endpoint of AWS that is of no region',
      ['assets', 'eu-west-1', 'https://bucket.vpce-1a2b.s3.eu-west-1.vpce.amazonaws.com'],
      'https://assets.bucket.vpce-1a2b.s3.eu-west-1.vpce.amazonaws.com/key',
    ],
  ] as const)('%s', (_what, [bucket, region, endpoint, pathStyle], address) => {
    expect(place(bucket, region, endpoint, pathStyle)).toBe(address)
  })

  test('tells the region of an endpoint of AWS', () => {
    const of = (text: string) => regionOfEndpoint(new URL(text))
    expect(of('https://s3.eu-west-3.amazonaws.com')).toBe('eu-west-3')
    expect(of('https://s3.dualstack.us-gov-west-1.amazonaws.com')).toBe('us-gov-west-1')
    expect(of('https://s3.amazonaws.com')).toBeUndefined()
    expect(of('https://s3.eu-west-3.example.com')).toBeUndefined()
  })

  test.each(['https://s3.example.com/?x=1', 'https://key:secret@s3.example.com', 'ftp://s3.example.com'])('is not %s', endpoint => {
    expect(() => place('assets', 'any', endpoint)).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})
