import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createKeychain } from '../src/host/secrets/keychain.ts'
import { createLocks } from '../src/host/machine/locks.ts'
import { createRedactor } from '../src/host/secrets/redactor.ts'
import { createSecretStore, type SecretStore } from '../src/host/secrets/secrets-store.ts'
import { createTokenCache } from '../src/host/secrets/token-cache.ts'
import { startChild } from './support/child.ts'
import { keyringMissing, startKeyring } from './support/keyring-session.ts'
import { openSettings } from './support/settings.ts'
import { temporaryFolder } from './support/temporary.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** No bus, and none to be found at the usual address either. */
const nowhere = { ...process.env, DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: '/absent', FAIRLEAD_SECRETS: undefined }

const open = (folder: string, env: Environment): SecretStore => createSecretStore({ folder, locks: createLocks(folder), env })

async function inProcess(env: Environment, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await startChild('secret.ts', args, env).line())
}

describe('without a keychain', () => {
  test('a secret goes to a file, with the reason, and another process reads it', async () => {
    const folder = temporaryFolder()
    const saved = await inProcess(nowhere, 'set', folder, 'archive/setting/key', 'hunter2')
    expect(saved).toEqual({
      place: 'file',
      path: join(folder, 'secrets.json'),
      reason: expect.stringContaining('no keychain is available'),
    })
    expect(await inProcess(nowhere, 'get', folder, 'archive/setting/key')).toBe('hunter2')
  })

  test('FAIRLEAD_SECRETS=keychain refuses rather than write a file', async () => {
    const folder = temporaryFolder()
    await expect(open(folder, { ...nowhere, FAIRLEAD_SECRETS: 'keychain' }).set('a', 'hunter2')).rejects.toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining('FAIRLEAD_SECRETS=file'),
    })
    expect(existsSync(join(folder, 'secrets.json'))).toBe(false)
  })

  test('a secret that lies in a keychain is named with what to do', async () => {
    await expect(open(temporaryFolder(), nowhere).get('archive/setting/key', 'keychain')).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('archive/setting/key'),
    })
  })

  test('deleting says that a keychain may still hold the secret', async () => {
    const store = open(temporaryFolder(), nowhere)
    await store.set('a', 'hunter2')
    expect(await store.delete('a')).toEqual({ removed: true, left: 'keychain' })
  })

  test('every function of the keychain is unavailable', async () => {
    const keychain = createKeychain({ env: nowhere })
    const calls = await Promise.allSettled([
      keychain.getPassword('s', 'a'),
      keychain.setPassword('s', 'a', 'p'),
      keychain.deletePassword('s', 'a'),
      keychain.findPassword('s'),
      keychain.findCredentials('s'),
    ])
    expect(calls.map(call => (call.status === 'rejected' ? call.reason.code : call.value))).toEqual(Array(5).fill('unavailable'))
  })

  test('a bus that never answers is given up, and the process can end', async () => {
    const folder = temporaryFolder()
    const bus = createServer()
    bus.listen(join(folder, 'bus'))
    await once(bus, 'listening')
    const env = { ...nowhere, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'bus')}` }
    await expect(createKeychain({ env, limitMs: 300 }).getPassword('s', 'a')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('did not respond within 0.3 s'),
    })
    const child = startChild('secret.ts', ['set', folder, 'a', 'hunter2'], env)
    expect(JSON.parse(await child.line())).toMatchObject({ place: 'file' })
    await child.ended()
    bus.close()
  })
})

describe('by FAIRLEAD_SECRETS', () => {
  test('file never asks a keychain', async () => {
    const folder = temporaryFolder()
    const unasked = () => Promise.reject(new Error('asked'))
    const keychain = {
      getPassword: unasked,
      setPassword: unasked,
      deletePassword: unasked,
      findPassword: unasked,
      findCredentials: unasked,
    }
    const store = createSecretStore({ folder, locks: createLocks(folder), env: { FAIRLEAD_SECRETS: 'file' }, keychain })
    expect(await store.set('a/1', 'hunter2')).toMatchObject({ place: 'file', path: join(folder, 'secrets.json') })
    expect((await store.get('a/1'))?.reveal()).toBe('hunter2')
    await store.set('b/1', 'other')
    await store.deleteAll('a/')
    expect(await store.get('a/1')).toBeUndefined()
    expect(await store.delete('b/1')).toEqual({ removed: true })
  })

  test('file says so when a secret lies in the keychain that it leaves alone', async () => {
    const store = open(temporaryFolder(), { FAIRLEAD_SECRETS: 'file' })
    await expect(store.get('a', 'keychain')).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('FAIRLEAD_SECRETS=file'),
    })
    expect(await store.delete('a', 'keychain')).toEqual({ removed: false, left: 'keychain' })
  })

  test('environment stores nothing and reads nothing stored', async () => {
    const folder = temporaryFolder()
    await openSettings(folder).settings.updateAll({ root: '/r', key: 'hunter2' })
    const { settings } = openSettings(folder, { env: { FAIRLEAD_SECRETS: 'environment' } })
    expect(await settings.get('root')).toBe('/r')
    expect(await settings.get('key')).toBeUndefined()
    await expect(settings.update('key', 'other')).rejects.toMatchObject({ code: 'config-invalid' })
  })

  test('another word is refused', () => {
    expect(() => open(temporaryFolder(), { FAIRLEAD_SECRETS: 'vault' })).toThrow(
      expect.objectContaining({ code: 'config-invalid', hint: expect.stringContaining('keychain') }),
    )
  })
})

describe('the tokens of a connection', () => {
  const tokens = (folder: string, env: Environment = { FAIRLEAD_SECRETS: 'file' }, redactor = createRedactor()) => {
    const locks = createLocks(folder)
    return createTokenCache({ connection: 'archive', secrets: createSecretStore({ folder, locks, env }), locks, redactor })
  }

  test('are kept, replaced and forgotten', async () => {
    const folder = temporaryFolder()
    await tokens(folder).set('access', 'first-token')
    await tokens(folder).set('access', 'second-token')
    expect((await tokens(folder).get('access'))?.reveal()).toBe('second-token')
    await tokens(folder).delete('access')
    expect(await tokens(folder).get('access')).toBeUndefined()
  })

  test('stay in memory where nothing may be stored', async () => {
    const folder = temporaryFolder()
    const cache = tokens(folder, { FAIRLEAD_SECRETS: 'environment' })
    await cache.set('access', 'first-token')
    expect((await cache.get('access'))?.reveal()).toBe('first-token')
    expect(existsSync(join(folder, 'secrets.json'))).toBe(false)
  })

  test('are hidden from what is logged afterwards', async () => {
    const redactor = createRedactor()
    await tokens(temporaryFolder(), undefined, redactor).set('access', 'first-token')
    expect(redactor.redact('GET /?t=first-token')).toBe('GET /?t=[secret]')
  })

  test('are refreshed by one at a time', async () => {
    const cache = tokens(temporaryFolder())
    let inside = 0
    const most: number[] = []
    await Promise.all(
      [1, 2, 3].map(() =>
        cache.exclusive(async () => {
          most.push(++inside)
          await new Promise(resolve => setImmediate(resolve))
          inside--
        }),
      ),
    )
    expect(most).toEqual([1, 1, 1])
  })
})

test('a redactor hides secrets in every form they are shown in, the longest first', () => {
  const redactor = createRedactor()
  redactor.hide('p&ss"word')
  redactor.hide('p&ss"word-and-more')
  redactor.hide('abc')
  expect(redactor.redact('p&ss"word-and-more')).toBe('[secret]')
  expect(redactor.redact('?k=p%26ss%22word {"k":"p&ss\\"word"} abc')).toBe('?k=[secret] {"k":"[secret]"} abc')
})

const missing = keyringMissing()
if (missing !== undefined) console.warn(`Not tested against a Secret Service: ${missing}`)

describe.skipIf(missing !== undefined)('with a Secret Service', () => {
  test('what one process stores another reads, and nothing of it lies in a file', async () => {
    await using session = await startKeyring()
    const folder = temporaryFolder()
    expect(await inProcess(session.env, 'set', folder, 'archive/setting/key', 'hunter2')).toEqual({ place: 'keychain' })
    expect(await inProcess(session.env, 'get', folder, 'archive/setting/key', 'keychain')).toBe('hunter2')
    expect(existsSync(join(folder, 'secrets.json'))).toBe(false)
    expect(await inProcess(session.env, 'delete', folder, 'archive/setting/key')).toEqual({ removed: true })
    expect(await inProcess(session.env, 'get', folder, 'archive/setting/key')).toBeNull()
  })

  test("the keychain has keytar's functions", async () => {
    await using session = await startKeyring()
    const keychain = createKeychain({ env: session.env })
    expect(await keychain.getPassword('s', 'a')).toBeNull()
    expect(await keychain.findPassword('s')).toBeNull()
    await keychain.setPassword('s', 'a', 'pässword')
    await keychain.setPassword('s', 'b', 'other')
    await keychain.setPassword('s', 'b', 'newer')
    expect(await keychain.getPassword('s', 'a')).toBe('pässword')
    expect([...(await keychain.findCredentials('s'))].toSorted((x, y) => x.account.localeCompare(y.account))).toEqual([
      { account: 'a', password: 'pässword' },
      { account: 'b', password: 'newer' },
    ])
    expect(await keychain.deletePassword('s', 'a')).toBe(true)
    expect(await keychain.deletePassword('s', 'a')).toBe(false)
    expect(await keychain.findPassword('s')).toBe('newer')
  })

  test('long secrets go to the file, and the older short one is gone', async () => {
    await using session = await startKeyring()
    const folder = temporaryFolder()
    const store = open(folder, session.env)
    await store.set('a', 'short-secret')
    const long = 'x'.repeat(1201)
    expect(await store.set('a', long)).toEqual({
      place: 'file',
      path: join(folder, 'secrets.json'),
      reason: expect.stringContaining('1200'),
    })
    expect((await store.get('a'))?.reveal()).toBe(long)
    expect(await store.get('a', 'keychain')).toBeUndefined()
    expect(await store.set('a', 'short-again')).toEqual({ place: 'keychain' })
    expect((await store.get('a'))?.reveal()).toBe('short-again')
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('xxx')
  })

  test('what a process without the keychain stored since is what counts', async () => {
    await using session = await startKeyring()
    const folder = temporaryFolder()
    await open(folder, session.env).set('archive/token/access', 'first-token')
    await open(folder, nowhere).set('archive/token/access', 'second-token')
    expect((await open(folder, session.env).get('archive/token/access'))?.reveal()).toBe('second-token')
  })

  test('secrets of another configuration folder are others, and a connection is forgotten as a whole', async () => {
    await using session = await startKeyring()
    const [one, two] = [temporaryFolder(), temporaryFolder()].map(folder => open(folder, session.env))
    await one?.set('archive/setting/key', 'hunter2')
    await one?.set('archive/token/access', 'token')
    await one?.set('archive-2/setting/key', 'other')
    expect(await two?.get('archive/setting/key')).toBeUndefined()
    await one?.deleteAll('archive/')
    expect(await one?.get('archive/setting/key')).toBeUndefined()
    expect(await one?.get('archive/token/access')).toBeUndefined()
    expect((await one?.get('archive-2/setting/key'))?.reveal()).toBe('other')
  })

  test('settings record that a secret lies in the keychain', async () => {
    await using session = await startKeyring()
    const folder = temporaryFolder()
    const env = { ...session.env, FAIRLEAD_SECRETS: 'keychain' }
    const { settings, file } = openSettings(folder, { env })
    expect(await settings.update('key', 'hunter2')).toEqual({ name: 'key', place: 'keychain' })
    expect(file.read().connections.archive?.settings).toEqual({ key: { secret: 'keychain' } })
    expect(String(await openSettings(folder, { env }).settings.get('key'))).toBe('[secret]')
    expect(await settings.unset('key')).toEqual({ removed: true })
  })
})
