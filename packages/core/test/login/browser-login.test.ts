import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LoginTalk } from '../../src/host/index.ts'
import { person } from './support/person.ts'
import { startProvider } from './support/provider.ts'
import { home, talk } from './support/service.ts'

/** A talk whose page somebody opens, and what that came to. */
function visited(choice: 'allow' | 'deny' = 'allow'): {
  readonly talk: LoginTalk
  readonly pages: ReturnType<ReturnType<typeof person>['visit']>[]
} {
  const pages: ReturnType<ReturnType<typeof person>['visit']>[] = []
  return { pages, talk: talk({ page: ({ url }) => void pages.push(person().visit(url, choice)) }) }
}

test('a login in a browser stores a token that can be renewed, and the connection then knows whose it is', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const { talk: browser, pages } = visited()
  const result = await at.fairlead.login('files', { talk: browser })
  expect(result).toMatchObject({ connection: 'files', access: 'app', scopes: ['openid', 'files.app'] })
  expect((await pages[0])?.text).toContain('Logged in to Files')
  await using client = await at.fairlead.connect('files')
  expect(await client.account()).toBe('ada')
  // The access token of the login is used: nothing had to be renewed.
  expect(provider.count('refresh_token')).toBe(0)
})

test('a client with a secret logs in with it', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await at.fairlead.login('files', { talk: visited().talk, oauthClient: { id: 'fairlead-with-secret', secret: 'a-secret-of-the-client' } })
  await using client = await at.again({ env: { ...at.fairlead.env, FAIRLEAD_FILES_CLIENT_ID: '' } }).connect('files')
  await client.connection.doRefresh?.(new (await import('@fairlead/core')).FairleadError('unauthenticated', ''))
  expect(await client.account()).toBe('ada')
})

test('the request asks for a code with PKCE by S256, and for the scopes of the access that was asked for', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  let address: URL | undefined
  const asked = await at.fairlead.login('files', {
    access: 'full',
    talk: talk({
      async page({ url }) {
        const response = await fetch(url, { redirect: 'manual' })
        address = new URL(response.headers.get('location') ?? '')
        void person().visit(address)
      },
    }),
  })
  expect(asked.access).toBe('full')
  expect(Object.fromEntries(address?.searchParams ?? [])).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    scope: 'openid files.read files.write',
    prompt: 'consent',
  })
})

test('what a browser is opened with shows neither state nor challenge', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const opened: URL[] = []
  await at.fairlead.login('files', {
    talk: talk({
      page({ url }) {
        opened.push(url)
        void person().visit(url)
      },
    }),
  })
  expect(opened[0]?.pathname).toBe('/login')
  expect(opened[0]?.search).toBe('')
})

test('an answer with another state is refused with a page, and the login goes on waiting for its own', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const foreign: number[] = []
  await at.fairlead.login('files', {
    talk: talk({
      async page({ url }) {
        const wrong = await fetch(new URL('/?code=somebody-elses&state=another', url))
        foreign.push(wrong.status)
        void person().visit(url)
      },
    }),
  })
  expect(foreign).toEqual([400])
  expect(provider.count('authorization_code')).toBe(1)
})

test('a request under another host name is refused', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  let status: number | undefined
  await at.fairlead.login('files', {
    talk: talk({
      async page({ url }) {
        const { request } = await import('node:http')
        const sent = request({ host: '127.0.0.1', port: url.port, path: '/login', headers: { host: 'evil.example' } }).end()
        const [response] = await once(sent, 'response')
        status = response.statusCode
        response.resume()
        void person().visit(url)
      },
    }),
  })
  expect(status).toBe(400)
})

test('denied consent is permission-denied, and the browser says so', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const { talk: browser, pages } = visited('deny')
  await expect(at.fairlead.login('files', { talk: browser })).rejects.toMatchObject({
    code: 'permission-denied',
    hint: expect.stringContaining('fairlead client login files'),
  })
  expect((await pages[0])?.text).toContain('Not logged in')
})

test('a browser that never comes back is a timeout', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await expect(at.fairlead.login('files', { talk: talk({ page: () => undefined }), timeoutMs: 5 })).rejects.toMatchObject({
    code: 'timeout',
    retry: 'never',
    hint: expect.stringContaining('--no-browser'),
  })
})

test('a login that is called off ends with the reason', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const login = at.fairlead.login('files', { talk: talk({ page: () => controller.abort(reason) }), signal: controller.signal })
  await expect(login).rejects.toBe(reason)
})

test('of fixed ports the first free one is used, and all in use is said with the way around', async () => {
  await using provider = await startProvider()
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const [taken, open] = [busy, free].map(server => (server.address() as AddressInfo).port) // TCP servers'
  free.close()
  await once(free, 'close')
  if (taken === undefined || open === undefined) throw new Error('no ports')
  await using at = home(provider.url, { redirect: { ports: [taken, open] } })
  let used: string | undefined
  await at.fairlead.login('files', { talk: talk({ page: ({ url }) => ((used = url.port), void person().visit(url)) }) })
  expect(used).toBe(String(open))
  await using none = home(provider.url, { redirect: { ports: [taken] } })
  await expect(none.fairlead.login('files', { talk: talk() })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(String(taken)),
    hint: expect.stringContaining('--no-browser'),
  })
  busy.close()
})

test('a service that wants localhost in the redirect address gets it, with its path', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, { redirect: { host: 'localhost', path: '/back' } })
  let opened: URL | undefined
  await at.fairlead.login('files', {
    talk: talk({
      page({ url }) {
        opened = url
        void person().visit(url)
      },
    }),
  })
  expect(opened?.hostname).toBe('localhost')
  const sent = provider.seen.find(({ grant }) => grant === 'authorization_code')?.body
  expect(sent?.get('redirect_uri')).toBe(`http://localhost:${opened?.port ?? ''}/back`)
})

test('without an OAuth client the error is the way to one', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, {}, { FAIRLEAD_FILES_CLIENT_ID: '' })
  await expect(at.fairlead.login('files', { talk: talk() })).rejects.toMatchObject({
    code: 'config-invalid',
    hint: expect.stringMatching(
      /--client-file[^]*1\. Open the console of Files\.\n {2}2\. Make a client that comes back to http:\/\/127\.0\.0\.1\./,
    ),
  })
})

test('an access that the service does not have is unsupported before anything is sent', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, { access: { full: ['files.write'] }, defaultAccess: 'full' })
  await expect(at.fairlead.login('files', { access: 'app', talk: talk() })).rejects.toMatchObject({ code: 'unsupported' })
  expect(provider.seen).toHaveLength(0)
})

test('where nothing may be stored a login is refused at once', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, {}, { FAIRLEAD_SECRETS: 'environment' })
  await expect(at.fairlead.login('files', { talk: talk() })).rejects.toMatchObject({ code: 'config-invalid' })
})

test('an OAuth client that the service does not know is config-invalid', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const login = at.fairlead.login('files', {
    talk: visited().talk,
    oauthClient: { id: 'fairlead-with-secret', secret: 'not-its-secret' },
  })
  await expect(login).rejects.toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('--client-file') })
})

test('a variable in the environment that takes the place of the login is named', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url, {}, { FAIRLEAD_FILES_ACCESS_TOKEN: 'from-elsewhere' })
  const result = await at.fairlead.login('files', { talk: visited().talk })
  expect(result.shadowedBy).toBe('FAIRLEAD_FILES_ACCESS_TOKEN')
})

test('the settings file holds no token, and the file of secrets is private', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await at.fairlead.login('files', { talk: visited().talk })
  const { statSync } = await import('node:fs')
  const settings = readFileSync(join(at.fairlead.settingsPath), 'utf8')
  expect(JSON.parse(settings)).toMatchObject({ connections: { files: { settings: { 'refresh-token': { secret: 'file' } } } } })
  expect(settings).not.toContain('fairlead-')
  expect(statSync(join(at.fairlead.folders.config, 'secrets.json')).mode & 0o077).toBe(0)
})

test('http to another machine is refused before a secret is sent', async () => {
  await using at = home(new URL('http://id.example:8080'))
  await expect(at.fairlead.login('files', { talk: talk() })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('http'),
  })
})

test('nor is a connection made over http to another machine, with whatever token', async () => {
  await using at = home(new URL('http://id.example:8080'))
  await expect(at.fairlead.connect('files')).rejects.toMatchObject({
    code: 'config-invalid',
    hint: expect.stringContaining('https'),
  })
})
