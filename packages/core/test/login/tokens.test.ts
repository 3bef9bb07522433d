import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { secret, type Clock, type TokenCache } from '@fairlead/core'
import { createKeptTokens } from '../../src/host/login/kept-tokens.ts'
import { createRedactor } from '../../src/host/secrets/redactor.ts'
import { startProvider } from './support/provider.ts'
import { home, loggedIn, type Home } from './support/service.ts'

/** A clock that is ahead by what the test says. */
function laterClock(): Clock & { ahead: number } {
  const clock = {
    ahead: 0,
    now: () => new Date(Date.now() + clock.ahead),
    sleep: async () => void (await new Promise(resolve => setImmediate(resolve))),
  }
  return clock
}

const minutes = (count: number): number => count * 60_000

/** A process of its own over the same home, which asks whose account it is once it is let go. */
async function started(at: Home): Promise<{ go(): void; kill(): void; readonly out: Promise<string>; readonly err: Promise<string> }> {
  const script = fileURLToPath(new URL('account-child.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@fairlead/source', script], {
    env: { ...at.fairlead.env, PATH: process.env.PATH, FAIRLEAD_LOG_LEVEL: 'trace' },
  })
  const err = text(child.stderr)
  let out = ''
  const ready = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk
    if (out.includes('ready\n')) ready.resolve()
  })
  const ended = once(child, 'close')
  void ended.then(async () => ready.reject(new Error(await err)))
  await ready.promise
  return {
    go: () => void child.stdin.write('go\n'),
    kill: () => void child.kill('SIGKILL'),
    out: ended.then(() => out.replace('ready\n', '').trim()),
    err,
  }
}

test('eight operations that are refused at once get one new token', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  await client.account()
  await provider.refuseAccess()
  const accounts = await Promise.all(Array.from({ length: 8 }, () => client.account()))
  expect(new Set(accounts)).toEqual(new Set(['ada']))
  expect(provider.count('refresh_token')).toBe(1)
})

test('several processes that are refused at once get one new token, and none of them loses the login', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  for (const round of [1, 2]) {
    await provider.refuseAccess()
    const processes = await Promise.all([started(at), started(at), started(at)])
    for (const one of processes) one.go()
    expect(await Promise.all(processes.map(one => one.out))).toEqual(['ada', 'ada', 'ada'])
    expect(provider.count('refresh_token')).toBe(round)
  }
})

test('a process that is killed while it renews keeps no other from renewing', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await provider.refuseAccess()
  const arrived = provider.holdOnce('/token')
  const [first, second] = await Promise.all([started(at), started(at)])
  first.go()
  await arrived
  second.go()
  first.kill()
  expect(await second.out).toBe('ada')
  expect(await first.out).toBe('')
})

test('nothing that a process writes shows a token', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await provider.refuseAccess()
  const one = await started(at)
  one.go()
  expect(await one.out).toBe('ada')
  const shown = await one.err
  expect(shown).toContain('renewed the login')
  const sent = provider.seen.filter(({ grant }) => grant === 'refresh_token').map(({ body }) => body.get('refresh_token') ?? '')
  expect(sent).toHaveLength(1)
  for (const token of sent) expect(shown).not.toContain(token)
})

test('a token is renewed ahead of its expiry, without the service refusing anything', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const clock = laterClock()
  const fairlead = at.again({ clock })
  await loggedIn(fairlead)
  await using client = await fairlead.connect('files')
  clock.ahead = minutes(54)
  await client.account()
  expect(provider.count('refresh_token')).toBe(0)
  clock.ahead = minutes(56)
  await Promise.all([client.account(), client.account()])
  expect(provider.count('refresh_token')).toBe(1)
})

test('while the service is out of order a token that is still valid goes on being used', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const clock = laterClock()
  const fairlead = at.again({ clock })
  await loggedIn(fairlead)
  await using client = await fairlead.connect('files')
  clock.ahead = minutes(56)
  provider.failOnce('/token', 503)
  expect(await client.account()).toBe('ada')
  clock.ahead = minutes(57)
  expect(await client.account()).toBe('ada')
  expect(provider.count('refresh_token')).toBe(1)
})

test('a renewal that broke on the way is tried again', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await provider.refuseAccess()
  provider.failOnce('/token', 503)
  await using client = await at.again({ clock: laterClock() }).connect('files')
  expect(await client.account()).toBe('ada')
})

test('each renewal takes the refresh token that the one before gave', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  for (let round = 0; round < 3; round++) {
    await provider.refuseAccess()
    await using client = await at.again().connect('files')
    expect(await client.account()).toBe('ada')
  }
  const sent = provider.seen.filter(({ grant }) => grant === 'refresh_token').map(({ body }) => body.get('refresh_token'))
  expect(new Set(sent).size).toBe(3)
})

test('a refresh token is kept before the access token that came with it', async () => {
  const values = new Map<string, string>()
  const full: TokenCache = {
    get: async key => (values.has(key) ? secret(values.get(key) ?? '') : undefined),
    set: async (key, value) => {
      if (key.includes('access')) throw new Error('the disk is full')
      values.set(key, value)
    },
    delete: async key => void values.delete(key),
    exclusive: work => work(),
  }
  const kept = createKeptTokens(full, createRedactor())
  await expect(kept.keep('origin', { token: 'access-2' }, 'refresh-2')).rejects.toThrow('full')
  expect(await kept.refresh('origin')).toBe('refresh-2')
  expect(await kept.refresh('another login')).toBeUndefined()
})

test('a login that was revoked is unauthenticated, and says which command logs in again', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  await provider.revokeAll()
  const expected = { code: 'unauthenticated', connection: 'files', hint: 'Log in again with `fairlead client login files`.' }
  await expect(client.account()).rejects.toMatchObject({ ...expected, message: expect.stringContaining('revoked') })
  await using next = await at.again().connect('files')
  await expect(next.account()).rejects.toMatchObject(expected)
})

test('who logs in again while a process runs lets it go on', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  await client.account()
  await provider.revokeAll()
  await expect(client.account()).rejects.toMatchObject({ code: 'unauthenticated' })
  await loggedIn(at.again())
  expect(await client.account()).toBe('ada')
})

test('a refresh token of the environment is used, and the one that takes its place is kept', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  const given = await at.fairlead.settings('files').get('refresh-token')
  const token = typeof given === 'object' && 'reveal' in given ? given.reveal() : ''
  await using elsewhere = home(provider.url, {}, { FAIRLEAD_FILES_REFRESH_TOKEN: token })
  for (const fairlead of [elsewhere.fairlead, elsewhere.again()]) {
    await provider.refuseAccess()
    await using client = await fairlead.connect('files')
    expect(await client.account()).toBe('ada')
  }
})

test('an access token from elsewhere is used until it is refused, which names the login', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  const token = await client.connection.host.login.accessToken()
  await using elsewhere = home(provider.url, {}, { FAIRLEAD_FILES_ACCESS_TOKEN: token.reveal() })
  await using other = await elsewhere.fairlead.connect('files')
  expect(await other.account()).toBe('ada')
  await provider.refuseAccess()
  await expect(other.account()).rejects.toMatchObject({
    code: 'unauthenticated',
    hint: expect.stringContaining('fairlead client login files'),
  })
})

test('nobody logged in is unauthenticated without a request', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await using client = await at.fairlead.connect('files')
  await expect(client.account()).rejects.toMatchObject({
    code: 'unauthenticated',
    hint: expect.stringContaining('fairlead client login files'),
  })
  expect(provider.seen).toHaveLength(0)
})

test('a renewal for a token that is not the newest any more asks nobody', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await using client = await at.fairlead.connect('files')
  const { login } = client.connection.host
  const first = await login.accessToken()
  await login.renew(first)
  const second = await login.accessToken()
  expect(second.reveal()).not.toBe(first.reveal())
  await login.renew(first)
  expect((await login.accessToken()).reveal()).toBe(second.reveal())
  expect(provider.count('refresh_token')).toBe(1)
})

test('how much the login lets in is known, also in the next process and after a renewal', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  await loggedIn(at.fairlead)
  await using client = await at.again().connect('files')
  expect(await client.connection.host.login.access()).toBe('app')
  await client.connection.host.login.renew()
  expect(await client.connection.host.login.access()).toBe('app')
})
