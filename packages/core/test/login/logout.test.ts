import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startProvider } from './support/provider.ts'
import { home, loggedIn } from './support/service.ts'

test('logging out ends the login at the service and forgets it here, but keeps the OAuth client', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, {}, { FAIRLEAD_FILES_CLIENT_ID: '' })
  await at.fairlead.set('files', { 'client-id': 'fairlead' })
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  await client.account()
  expect(await at.fairlead.logout('files')).toEqual({ connection: 'files', revoked: true, removed: ['refresh-token'], left: [] })
  expect(await at.fairlead.loginStatus('files')).toMatchObject({ credentials: 'none', oauthClient: { id: 'fairlead' } })
  await using next = await at.again().connect('files')
  await expect(next.account()).rejects.toMatchObject({ code: 'unauthenticated' })
  // The access token of before is worth nothing either.
  await expect(client.account()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a service that does not answer keeps nobody from being logged out here, and is told of', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  provider.failOnce('/token/revocation', 503)
  const result = await at.fairlead.logout('files')
  expect(result).toMatchObject({ revoked: false, removed: ['refresh-token'], reason: expect.stringContaining('503') })
})

test('a login that the service has ended already counts as ended', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await provider.revokeAll()
  expect(await at.fairlead.logout('files')).toMatchObject({ revoked: true })
})

test('with revoke: false the service is not told', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  expect(await at.fairlead.logout('files', { revoke: false })).toMatchObject({ revoked: false, removed: ['refresh-token'] })
  expect(provider.seen.some(({ path }) => path === '/token/revocation')).toBe(false)
})

test('what the environment still gives is named', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  const env = { ...at.fairlead.env, FAIRLEAD_FILES_REFRESH_TOKEN: 'of-the-environment' }
  expect(await at.again({ env }).logout('files', { revoke: false })).toMatchObject({
    remains: 'the environment (FAIRLEAD_FILES_REFRESH_TOKEN)',
  })
})

test('a service that ends the login of the access token it is sent gets that', async () => {
  await using provider = await startProvider()
  const seen: (string | undefined)[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    request.resume()
    response.end('null')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const service = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // a TCP server's
  await using at = home(provider.url, { revocation: 'bearer' })
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  const token = (await client.connection.host.login.accessToken()).reveal()
  const env = { ...at.fairlead.env, FAIRLEAD_FILES_ENDPOINT: service.href }
  expect(await at.again({ env }).logout('files')).toMatchObject({ revoked: true })
  expect(seen).toEqual([`Bearer ${token}`])
  server.closeAllConnections()
  server.close()
})

test('the status tells access, scopes, expiry and where things come from, without asking the service', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  expect(await at.fairlead.loginStatus('files')).toMatchObject({
    credentials: 'none',
    oauthClient: { id: 'fairlead', source: 'the environment (FAIRLEAD_FILES_CLIENT_ID)' },
    accesses: ['app', 'read', 'full'],
  })
  await loggedIn(at.fairlead)
  const requests = provider.seen.length
  const status = await at.fairlead.loginStatus('files')
  expect(status).toMatchObject({
    hasLogin: true,
    credentials: 'login',
    source: 'the stored settings, secret in the file',
    access: 'app',
    scopes: ['openid', 'files.app'],
  })
  expect(status.expires?.getTime()).toBeGreaterThan(Date.now())
  expect(provider.seen).toHaveLength(requests)
})
