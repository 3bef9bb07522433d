import { bytesSource, secret, type Resolved } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { expectError } from '@fairlead/testkit'
import type { options } from '../src/manifest.ts'
import { accountOf, type Account } from '../src/service/account.ts'
import { startPlace } from './support.ts'

const defaults = {
  container: 'assets',
  prefix: '',
  'azure-ad': false,
  anonymous: false,
  'create-container': false,
  'delete-snapshots': false,
  checksum: 'md5',
} as const satisfies Resolved<typeof options>

function account(settings: Partial<Resolved<typeof options>>): Account {
  return accountOf({ ...defaults, ...settings }, 'cloud')
}

const key = Buffer.alloc(64, 7).toString('base64')
const whole = `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${key};EndpointSuffix=core.windows.net`

describe('the account', () => {
  test('is read from a connection string with a key', () => {
    expect(account({ 'connection-string': secret(whole) })).toEqual({
      name: 'acme',
      endpoint: 'https://acme.blob.core.windows.net',
      container: 'assets',
      credential: { kind: 'key', key: Buffer.alloc(64, 7) },
    })
  })

  test('is read from a connection string with a SAS', () => {
    const text = 'BlobEndpoint=https://acme.blob.core.chinacloudapi.cn/;SharedAccessSignature=sv=2023-11-03&ss=b&sig=abc%3D'
    expect(account({ 'connection-string': secret(text) })).toMatchObject({
      name: 'acme',
      endpoint: 'https://acme.blob.core.chinacloudapi.cn',
      credential: { kind: 'sas', query: 'sv=2023-11-03&ss=b&sig=abc%3D' },
    })
  })

  test('of the emulator is known', () => {
    expect(account({ 'connection-string': secret('UseDevelopmentStorage=true') })).toMatchObject({
      name: 'devstoreaccount1',
      endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
    })
  })

  test('is found by its name, or by its endpoint', () => {
    expect(account({ account: 'acme', 'account-key': secret(key) }).endpoint).toBe('https://acme.blob.core.windows.net')
    const endpoints = ['https://acme.blob.core.windows.net', 'https://acme-secondary.blob.core.windows.net/', 'http://127.0.0.1:10000/acme']
    for (const endpoint of endpoints) expect(account({ endpoint: new URL(endpoint), 'account-key': secret(key) }).name).toBe('acme')
  })

  test('takes a SAS as people paste it', () => {
    for (const sas of ['sv=1&sig=x', '?sv=1&sig=x', 'https://acme.blob.core.windows.net/assets?sv=1&sig=x']) {
      expect(account({ account: 'acme', sas: secret(sas) }).credential).toEqual({ kind: 'sas', query: 'sv=1&sig=x' })
    }
  })

  test('may be entered with a login, or without any credential', () => {
    expect(account({ account: 'acme', 'azure-ad': true }).credential).toEqual({ kind: 'azure-ad' })
    expect(account({ account: 'acme', anonymous: true }).credential).toEqual({ kind: 'anonymous' })
  })

  test.each([
    ['no account', { 'account-key': secret(key) }, 'does not contain a storage account'],
    ['no credential', { account: 'acme' }, 'has no credential'],
    ['a container that can not be', { account: 'acme', container: 'Not_One' }, '"Not_One" is not a container name'],
    ['a container with two hyphens', { account: 'acme', container: 'a--b' }, 'not a container name'],
    ['an endpoint that tells no account', { endpoint: new URL('https://blobs.example.com'), anonymous: true }, 'which account'],
    ['two accounts', { account: 'other', 'connection-string': secret(whole) }, 'belongs to the account "acme"'],
    ['half a connection string', { 'connection-string': secret('AccountKey=abc') }, 'has no account'],
    ['a key that is cut off', { account: 'acme', 'account-key': secret(key.slice(0, 41)) }, 'is not base64'],
    ['a SAS without a signature', { account: 'acme', sas: secret('sv=1&se=2') }, 'no signature'],
    ['a login over http', { endpoint: new URL('http://acme.example.com/acme'), 'azure-ad': true }, 'Azure AD logins need https'],
  ] as const)('is refused with %s, with what to do', (_what, settings, message) => {
    expect(() => account(settings)).toThrow(expect.objectContaining({ code: 'config-invalid', hint: expect.stringMatching(/.{10}/) }))
    expect(() => account(settings)).toThrow(message)
    expect(() => account(settings)).not.toThrow(key)
  })
})

describe("Azure's own variables", () => {
  test('feed the default connection: account and key', async () => {
    await using place = await startPlace()
    const { account: name, 'account-key': accountKey, endpoint } = place.server.settings
    const { container } = place
    const client = await place.bare(
      { container },
      { AZURE_STORAGE_ACCOUNT: String(name), AZURE_STORAGE_KEY: String(accountKey), AZURE_STORAGE_SERVICE_ENDPOINT: String(endpoint) },
    )
    await expectError(client.stat('nothing'), 'not-found')
  })

  test('feed the default connection: a connection string', async () => {
    await using place = await startPlace()
    const { account: name, 'account-key': accountKey, endpoint } = place.server.settings
    const text = `AccountName=${name};AccountKey=${accountKey};BlobEndpoint=${endpoint}`
    const client = await place.bare({ container: place.container }, { AZURE_STORAGE_CONNECTION_STRING: text })
    await expectError(client.stat('nothing'), 'not-found')
  })

  test('feed the default connection: a SAS', async () => {
    await using place = await startPlace()
    const [made] = await place.client.share(':/only.txt', { method: 'PUT' })
    const { account: name, endpoint } = place.server.settings
    const client = await place.bare(
      { container: place.container, account: String(name), endpoint: String(endpoint) },
      { AZURE_STORAGE_SAS_TOKEN: made?.url.search ?? '' },
    )
    expect((await client.write('only.txt', bytesSource('x'))).size).toBe(1)
    const error = await expectError(client.readBytes('only.txt'), 'permission-denied')
    expect(error.message).toContain('its permissions are "cw"')
  })
})
