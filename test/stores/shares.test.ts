import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomBytes } from './support/bytes.ts'
import { commandLine, connection, type CommandLine } from './support/command-line.ts'
import { leaveOut } from './support/skip.ts'
import type { Store } from './support/store.ts'
import { stores } from './support/stores.ts'
import { toolMissing } from './support/tools.ts'

const body = randomBytes(100_000)
const path = 'dir/ünï + 100%.bin'

interface Link {
  readonly url: string
  readonly expires?: string
  readonly revocable: boolean
}

/** The status that a link is answered with, and the body's size. */
async function asked(url: string, init: RequestInit = {}): Promise<readonly [status: number, bytes: number]> {
  const answer = await fetch(url, init)
  return [answer.status, (await answer.arrayBuffer()).byteLength]
}

describe.each(stores)('a link to an object on $name', kind => {
  const missing = kind.missing() ?? toolMissing({ program: 'curl' }) ?? toolMissing({ program: 'wget' })
  if (missing !== undefined) return leaveOut(missing)
  let store: Store
  let cli: CommandLine
  beforeAll(async () => {
    store = await kind.start()
    cli = await commandLine(store.login)
    await store.put(path, body)
  })
  afterAll(async () => {
    cli[Symbol.dispose]()
    await store[Symbol.asyncDispose]()
  })
  const share = async (target: string, ...flags: readonly string[]): Promise<Link> => {
    const { shares } = (await cli.json('share', target, ...flags)) as { readonly shares: readonly [Link] } // checked by the schemas of the command line's own tests
    return shares[0]
  }
  const object = `${connection}:/${path}`

  test('works with curl and with wget, which know nothing of the store', async () => {
    const { url } = await share(object)
    for (const [program, ...args] of [
      ['curl', '--silent', '--fail', '--output', 'by-curl', url],
      ['wget', '--quiet', '--output-document', 'by-wget', url],
    ] as const) {
      await promisify(execFile)(program, args, { cwd: cli.folder, env: { PATH: process.env['PATH'] } })
      expect(readFileSync(join(cli.folder, `by-${program}`)).equals(body)).toBe(true)
    }
  })

  test('lasts one hour unless said otherwise, and says that it cannot be taken back', async () => {
    const { expires, revocable } = await share(object)
    const minutes = (Date.parse(expires ?? '') - Date.now()) / 60_000
    expect([minutes > 58 && minutes < 62, revocable]).toEqual([true, false])
    expect((await cli.run('share', object)).err).toMatch(/can't be revoked/)
  })

  test('dies on time', async () => {
    const { url, expires } = await share(object, '--expires', '2s')
    expect((await asked(url))[0]).toBe(200)
    // The services count in full seconds.
    await sleep(Math.max(0, Date.parse(expires ?? '') - Date.now()) + 1500)
    expect((await asked(url))[0]).toBeGreaterThanOrEqual(400)
  })

  test('lets read this object and nothing else', async () => {
    await store.put('dir/other', 'secret')
    const { url } = await share(object)
    expect((await asked(url.replace(/%2B|\+/, '-')))[0]).toBeGreaterThanOrEqual(400)
    expect((await asked(url.replace(/dir\/[^?]*/, 'dir/other')))[0]).toBeGreaterThanOrEqual(400)
    expect(
      (await asked(url, { method: 'PUT', body: 'overwritten', headers: { 'x-ms-blob-type': 'BlockBlob' } }))[0],
    ).toBeGreaterThanOrEqual(400)
    expect((await asked(url, { method: 'DELETE' }))[0]).toBeGreaterThanOrEqual(400)
    expect((await store.get(path))?.equals(body)).toBe(true)
  })

  test('lets put an object where it is made for that, and not read it', async () => {
    const { url } = await share(`${connection}:/inbox/from outside.txt`, '--method', 'PUT')
    expect((await asked(url, { method: 'PUT', body: 'brought', headers: { 'x-ms-blob-type': 'BlockBlob' } }))[0]).toBeLessThan(300)
    expect((await store.get('inbox/from outside.txt'))?.toString()).toBe('brought')
    expect((await asked(url))[0]).toBeGreaterThanOrEqual(400)
  })

  test('to an asset lets anybody fetch each of its files', async () => {
    cli.write('asset/a.txt', 'first')
    cli.write('asset/b c.txt', 'second')
    await cli.done('push', 'asset', `${connection}://film/shared:v001`)
    const { shares } = (await cli.json('share', `${connection}://film/shared:v001`)) as { readonly shares: readonly Link[] } // the same
    // A link to a folder leads to its files with their names put in.
    const urls =
      shares.length === 1
        ? ['a.txt', 'b%20c.txt'].map(name => shares[0]?.url.replace(/\/?\?/, `/${name}?`) ?? '')
        : shares.map(({ url }) => url)
    const bodies = await Promise.all(urls.map(async url => await (await fetch(url)).text()))
    expect(bodies.toSorted()).toEqual(['first', 'second'])
  })
})

describe.each(stores)('without a link, on $name', kind => {
  const missing = kind.missing()
  if (missing !== undefined) return leaveOut(missing)

  test('nobody reads or lists anything, in a place that was there and in one that we made', async () => {
    await using store = await kind.start()
    const made = `fairlead-made-${Date.now()}`
    const create = store.rootSetting === 'bucket' ? 'create-bucket' : 'create-container'
    using cli = await commandLine({ ...store.login, settings: { ...store.login.settings, [create]: true } })
    cli.write('one.txt', 'secret')
    await cli.done('copy', './one.txt', `${connection}:/one.txt`)
    await cli.done('copy', './one.txt', `${connection}:/one.txt`, '--set', `${connection}.${store.rootSetting}=${made}`)
    const statuses = await Promise.all(
      [undefined, made].flatMap(root => store.anonymous('one.txt', root)).map(async url => await asked(url.href)),
    )
    expect((await store.get('one.txt'))?.toString()).toBe('secret')
    for (const [status] of statuses) expect([401, 403, 404, 409]).toContain(status)
  })

  test('a place that is not there is made only when we are told to', async () => {
    await using store = await kind.start()
    using cli = await commandLine({ ...store.login, settings: { ...store.login.settings, [store.rootSetting]: 'not-there' } })
    cli.write('one.txt', 'secret')
    const { code, message, hint } = await cli.fails('copy', './one.txt', `${connection}:/one.txt`)
    expect([code, message]).toEqual(['not-found', expect.stringContaining('not-there')])
    expect(hint).toMatch(/create-(bucket|container)/)
  })
})
