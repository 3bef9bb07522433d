import { createHash, randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { azure } from '@fairlead/client-azure'
import { s3 } from '@fairlead/client-s3'
import { swift } from '@fairlead/client-swift'
import { bytesSource } from '@fairlead/core'
import { copyPairs, createFairlead, resolveCopy, type Client, type CopiedFile, type CopyFilesResult } from '@fairlead/core/host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store, StoreKind } from './support/store.ts'
import { stores } from './support/stores.ts'
import { hashesBelow, hashesOf, writeTree } from './support/tools.ts'

const modified = new Date('2030-01-31T12:34:56.000Z')

/** Some of everything: an empty file, odd names, one of several parts. */
const files: Readonly<Record<string, Uint8Array>> = {
  'a/empty.txt': new Uint8Array(),
  'a/one.bin': Buffer.from('one'),
  'a.txt': Buffer.from('sorts before a/'),
  'ünï/100% & more?.txt': Buffer.from('odd'),
  'big.bin': randomFillSync(Buffer.alloc(21 * 1024 * 1024 + 17)),
}
const bytes = Object.values(files).reduce((sum, body) => sum + body.byteLength, 0)

/** Running servers with a client each; a second client of each is another bucket or container of the same account. */
class Ground implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-pairs-'))
  readonly #stores = new Map<string, Store>()
  readonly #app = createFairlead({
    clients: [s3, azure, swift],
    builtIns: {},
    env: { FAIRLEAD_HOME: join(this.folder, 'home'), FAIRLEAD_SECRETS: 'file' },
  })
  readonly clients: Record<string, Client> = {}

  async start(kind: StoreKind): Promise<void> {
    this.#stores.set(kind.name, await kind.start())
    await this.connect(kind.name, kind.name)
    await this.connect(`${kind.name}2`, kind.name, 'second')
  }

  /** A connection to the store's bucket, or to another one that its first write makes. */
  async connect(name: string, client: string, root?: string): Promise<void> {
    const { login, rootSetting } = this.store(client)
    const other = root === undefined ? {} : { [rootSetting]: root, [client === 's3' ? 'create-bucket' : 'create-container']: true }
    await this.#app.add(`${name}-store`, client, { ...login.settings, ...other })
    this.clients[name] = await this.#app.connect(`${name}-store`)
  }

  store(name: string): Store {
    const store = this.#stores.get(name)
    if (store === undefined) throw new Error(`no store ${name}`)
    return store
  }

  client(name: string): Client {
    const client = this.clients[name]
    if (client === undefined) throw new Error(`no client ${name}`)
    return client
  }

  async copy(source: string, destination: string): Promise<{ readonly result: CopyFilesResult; readonly told: readonly CopiedFile[] }> {
    const told: CopiedFile[] = []
    const pairs = await resolveCopy([source], destination, async name => this.client(name ?? ''))
    return { result: await copyPairs(pairs, { onFile: file => told.push(file) }), told }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app[Symbol.asyncDispose]()
    for (const store of this.#stores.values()) await store[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const usable = stores.filter(kind => kind.missing() === undefined)
test.for(stores)('$name takes part', (kind, { skip }) => {
  const missing = kind.missing()
  if (missing !== undefined) skip(missing)
  expect(usable).toContain(kind)
})

describe('a copy', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = new Ground()
    for (const kind of usable) await ground.start(kind)
    writeTree(join(ground.folder, 'source'), files)
    utimesSync(join(ground.folder, 'source/a/one.bin'), modified, modified)
    for (const { name } of usable) {
      await ground.copy(join(ground.folder, 'source'), `${name}:/up`)
      // The first write makes the second bucket; on Swift what can't be copied yet is sent.
      await ground.copy(`${name}:/up/a/one.bin`, `${name}2:/first`)
    }
  }, 240_000)
  afterAll(async () => await ground[Symbol.asyncDispose]())

  describe.each(usable.map(({ name }) => name))('between this machine and %s', name => {
    test('arrives as it was, and is found there by its own API', async () => {
      for (const [path, body] of Object.entries(files)) {
        const found = await ground.store(name).get(`up/${path}`)
        expect(found?.equals(body), path).toBe(true)
      }
    })

    test('sends nothing a second time', async () => {
      const { result } = await ground.copy(join(ground.folder, 'source'), `${name}:/up`)
      expect(result).toMatchObject({ sent: 0, kept: 5, failed: 0 })
    })

    test('comes back byte for byte with its times, and only once', async () => {
      const back = join(ground.folder, `back-${name}`)
      mkdirSync(back)
      expect((await ground.copy(`${name}:/up`, back)).result).toMatchObject({ sent: 5, sentBytes: bytes, failed: 0 })
      expect(hashesBelow(back)).toEqual(hashesOf(files))
      expect(statSync(join(back, 'a/one.bin')).mtime).toEqual(modified)
      expect((await ground.copy(`${name}:/up`, back)).result).toMatchObject({ sent: 0, kept: 5, failed: 0 })
    })
  })

  const pairs = usable.flatMap(from => usable.filter(to => to !== from).map(to => [from.name, to.name] as const))
  test.each(pairs)('from %s to %s keeps bytes, type, metadata and time', async (from, to) => {
    const metadata = { shot: '010', artist: 'Anna' }
    await ground.client(from).write(`up-${to}/typed.dat`, bytesSource('typed', 'image/x-exr'), { metadata, modified })
    const before = await ground.copy(`${from}:/up-${to}`, `${to}:/typed-${from}`)
    expect(before.result).toMatchObject({ sent: 1, lost: 0, failed: 0 })
    const entry = await ground.client(to).stat(`typed-${from}/typed.dat`)
    expect({ type: entry.contentType, metadata: entry.metadata, modified: entry.modified }).toEqual({
      type: 'image/x-exr',
      metadata,
      modified,
    })

    const { result } = await ground.copy(`${from}:/up`, `${to}:/from-${from}`)
    expect(result).toMatchObject({ sent: 5, sentBytes: bytes, inService: 0, failed: 0, failures: [] })
    for (const [path, body] of Object.entries(files)) {
      const found = await ground.store(to).get(`from-${from}/${path}`)
      expect(found === undefined ? undefined : sha256(found), path).toBe(sha256(body))
    }
    expect((await ground.copy(`${from}:/up`, `${to}:/from-${from}`)).result).toMatchObject({ sent: 0, kept: 5, failed: 0 })
  })

  test.each(usable.map(({ name }) => name))('from one bucket of %s to another is made by the service', async name => {
    const before = ground.store(name).faults.requests.length
    const { result } = await ground.copy(`${name}:/up`, `${name}2:/across`)
    expect(result).toMatchObject({ sent: 5, inService: 5, failed: 0, failures: [] })
    const moved = ground
      .store(name)
      .faults.requests.slice(before)
      .reduce((sum, { requestBytes }) => sum + requestBytes, 0)
    expect(moved).toBeLessThan(bytes / 100)
    for (const [path, body] of Object.entries(files)) {
      const found = await ground.client(`${name}2`).readBytes(`across/${path}`, { maxBytes: 64 * 1024 * 1024 })
      expect(sha256(found.bytes), path).toBe(sha256(body))
    }
    const { modified: time } = await ground.client(`${name}2`).stat('across/a/one.bin')
    expect(time).toEqual(modified)
  })

  test.each(usable)('into a bucket of $name that the first write makes finds nothing there', async ({ name }) => {
    await ground.connect(`${name}3`, name, 'third')
    writeTree(
      join(ground.folder, 'fifty'),
      Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, Buffer.from(`${index}`)])),
    )
    expect((await ground.copy(join(ground.folder, 'fifty'), `${name}3:/new`)).result).toMatchObject({ sent: 50, failed: 0 })
  })

  test.each(usable.map(({ name }) => name))('within one bucket of %s is made by the service', async name => {
    expect((await ground.copy(`${name}:/up`, `${name}:/within`)).result).toMatchObject({ sent: 5, inService: 5, failed: 0, failures: [] })
    expect((await ground.store(name).get('within/a/one.bin'))?.toString()).toBe('one')
  })
})

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
