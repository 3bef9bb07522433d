import { join } from 'node:path'
import type { AssetSummary } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { expectError } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asked, nonsense, samples } from './support/assets.ts'
import { Ground } from './support/ground.ts'
import { kinds, missing, usable } from './support/kinds.ts'

test.for(kinds)('$name takes part', (kind, { skip }) => {
  const reason = missing(kind)
  if (reason !== undefined) skip(reason)
  expect(usable).toContain(kind)
})

/** What a search found, by reference, in no order of its own. */
async function found(client: Client, query: string): Promise<Map<string, AssetSummary>> {
  const assets = new Map<string, AssetSummary>()
  for await (const asset of client.search(query)) {
    const reference = `${asset.collection}/${asset.name}:${asset.tag}`
    expect(assets.has(reference), `${reference} twice`).toBe(false)
    assets.set(reference, asset)
  }
  return new Map([...assets].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Of an asset, what must be the same everywhere. */
function shown({ digest, type, count, bytes, labels }: AssetSummary): Readonly<Record<string, unknown>> {
  return { digest, type, count, bytes, labels }
}

describe('the same assets on every client', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await Ground.start(usable)
    for (const { reference, files } of samples)
      for (const [path, content] of Object.entries(files)) ground.write(join(folderOf(reference), path), content)
    for (const { name } of usable) {
      for (const { reference, type, labels, files } of samples) {
        const [only = '', ...others] = Object.keys(files)
        const source = join(ground.folder, folderOf(reference), others.length === 0 ? only : '')
        await ground.client(name).push(source, reference, { type, labels })
      }
      await ground.settle(name)
    }
  }, 300_000)
  afterAll(async () => await ground[Symbol.asyncDispose]())

  test.for(asked)('are found by "$query"', async ({ query, found: references, within = false }) => {
    for (const { name } of usable.filter(({ byBeginnings = false }) => !(within && byBeginnings)))
      expect([name, ...(await found(ground.client(name), query)).keys()]).toEqual([name, ...references.toSorted()])
  })

  test('are told with the same digest, type, size and labels', async () => {
    const [first = '', ...others] = usable.map(({ name }) => name)
    const query = 'type:* after:2020-01-01'
    const told = async (name: string) => [...(await found(ground.client(name), query))].map(([key, asset]) => [key, shown(asset)])
    const expected = await told(first)
    expect(expected.map(([key]) => key)).toEqual(samples.map(({ reference }) => reference).toSorted())
    for (const name of others) expect(await told(name), name).toEqual(expected)
  })

  test.for(nonsense)('are not asked for by "%s", which makes no sense', async query => {
    for (const { name } of usable) await expectError(found(ground.client(name), query), 'input-invalid')
  })

  test('are not found once they are removed, and found by their new labels once those are replaced', async () => {
    const { reference, files } = samples[7] ?? { reference: '', files: {} }
    const source = join(ground.folder, folderOf(reference), Object.keys(files)[0] ?? '')
    for (const { name } of usable) {
      const client = ground.client(name)
      await client.push(source, 'again/one:v1', { labels: { mark: 'first' } })
      await ground.settle(name)
      expect([...(await found(client, 'label.mark:first')).keys()], name).toEqual(['again/one:v1'])
      await client.push(source, 'again/one:v1', { force: true, labels: { mark: 'second' } })
      await ground.settle(name)
      expect([...(await found(client, 'label.mark:first')).keys()], name).toEqual([])
      expect([...(await found(client, 'second')).keys()], name).toEqual(['again/one:v1'])
      await client.remove('again/one:v1')
      await ground.settle(name)
      expect([...(await found(client, 'collection:again')).keys()], name).toEqual([])
    }
  })
})

/** Where the files of an asset lie on this machine. */
function folderOf(reference: string): string {
  return reference.replaceAll(/[/:]/g, '_')
}
