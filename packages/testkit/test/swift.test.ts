import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { swiftServer, swiftUnavailable } from '../src/servers/swift.ts'

const unavailable = swiftUnavailable()

describe.skipIf(unavailable !== undefined)(`a whole Swift (${unavailable ?? 'installed'})`, () => {
  test('stores for who logs in, and is gone when it is disposed', async () => {
    const swift = await swiftServer()
    const { token, storageUrl } = await logIn(swift.login)
    const container = `${storageUrl}/kept`
    expect((await fetch(container, { method: 'PUT', headers: token })).status).toBe(201)
    expect((await fetch(`${container}/a`, { method: 'PUT', headers: token, body: 'hello' })).status).toBe(201)
    expect(await (await fetch(`${container}?prefix=a`, { headers: token })).text()).toBe('a\n')
    await swift[Symbol.asyncDispose]()
    expect(existsSync(swift.folder)).toBe(false)
    await expect(fetch(swift.url)).rejects.toThrow()
  })

  test('refuses a wrong key, and a user without a role what is in the account', async () => {
    await using swift = await swiftServer()
    const { authUrl, username } = swift.login
    expect((await fetch(authUrl, { headers: { 'x-auth-user': username, 'x-auth-key': 'wrong' } })).status).toBe(401)
    const guest = await logIn(swift.guestLogin)
    expect((await fetch(guest.storageUrl, { headers: guest.token })).status).toBe(403)
  })

  test('forgets tokens after the lifetime that was asked for', async () => {
    await using swift = await swiftServer({ tokenLifetimeSeconds: 1 })
    const { token, storageUrl } = await logIn(swift.login)
    while ((await fetch(storageUrl, { headers: token })).status !== 401) await sleep(100)
    expect((await fetch(storageUrl, { headers: token })).status).toBe(401)
  })

  test('ends with the process that started it, even where that is killed', async () => {
    const module = new URL('../src/servers/swift.ts', import.meta.url).href
    const script = `const { swiftServer } = await import(${JSON.stringify(module)})
      const swift = await swiftServer()
      console.log(swift.url.href, swift.folder)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--conditions=@fairlead/source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url = '', folder = ''] = await new Promise<string[]>(resolve =>
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim().split(' '))),
    )
    expect((await fetch(new URL('/info', url))).status).toBe(200)
    child.kill('SIGKILL')
    while (existsSync(folder)) await sleep(50)
    await expect(fetch(url)).rejects.toThrow()
  })
})

async function logIn(login: { readonly authUrl: URL; readonly username: string; readonly password: string }) {
  const answer = await fetch(login.authUrl, { headers: { 'x-auth-user': login.username, 'x-auth-key': login.password } })
  return { token: { 'x-auth-token': answer.headers.get('x-auth-token') ?? '' }, storageUrl: answer.headers.get('x-storage-url') ?? '' }
}
