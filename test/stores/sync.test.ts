import { randomFillSync } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { azure } from '@fairlead/client-azure'
import { s3 } from '@fairlead/client-s3'
import { swift } from '@fairlead/client-swift'
import { bytesSource } from '@fairlead/core'
import { createFairlead, type Fairlead } from '@fairlead/core/host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from './support/store.ts'
import { stores } from './support/stores.ts'
import { hashesBelow, hashesOf, writeTree } from './support/tools.ts'

/** Some of everything: an empty file, odd names, one of several parts. */
const files: Readonly<Record<string, Uint8Array>> = {
  'a/empty.txt': new Uint8Array(),
  'a/one.bin': Buffer.from('one'),
  'a.txt': Buffer.from('sorts before a/'),
  'ünï/100% & more?.txt': Buffer.from('odd'),
  'big.bin': randomFillSync(Buffer.alloc(21 * 1024 * 1024 + 17)),
}
const nothing = { added: 0, changed: 0, deleted: 0, unchanged: Object.keys(files).length }

describe.for(stores)('$name', kind => {
  const missing = kind.missing()
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-sync-stores-'))
  const source = join(folder, 'source')
  let store: Store
  let here: Fairlead
  let elsewhere: Fairlead

  beforeAll(async () => {
    if (missing !== undefined) return
    store = await kind.start()
    here = await open('here')
    elsewhere = await open('elsewhere')
    writeTree(source, files)
    for (const path of Object.keys(files)) utimesSync(join(source, path), 1_700_000_000, 1_700_000_000.25)
  })
  afterAll(async () => {
    if (missing === undefined) for (const closing of [here, elsewhere, store]) await closing[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  /** One machine: the same connection, a memory of its own. */
  async function open(name: string): Promise<Fairlead> {
    const fairlead = createFairlead({
      clients: [s3, azure, swift],
      builtIns: {},
      env: { FAIRLEAD_HOME: join(folder, name), FAIRLEAD_SECRETS: 'file' },
    })
    await fairlead.add('store', kind.name, store.login.settings)
    return fairlead
  }

  test.skipIf(missing !== undefined)('a second sync finds nothing to do and asks for no object, in parts or not', async () => {
    expect(await here.sync(source, 'store:/x')).toMatchObject({ failed: 0, totals: { added: 5 } })
    expect(await here.sync(source, 'store:/x')).toMatchObject({ failed: 0, totals: nothing, checks: { asked: 0, hashed: 0 } })
  })

  test.skipIf(missing !== undefined)(
    'another machine, which remembers nothing, finds nothing to copy either, and asks only once',
    async () => {
      expect(await elsewhere.sync(source, 'store:/x')).toMatchObject({ failed: 0, totals: nothing })
      expect(await elsewhere.sync(source, 'store:/x')).toMatchObject({ failed: 0, totals: nothing, checks: { asked: 0, hashed: 0 } })
    },
  )

  test.skipIf(missing !== undefined)(
    'what comes back has its bytes and its times, and the second time there is nothing to do',
    async () => {
      const back = join(folder, 'back')
      expect(await here.sync('store:/x', back)).toMatchObject({ failed: 0, totals: { added: 5 } })
      expect(hashesBelow(back)).toEqual(hashesOf(files))
      expect(Math.floor(statSync(join(back, 'big.bin')).mtimeMs / 1000)).toBe(1_700_000_000)
      expect(await here.sync('store:/x', back)).toMatchObject({ failed: 0, totals: nothing, checks: { asked: 0 } })
      expect(await elsewhere.sync('store:/x', back)).toMatchObject({ failed: 0, totals: nothing })
    },
  )

  test.skipIf(missing !== undefined)('it goes from one prefix to another inside the service, and there is nothing to do then', async () => {
    expect(await here.sync('store:/x', 'store:/copy')).toMatchObject({ failed: 0, totals: { added: 5 } })
    expect(await here.sync('store:/x', 'store:/copy')).toMatchObject({ failed: 0, totals: nothing, checks: { asked: 0 } })
  })

  test.skipIf(missing !== undefined)('a plan deletes and copies what it says, and leaves what somebody else wrote since', async () => {
    const changed = join(folder, 'changed')
    writeTree(changed, { 'a.txt': Buffer.from('another text'), 'new.txt': Buffer.from('new'), 'a/one.bin': Buffer.from('two') })
    const plan = join(folder, 'plan.jsonl')
    expect(await here.sync(changed, 'store:/copy', { delete: true, plan })).toMatchObject({ totals: { added: 1, changed: 2, deleted: 3 } })
    await using client = await here.connect('store')
    await client.write('copy/a.txt', bytesSource('theirs'))
    expect(await here.applySync(plan)).toMatchObject({ conflicts: 1, totals: { added: 1, changed: 1, deleted: 0 } })
    expect(await here.sync(changed, 'store:/copy', { delete: true })).toMatchObject({
      failed: 0,
      totals: { changed: 1, deleted: 3, unchanged: 2 },
    })
    expect(await here.sync(changed, 'store:/copy', { delete: true })).toMatchObject({ failed: 0, totals: { deleted: 0, unchanged: 3 } })
  })

  test.skipIf(missing !== undefined)('a large listing comes whole and in order, though its parts are listed at once', async () => {
    // Of a service that can't begin a listing behind a path, one page after the other is asked for, as in every other test.
    const count = kind.name === 's3' ? 2502 : 102
    const many = join(folder, 'many')
    const paths = Array.from({ length: count - 2 }, (_, index) => `f${index % 50}/${index % 3 === 0 ? 'deep/' : ''}${index}`)
    writeTree(many, Object.fromEntries([...paths, 'a-root-file', 'zz-root-file'].map(path => [path, Buffer.from(path)])))
    expect(await here.sync(many, 'store:/many')).toMatchObject({ failed: 0, totals: { added: count } })
    expect(await here.sync(many, 'store:/many', { delete: true })).toMatchObject({
      failed: 0,
      totals: { added: 0, deleted: 0, unchanged: count, destination: count },
    })
  })
})
