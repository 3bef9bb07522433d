import { describe, expect, test } from 'vitest'
import { signTempUrl, tempUrlAddress } from '../src/service/temp-url.ts'

const key = '123456789'
const url = { method: 'GET', expires: 1_700_000_000, path: '/v1/AUTH_tenant/images-cache/dir/a+thumbnail(50,50,els).jpg' } as const

describe('a temporary URL is signed as Swift checks it', () => {
  test('by SHA-256', () => {
    expect(signTempUrl(url, key, 'sha256')).toBe('6a4e1047ffc0d91c862a842950688d1521e89e140b9a7b57a6e4bdc5b73f420e')
  })

  test('by SHA-1', () => {
    expect(signTempUrl(url, key, 'sha1')).toBe('91406f84a9b6929443f013dd79c619c42804ec28')
  })

  test('by SHA-512, with its name and in base64', () => {
    expect(signTempUrl(url, key, 'sha512')).toBe(
      'sha512:XaLR8reeiquPZY9gWPXAX93-OFCUWaC8aG3KicpHNa91YlY7IZCBOtRHeWoGSsOR5C-8nmm_YOVCWreP-L4zMw==',
    )
  })

  test('for everything that begins with a prefix', () => {
    const prefixed = { ...url, path: '/v1/AUTH_tenant/images-cache/dir/', prefix: 'dir/' }
    expect(signTempUrl(prefixed, key, 'sha256')).toBe('d946b4819648013b08374b0e611d3dab8424fb3b945a0dc4cb893a23fc6ec423')
  })

  test('for some addresses only', () => {
    expect(signTempUrl({ ...url, ip: '1.2.3.0/24' }, key, 'sha256')).toBe(
      '348bf05cd5a317498c7027be32709ac8dc34f790fbaa7a17aa0015866bd0d7fd',
    )
  })
})

test('its address quotes the name, and says how what it gives is saved', () => {
  const address = tempUrlAddress('https://swift.example', url, 'abc', { filename: 'a b.jpg', inline: true })
  expect(address.href).toBe(
    'https://swift.example/v1/AUTH_tenant/images-cache/dir/a%2Bthumbnail%2850%2C50%2Cels%29.jpg' +
      '?temp_url_sig=abc&temp_url_expires=1700000000&filename=a+b.jpg&inline=',
  )
})
