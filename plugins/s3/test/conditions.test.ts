import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { s3Unavailable, type Harness } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canaryHeaders } from '../src/service/constant-headers.ts'
import { emulator, versity } from './setups.ts'
import { errorAnswer, failureOf, open, temporaryHome } from './support.ts'

const absent = { condition: { if: 'absent' } } as const

describe('an endpoint that ignores conditions on writes', () => {
  let place: Harness
  beforeAll(async () => {
    place = await emulator.start()
  })
  afterAll(async () => {
    await place[Symbol.asyncDispose]()
  })
  const conditionsOf = (client: Awaited<ReturnType<typeof open>>) =>
    client.capabilities.write !== false && client.capabilities.write.conditions

  test('is found by the first write that relies on one, before it is sent, and leaves nothing behind', async () => {
    using home = temporaryHome()
    await using client = await open(place.settings, { home: home.path })
    await client.write('found/one', bytesSource('before'))
    expect(conditionsOf(client)).toEqual(['absent', 'match'])
    const error = await failureOf(client.write('found/one', bytesSource('after'), absent))
    expect(error).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('ignores conditions'),
      hint: expect.stringContaining('again'),
    })
    expect(Buffer.from((await client.readBytes('found/one')).bytes).toString()).toBe('before')
    expect((await Array.fromAsync(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['found/one'])
    expect(conditionsOf(client)).toEqual([])
  })

  test('is looked for once: the next process knows', async () => {
    using home = temporaryHome()
    {
      await using first = await open(place.settings, { home: home.path })
      await failureOf(first.write('once', bytesSource('x'), absent))
    }
    await using second = await open(place.settings, { home: home.path })
    expect(conditionsOf(second)).toEqual([])
    const before = place.faults?.requests.length
    expect(await failureOf(second.write('once', bytesSource('x'), absent))).toMatchObject({ code: 'unsupported' })
    expect(place.faults?.requests.length).toBe(before)
  })

  test('takes assets all the same, from the first push on', async () => {
    using home = temporaryHome()
    await using client = await open(place.settings, { home: home.path })
    mkdirSync(join(home.path, 'asset'))
    writeFileSync(join(home.path, 'asset', 'file.txt'), 'text')
    expect(await client.push(join(home.path, 'asset'), 'shots/hero:v1')).toMatchObject({ outcome: 'created' })
    expect(await failureOf(client.push(join(home.path, 'asset'), 'shots/hero:v1', { labels: { other: 'yes' } }))).toBeDefined()
    expect(await client.verify('shots/hero:v1')).toMatchObject({ ok: true })
  })

  test('is not looked for where the settings say that there are none', async () => {
    using home = temporaryHome()
    await using client = await open({ ...place.settings, conditions: 'none' }, { home: home.path })
    const before = place.faults?.requests.length
    expect(await failureOf(client.write('none', bytesSource('x'), absent))).toMatchObject({ code: 'unsupported' })
    expect(place.faults?.requests.length).toBe(before)
  })
})

describe.skipIf(s3Unavailable() !== undefined)('an endpoint that honours them', () => {
  test('is asked once, keeps its conditions, and nothing of the question', async () => {
    using home = temporaryHome()
    await using place = await versity.start()
    await using client = await open(place.settings, { home: home.path })
    await client.write('one', bytesSource('one'), absent)
    const before = place.faults?.requests.length ?? 0
    expect(await failureOf(client.write('one', bytesSource('two'), absent))).toMatchObject({ code: 'precondition-failed' })
    expect((place.faults?.requests.length ?? 0) - before).toBe(1)
    expect((await Array.fromAsync(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['one'])
    expect(await client.clean({ graceSeconds: 0 })).toMatchObject({ uploads: 0 })
  })

  test('is told nothing of an object that could not be written, and asked again next time', async () => {
    using home = temporaryHome()
    await using place = await versity.start()
    const warnings: string[] = []
    await using client = await open({ ...place.settings, prefix: 'below/here' }, { home: home.path, warnings })
    place.faults?.inject({ kind: 'status', status: 400, answer: errorAnswer('InvalidStorageClass'), match: { method: /PUT/ } })
    expect(await failureOf(client.write('one', bytesSource('one'), absent))).toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining('storage-class'),
      path: 'one',
    })
    expect(warnings).toEqual([])
    expect(place.faults?.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(await client.write('one', bytesSource('one'), absent)).toMatchObject({ size: 3 })
  })
})

describe('what the endpoint is asked with', () => {
  test('is never archived, nor shown to others, and has what a bucket may insist on', () => {
    const headers = { 'x-amz-storage-class': 'GLACIER', 'x-amz-server-side-encryption': 'AES256', 'x-amz-tagging': 'a=b' }
    expect(canaryHeaders({ ...headers, 'x-amz-acl': 'public-read' })).toEqual({
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-tagging': 'a=b',
    })
    expect(canaryHeaders({ 'x-amz-acl': 'bucket-owner-full-control' })).toEqual({ 'x-amz-acl': 'bucket-owner-full-control' })
  })
})
