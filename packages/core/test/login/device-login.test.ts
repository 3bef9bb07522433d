import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Clock } from '@fairlead/core'
import type { LoginTalk } from '../../src/host/index.ts'
import { person } from './support/person.ts'
import { startProvider } from './support/provider.ts'
import { home, talk } from './support/service.ts'

/** A clock on which waiting takes no time, and what was waited for. */
function steppingClock(): Clock & { readonly pauses: readonly number[] } {
  const pauses: number[] = []
  let passed = 0
  return {
    pauses,
    now: () => new Date(Date.now() + passed),
    async sleep(milliseconds, signal) {
      pauses.push(milliseconds)
      passed += milliseconds
      await new Promise(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}

/** Somebody who enters the code while the login sleeps, and the clock that it sleeps by. */
function somebody(choice: 'allow' | 'deny'): { readonly clock: Clock; readonly talk: LoginTalk } {
  let entered: Promise<unknown> = Promise.resolve()
  return {
    clock: { now: () => new Date(), sleep: async () => void (await entered) },
    talk: talk({
      device({ url, code }) {
        entered = person().visit(url, choice, code)
      },
    }),
  }
}

const device = { device_code: 'the-device-code', user_code: 'WDJB-MJHT', verification_uri: 'https://files.example/device', expires_in: 600 }
const granted = { access_token: 'a', token_type: 'bearer', expires_in: 3600, refresh_token: 'r' }

/** A service that answers its token endpoint with these, one after the other; the last one again and again. */
async function service(
  first: object,
  answers: ReadonlyArray<readonly [status: number, body: object]>,
): Promise<AsyncDisposable & { readonly url: URL }> {
  let next = 0
  const server = createServer((request, response) => {
    request.resume()
    const answer = request.url === '/token' ? answers[Math.min(next++, answers.length - 1)] : ([200, first] as const)
    const [status, body] = answer ?? [500, {}]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), // a TCP server's
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a code that is entered in a browser elsewhere logs in', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const { clock, talk: device } = somebody('allow')
  const fairlead = at.again({ clock })
  expect((await fairlead.login('files', { way: 'device', access: 'read', talk: device })).access).toBe('read')
  await using client = await fairlead.connect('files')
  expect(await client.account()).toBe('ada')
})

test('denying a device is permission-denied', async () => {
  await using provider = await startProvider()
  await using at = home(provider.url)
  const { clock, talk: device } = somebody('deny')
  await expect(at.again({ clock }).login('files', { way: 'device', talk: device })).rejects.toMatchObject({ code: 'permission-denied' })
})

test('while the code is not entered it asks every five seconds, and five more after each slow_down', async () => {
  const pending = [400, { error: 'authorization_pending' }] as const
  // Google says slow_down with another status.
  await using files = await service(device, [
    pending,
    [403, { error: 'slow_down' }],
    pending,
    [400, { error: 'slow_down' }],
    [200, granted],
  ])
  await using at = home(files.url)
  const clock = steppingClock()
  await at.again({ clock }).login('files', { way: 'device', talk: talk({ device: () => undefined }) })
  expect(clock.pauses).toEqual([5000, 5000, 10_000, 10_000, 15_000])
})

test('the interval that the service tells is kept', async () => {
  await using files = await service({ ...device, interval: 2 }, [
    [428, { error: 'authorization_pending' }],
    [200, granted],
  ])
  await using at = home(files.url)
  const clock = steppingClock()
  await at.again({ clock }).login('files', { way: 'device', talk: talk({ device: () => undefined }) })
  expect(clock.pauses).toEqual([2000, 2000])
})

test('a service that is out of order for a moment is asked again, less often', async () => {
  await using files = await service(device, [
    [503, {}],
    [503, {}],
    [200, granted],
  ])
  await using at = home(files.url)
  const clock = steppingClock()
  await at.again({ clock }).login('files', { way: 'device', talk: talk({ device: () => undefined }) })
  expect(clock.pauses).toEqual([5000, 10_000, 20_000])
})

test('a code that the service calls expired is a timeout that says how to get another', async () => {
  await using files = await service(device, [[400, { error: 'expired_token' }]])
  await using at = home(files.url)
  const login = at.again({ clock: steppingClock() }).login('files', { way: 'device', talk: talk({ device: () => undefined }) })
  await expect(login).rejects.toMatchObject({ code: 'timeout', hint: expect.stringContaining('fairlead client login files --device') })
})

test('a code whose time is over is asked for no more', async () => {
  await using files = await service({ ...device, expires_in: 12 }, [[400, { error: 'authorization_pending' }]])
  await using at = home(files.url)
  const clock = steppingClock()
  const login = at.again({ clock }).login('files', { way: 'device', talk: talk({ device: () => undefined }) })
  await expect(login).rejects.toMatchObject({ code: 'timeout' })
  expect(clock.pauses).toEqual([5000, 5000])
})

test("the service's page is understood under Google's name for it", async () => {
  const { verification_uri: page, ...rest } = device
  await using files = await service({ ...rest, verification_url: page }, [[200, granted]])
  await using at = home(files.url)
  let shown: URL | undefined
  await at.again({ clock: steppingClock() }).login('files', { way: 'device', talk: talk({ device: ({ url }) => void (shown = url) }) })
  expect(shown?.href).toBe(page)
})

test('an access that a device can not have is unsupported, with the way that has it', async () => {
  await using at = home(new URL('http://127.0.0.1:9'))
  await expect(at.fairlead.login('files', { way: 'device', access: 'full', talk: talk() })).rejects.toMatchObject({
    code: 'unsupported',
    hint: expect.stringContaining('--no-browser --access full'),
  })
})

test('a login that is called off stops asking', async () => {
  await using files = await service(device, [[400, { error: 'authorization_pending' }]])
  await using at = home(files.url)
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const login = at.fairlead.login('files', {
    way: 'device',
    talk: talk({ device: () => controller.abort(reason) }),
    signal: controller.signal,
  })
  await expect(login).rejects.toBe(reason)
})
