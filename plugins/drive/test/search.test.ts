import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { matchesSearch } from '@fairlead/core'
import { tagProperties, tagQuery } from '../src/tags.ts'
import type { Place } from './setups.ts'
import { collect, connect, place, scratch } from './support.ts'

/** The settings of a login by another OAuth client, which sees none of the first one's appProperties. */
function otherClient(at: Place): Readonly<Record<string, string>> {
  const secret = 'GOCSPX-of-the-other-one'
  const token = at.server.tokens.login(at.server.email, { client: 'other-client', secret })
  return { ...at.settings, 'client-id': 'other-client', 'client-secret': secret, 'refresh-token': token }
}

async function push(
  client: Awaited<ReturnType<typeof connect>>,
  reference: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = join(scratch(), 'data')
  writeFileSync(file, reference)
  await client.push(file, reference, { labels })
}

describe('search', () => {
  test('asks Drive itself: a few queries, and no record is read', async () => {
    const at = await place()
    const client = await connect(at.settings)
    for (let index = 0; index < 12; index += 1) await push(client, `films/hero-${index}:v1`, { status: index < 3 ? 'approved' : 'wip' })
    const fresh = await connect(at.settings)
    const before = at.proxy.requests.length
    expect(await collect(fresh.search('label.status:approved'))).toHaveLength(3)
    const asked = at.proxy.requests.slice(before).map(({ path }) => path)
    expect(asked.filter(path => path.includes('alt=media'))).toEqual([])
    // Token, root, marked and unmarked records.
    expect(asked.length).toBeLessThanOrEqual(4)
  })

  test('finds what another OAuth client wrote, though its appProperties are not seen', async () => {
    const at = await place()
    await push(await connect(at.settings), 'films/hero:v1', { status: 'approved' })
    const other = await connect(otherClient(at))
    await push(other, 'films/villain:v1', { status: 'approved' })
    for (const client of [await connect(at.settings), await connect(otherClient(at))]) {
      expect((await collect(client.search('label.status:approved'))).map(({ name }) => name)).toEqual(['hero', 'villain'])
      expect((await collect(client.search('name:vill*'))).map(({ name }) => name)).toEqual(['villain'])
    }
  })

  test('finds a tag by the labels that another OAuth client gave it last', async () => {
    const at = await place()
    await push(await connect(at.settings), 'films/hero:v1', { status: 'wip' })
    const file = join(scratch(), 'data')
    writeFileSync(file, 'newer')
    await (await connect(otherClient(at))).push(file, 'films/hero:v1', { force: true, labels: { status: 'approved' } })
    const client = await connect(at.settings)
    expect(await collect(client.search('label.status:approved'))).toHaveLength(1)
    expect(await collect(client.search('label.status:wip'))).toEqual([])
  })

  test('finds nothing of another folder in the same drive', async () => {
    const at = await place()
    await push(await connect({ ...at.settings, prefix: 'one' }), 'films/hero:v1')
    await push(await connect({ ...at.settings, prefix: 'two' }), 'films/villain:v1')
    const one = await connect({ ...at.settings, prefix: 'one' })
    expect((await collect(one.search(''))).map(({ name }) => name)).toEqual(['hero'])
    expect(await collect((await connect({ ...at.settings, prefix: 'three' })).search(''))).toEqual([])
  })

  test('does not believe what is kept with a record that something else changed or copied', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await push(client, 'films/hero:v1', { status: 'wip' })
    const { drive } = at.server
    const tag = drive.at(at.folder, 'metadata/manifest/films/hero/_tag/v1.json')
    const body = Buffer.from(tag?.revisions.at(-1)?.body.toString().replace('wip', 'cut') ?? '')
    tag?.revisions.push({ id: 'changed', body, modifiedTime: new Date().toISOString() })
    expect((await collect(client.search('label.status:cut')))[0]).toMatchObject({ name: 'hero', labels: { status: 'cut' } })
    expect(await collect(client.search('label.status:wip'))).toEqual([])
    if (tag !== undefined) tag.name = 'Copy of v1.json'
    expect(await collect(client.search('name:hero'))).toEqual([])
  })

  test('labels that have no room are still searched', async () => {
    const at = await place()
    const client = await connect(at.settings)
    const labels = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`key-${index}`, `value ${index} ${'漢'.repeat(90)}`]))
    await push(client, 'films/hero:v1', { ...labels, status: 'approved', ['k'.repeat(200)]: 'long key' })
    for (const query of ['label.status:approved', `label.${'k'.repeat(200)}:"long key"`, '"value 39"', 'label.key-1:value*'])
      expect(await collect(client.search(query)), query).toHaveLength(1)
    expect(await collect(client.search('label.status:wip'))).toEqual([])
  })

  test('a name longer than a pair has room for is found by its hash', async () => {
    const at = await place()
    const client = await connect(at.settings)
    const name = `hero-${'x'.repeat(180)}`
    await push(client, `films/${name}:v1`)
    expect(await collect(client.search(`name:${name}`))).toHaveLength(1)
  })

  test('what is no tag record gets no pairs', () => {
    expect(tagProperties('root', 'assets/films/hero/_0123/a.json', Buffer.from('{}'))).toEqual({})
    expect(tagProperties('root', 'metadata/manifest/films/hero/_tag/v1.json', Buffer.from('no json'))).toEqual({})
  })

  test('terms that Drive can not decide are left to the host', () => {
    const word = { kind: 'word', pattern: "it's" } as const
    const query = { text: "it's", terms: [word] }
    expect(tagQuery(['id'], query)).not.toContain("it's")
    expect(matchesSearch(query, { collection: 'c', name: "it's", tag: 't' })).toBe(true)
  })
})
