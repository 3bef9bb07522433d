import { createServer, type IncomingMessage } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createTerminal } from '@fairlead/core/host'
import { faultProxy, swiftInMemory } from '@fairlead/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chooseEndpoint, endpoints3 } from '../src/service/catalog.ts'
import { collect, connect, type SwiftSettings } from './support.ts'

interface Asked {
  readonly path: string
  readonly body: unknown
}

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }

/** A login that answers as its documents say, and remembers what it was asked. */
async function login(answer: (path: string, body: unknown) => Answer): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void textOf(request).then(text => {
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      asked.push({ path: request.url ?? '', body })
      const { status, headers, body: said } = answer(request.url ?? '', body)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(said === undefined ? '' : JSON.stringify(said))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('the login listens on no port')
  return { url: `http://127.0.0.1:${address.port}`, asked }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return text
}

/** A store whose token a login gives. */
async function store() {
  const swift = await swiftInMemory()
  onTestFinished(() => swift[Symbol.asyncDispose]())
  const answer = await fetch(swift.authUrl, { headers: { 'x-auth-user': swift.username, 'x-auth-key': swift.password } })
  const token = answer.headers.get('x-auth-token') ?? ''
  const storageUrl = answer.headers.get('x-storage-url') ?? ''
  await fetch(`${storageUrl}/films`, { method: 'PUT', headers: { 'x-auth-token': token } })
  return { swift, token, storageUrl }
}

const listed = async (settings: SwiftSettings): Promise<unknown[]> => await collect((await connect(settings)).list(''))

describe('Keystone of version 2', () => {
  test('is told user, password and tenant, and its catalog names the store of the region', async () => {
    const { token, storageUrl } = await store()
    const endpoints = [
      { region: 'north', publicURL: 'http://127.0.0.1:1/v1/AUTH_other', internalURL: 'http://127.0.0.1:1/' },
      { region: 'south', publicURL: storageUrl, internalURL: 'http://127.0.0.1:1/' },
    ]
    const access = { token: { id: token, expires: '2100-01-01T00:00:00Z' }, serviceCatalog: [{ type: 'object-store', endpoints }] }
    const { url, asked } = await login(() => ({ status: 200, body: { access } }))
    const settings = { 'auth-url': `${url}/v2.0`, username: 'ann', password: 'secret', region: 'south', container: 'films' }
    expect(await listed({ ...settings, project: 'studio' })).toEqual([])
    expect(await listed({ ...settings, 'project-id': 'abc123' })).toEqual([])
    const passwordCredentials = { username: 'ann', password: 'secret' }
    expect(asked).toEqual([
      { path: '/v2.0/tokens', body: { auth: { passwordCredentials, tenantName: 'studio' } } },
      { path: '/v2.0/tokens', body: { auth: { passwordCredentials, tenantId: 'abc123' } } },
    ])
  })
})

describe('Keystone of version 3', () => {
  const catalog = (url: string) => [{ type: 'object-store', endpoints: [{ interface: 'public', region_id: 'one', url }] }]

  test('is told user, domain and project by name, and found where the address has no version', async () => {
    const { token, storageUrl } = await store()
    const { url, asked } = await login(path =>
      path === '/'
        ? { status: 300, body: { versions: { values: [{ id: 'v3.14', status: 'stable' }] } } }
        : {
            status: 201,
            headers: { 'x-subject-token': token },
            body: { token: { catalog: catalog(storageUrl), expires_at: '2100-01-01T00:00:00.000000Z' } },
          },
    )
    expect(await listed({ 'auth-url': url, username: 'ann', password: 'secret', project: 'studio', container: 'films' })).toEqual([])
    const user = { name: 'ann', domain: { id: 'default' }, password: 'secret' }
    const scope = { project: { name: 'studio', domain: { id: 'default' } } }
    expect(asked.map(({ path }) => path)).toEqual(['/', '/v3/auth/tokens'])
    expect(asked[1]?.body).toEqual({ auth: { identity: { methods: ['password'], password: { user } }, scope } })
  })

  test('is told an application credential without a project, which it has already', async () => {
    const { token, storageUrl } = await store()
    const { url, asked } = await login(() => ({
      status: 201,
      headers: { 'x-subject-token': token },
      body: { token: { catalog: catalog(storageUrl) } },
    }))
    const settings = {
      'auth-url': `${url}/v3`,
      'application-credential-id': 'id1',
      'application-credential-secret': 'hidden',
      container: 'films',
    }
    expect(await listed({ ...settings, project: 'left-out' })).toEqual([])
    expect(asked[0]?.body).toEqual({
      auth: { identity: { methods: ['application_credential'], application_credential: { id: 'id1', secret: 'hidden' } } },
    })
  })
})

describe('a catalog', () => {
  const endpoints = endpoints3([
    { type: 'identity', endpoints: [{ interface: 'public', region_id: 'north', url: 'http://keystone' }] },
    {
      type: 'object-store',
      endpoints: [
        { interface: 'internal', region_id: 'north', url: 'http://in' },
        { interface: 'public', region_id: 'north', url: 'http://north' },
        { interface: 'public', region: 'south', url: 'http://south' },
      ],
    },
  ])

  test('gives the address of the interface and region that is wanted, the first where none is', () => {
    expect(chooseEndpoint(endpoints, { region: undefined, interface: 'public' })).toBe('http://north')
    expect(chooseEndpoint(endpoints, { region: 'south', interface: 'publicURL' })).toBe('http://south')
    expect(chooseEndpoint(endpoints, { region: 'north', interface: 'internal' })).toBe('http://in')
  })

  test('says which regions and interfaces there are where it has not the one that is wanted', () => {
    expect(() => chooseEndpoint(endpoints, { region: 'west', interface: 'public' })).toThrowError(
      expect.objectContaining({ code: 'config-invalid', hint: 'Set region to "north" or "south".' }),
    )
    expect(() => chooseEndpoint(endpoints, { region: undefined, interface: 'admin' })).toThrowError(
      expect.objectContaining({ hint: 'Set interface to internal or public.' }),
    )
    expect(() => chooseEndpoint([], { region: undefined, interface: 'public' })).toThrowError(
      expect.objectContaining({ code: 'config-invalid' }),
    )
  })
})

describe('a login', () => {
  test('is not needed where a token is there, and says how to get on when that has expired', async () => {
    const { token, storageUrl } = await store()
    expect(await listed({ 'storage-url': storageUrl, token, container: 'films' })).toEqual([])
    const ended = listed({ 'storage-url': storageUrl, token: 'no-such-token', container: 'films' })
    await expect(ended).rejects.toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('has expired') })
  })

  test('asks once for a wrong password, and says who was refused', async () => {
    const { swift } = await store()
    const settings = { 'auth-url': swift.authUrl.href, username: swift.username, password: 'wrong', container: 'films' }
    await expect(listed(settings)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('user "test:tester"'),
    })
  })

  test('asks a person for a missing password at a terminal, hidden, and nobody at a pipe', async () => {
    const { swift } = await store()
    const settings = { 'auth-url': swift.authUrl.href, username: swift.username, container: 'films' }
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
    const client = await connect(settings, { input, terminal: createTerminal() })
    input.write(`${swift.password}\r`)
    expect(await collect(client.list(''))).toEqual([])
    const piped = await connect(settings, { input: new PassThrough() })
    await expect(collect(piped.list(''))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('is kept: who comes later with the same home does not log in again', async () => {
    const { swift } = await store()
    await using proxy = await faultProxy(swift.url)
    const home = mkdtempSync(join(tmpdir(), 'fairlead-swift-home-'))
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
    const authUrl = new URL('auth/v1.0', proxy.url).href
    const settings = { 'auth-url': authUrl, username: swift.username, password: swift.password, container: 'films' }
    for (let round = 0; round < 2; round += 1) {
      const client = await connect(settings, { env: { FAIRLEAD_HOME: home } })
      expect(await collect(client.list(''))).toEqual([])
    }
    expect(proxy.requests.filter(({ path }) => path.startsWith('/auth/'))).toHaveLength(1)
  })

  test('that is not configured names what is missing', async () => {
    await expect(connect({ container: 'films' })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('"auth-url"'),
    })
    await expect(connect({ container: 'films', 'auth-url': 'http://127.0.0.1:1/v3' })).rejects.toMatchObject({
      message: expect.stringContaining('"username"'),
    })
    await expect(connect({ container: 'films', token: 'x' })).rejects.toMatchObject({ message: expect.stringContaining('"storage-url"') })
    const odd = { container: 'films', 'auth-url': 'http://127.0.0.1:1/', username: 'ann', 'auth-version': '9' }
    await expect(connect(odd)).rejects.toMatchObject({ message: expect.stringContaining('"9" is not an auth version') })
  })
})
