import { once } from 'node:events'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { smallDiskUnavailable } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomBytes } from './support/bytes.ts'
import { commandLine, connection, type CommandLine, type Failure, type Login } from './support/command-line.ts'
import { leaveOut } from './support/skip.ts'
import { changed, type Store } from './support/store.ts'
import { stores } from './support/stores.ts'

const big = randomBytes(32 * 1024 ** 2)
const root = `${connection}:/`

/** What a wrong secret is called, and one that has the right form. */
const wrongSecrets: Readonly<Record<string, readonly [setting: string, value: string]>> = {
  s3: ['secret-access-key', 'wrong'],
  azure: ['account-key', Buffer.alloc(64, 1).toString('base64')],
  swift: ['password', 'wrong'],
}

/** Runs a command on a login that lacks something, and gives what it says. */
async function refused(login: Login, ...args: readonly string[]): Promise<Failure> {
  using cli = await commandLine(login)
  cli.write('one.txt', 'one')
  return await cli.fails(...args)
}

/** Makes a process believe that it is an hour later: its requests are signed at a time that has not come. */
const clockAhead = `data:text/javascript,${encodeURIComponent(
  'const Real = Date; globalThis.Date = class extends Real { constructor(...a) { a.length > 0 ? super(...a) : super(Real.now() + 36e5) } static now() { return Real.now() + 36e5 } }',
)}`

describe.each(stores)('on $name, a person is told what to do next about', kind => {
  const missing = kind.missing()
  if (missing !== undefined) return leaveOut(missing)
  let store: Store
  beforeAll(async () => {
    store = await kind.start()
    await store.put('there.txt', 'there')
  })
  afterAll(async () => await store[Symbol.asyncDispose]())

  test('a wrong secret', async () => {
    const [setting, value] = wrongSecrets[kind.name] ?? ['', '']
    const { exit, code, hint } = await refused(changed(store.login, { [setting]: value }), 'ls', root)
    expect([exit, code]).toEqual([1, expect.stringMatching(/^(unauthenticated|permission-denied)$/)])
    expect(hint).toContain(`fairlead client set ${connection} ${setting}`)
  })

  test('a bucket or container that is not there, whatever is done with it', async () => {
    const login = changed(store.login, { [store.rootSetting]: 'not-there' })
    for (const args of [
      ['ls', root],
      ['copy', './one.txt', `${root}one.txt`],
      ['push', 'one.txt', `${connection}://film/one:v1`],
      ['search', 'one'],
    ]) {
      const { exit, code, message, hint } = await refused(login, ...args)
      expect([exit, code, message], args[0]).toEqual([1, 'not-found', expect.stringContaining('"not-there"')])
      expect(hint).toMatch(/fairlead client set work create-(bucket|container)=true/)
    }
  })

  test('a place that it may not look into', async () => {
    const { exit, code, hint } = await refused(await store.stranger(), 'ls', root)
    expect([exit, code]).toEqual([1, 'permission-denied'])
    expect(hint).not.toBe('')
  })

  test('a place that it may read and not write: reading works, and nothing of a write is left', async () => {
    const login = await store.reader()
    using cli = await commandLine(login)
    cli.write('one.txt', 'one')
    expect(await cli.done('cat', `${root}there.txt`)).toBe('there')
    for (const args of [
      ['copy', './one.txt', `${root}one.txt`],
      ['push', 'one.txt', `${connection}://film/one:v1`],
      ['remove', `${root}there.txt`, '--yes'],
    ]) {
      const { exit, code, message, hint } = await cli.fails(...args)
      expect([exit, code], args[0]).toEqual([1, 'permission-denied'])
      expect([message.includes('canary'), hint]).toEqual([false, expect.not.stringMatching(/^$/)])
    }
    expect((await cli.done('ls', root, '--recursive', '--quiet')).trim()).toMatch(/^\S*there\.txt$/)
  })

  test('a host that does not exist', async () => {
    const setting = kind.name === 'swift' ? 'auth-url' : 'endpoint'
    const address = new URL(String(store.login.settings[setting]))
    address.hostname = 'no-such-host.invalid'
    const { exit, code, message, hint } = await refused(changed(store.login, { [setting]: address.href }), 'ls', root)
    expect([exit, code, message]).toEqual([1, 'network', expect.stringContaining('the host does not exist')])
    expect(hint).toMatch(/address|account/)
  })

  test('a file that changes while it is sent: nothing of it is seen', async () => {
    using cli = await commandLine(store.login)
    const file = cli.write('changing.bin', big)
    const failure = await meanwhile(
      cli,
      store,
      8e6,
      'copy',
      './changing.bin',
      `${root}changing.bin`,
    )(() => {
      const descriptor = openSync(file, 'r+')
      writeSync(descriptor, 'changed', big.byteLength - 100)
      closeSync(descriptor)
    })
    expect([failure.exit, failure.message, failure.hint]).toEqual([
      1,
      expect.stringMatching(/changed while it was (read|sent)/),
      expect.stringContaining('send it again'),
    ])
    expect(await store.get('changing.bin')).toBeUndefined()
  })

  test('a file that vanishes while others are sent: it is named, and the others arrive', async () => {
    using cli = await commandLine(store.login)
    for (let index = 100; index < 200; index++) cli.write(`many/f${index}`, big.subarray(0, 100_000))
    const failure = await meanwhile(
      cli,
      store,
      1,
      'copy',
      './many',
      `${root}many`,
      '--concurrency',
      '1',
    )(() => {
      rmSync(join(cli.folder, 'many/f190'))
    })
    expect([failure.exit, failure.message]).toEqual([1, expect.stringContaining('many/f190')])
    expect(failure.hint).not.toBe('')
    expect((await cli.done('ls', `${root}many`, '--quiet')).trim().split('\n')).toHaveLength(99)
  })
})

/** Runs a command that must fail, and does something once so many bytes have gone to the store. */
function meanwhile(cli: CommandLine, store: Store, bytes: number, ...args: readonly string[]) {
  return async (work: () => void): Promise<Failure> => {
    const before = store.faults.requests.length
    const sent = (): number => store.faults.requests.slice(before).reduce((sum, { requestBytes }) => sum + requestBytes, 0)
    const child = cli.start(...args, '--json')
    const ended = once(child, 'close')
    let running = true
    void ended.then(() => (running = false))
    const out = child.stdout === null ? Promise.resolve('') : text(child.stdout)
    while (running && sent() < bytes) await sleep(1)
    work()
    const [exit]: unknown[] = await ended
    const answer: { readonly error?: Failure; readonly failures?: readonly Failure[] } = JSON.parse(await out)
    const error = answer.error ?? answer.failures?.[0]
    if (error === undefined) throw new Error(`fairlead ${args.join(' ')} did not fail: ${await out}`)
    return { code: error.code, message: error.message, hint: error.hint, exit: typeof exit === 'number' ? exit : null }
  }
}

describe.each(stores)('when a credential expires in the midst of a transfer to $name', kind => {
  const missing = kind.missing()
  if (missing !== undefined) return leaveOut(missing)

  test('what can be renewed is renewed, and for anything else the next step is told', async () => {
    await using store = await kind.start()
    const login = (await store.expiring?.(4)) ?? store.login
    using cli = await commandLine(login)
    cli.write('big.bin', big)
    const args = ['copy', './big.bin', `${root}big.bin`, '--bandwidth', '5MiB/s'] as const
    if (store.expiring === undefined) {
      const answer = { headers: { 'content-type': 'application/xml' }, body: '<Error><Code>ExpiredToken</Code></Error>' }
      store.faults.inject({
        kind: 'expire-token',
        ...(kind.name === 's3' && { status: 400, answer }),
        match: { path: /big\.bin.*(3|partNumber=2)/ },
      })
    }
    const { code, out } = await cli.run(...args, '--json')
    const renewed = kind.name === 'swift'
    expect(code).toBe(renewed ? 0 : 1)
    expect(store.faults.requests.some(({ status = 0 }) => [400, 401, 403].includes(status))).toBe(true)
    if (renewed) expect((await store.get('big.bin'))?.equals(big)).toBe(true)
    else expect(out).toContain(`fairlead client set ${connection} `)
  })
})

describe('when the clock of this machine is wrong', () => {
  const [s3] = stores.filter(({ name }) => name === 's3')
  const missing = s3?.missing()
  if (s3 === undefined || missing !== undefined) return leaveOut(missing ?? 'no S3')

  test('S3 refuses what is signed at another time, and both times are told', async () => {
    await using store = await s3.start()
    using cli = await commandLine(store.login, { NODE_OPTIONS: `--import=${clockAhead}` })
    const { code, message, hint } = await cli.fails('ls', root)
    expect([code, message, hint]).toEqual(['config-invalid', expect.stringMatching(/clock/), expect.stringContaining('Set the clock')])
  })
})

// Azurite answers any full disk with a bare 500.
describe.each(stores.filter(({ name }) => name !== 'azure'))('when $name is full', kind => {
  const missing = kind.missing() ?? (kind.name === 's3' ? smallDiskUnavailable() : undefined)
  if (missing !== undefined) return leaveOut(missing)

  test('what does not fit is refused with what gains room, what is there stays, and there is room again after it', async () => {
    await using store = await kind.start({ roomBytes: 24e6 })
    using cli = await commandLine(store.login)
    cli.write('small.bin', big.subarray(0, 1e6))
    cli.write('big.bin', big)
    await cli.done('copy', './small.bin', `${root}small.bin`)
    const { exit, code, hint } = await cli.fails('copy', './big.bin', `${root}big.bin`)
    expect([exit, code, hint]).toEqual([1, 'quota-exceeded', expect.stringContaining(`fairlead client clean ${connection}`)])
    await cli.done('client', 'clean', connection, '--older-than', '0s', '--yes')
    await cli.done('copy', './small.bin', `${root}again.bin`)
    expect((await cli.done('ls', root, '--quiet')).trim().split('\n')).toHaveLength(2)
  })
})
