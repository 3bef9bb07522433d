import { bytesSource } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { s3Server, s3Unavailable, type S3Server } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failureOf, open, temporaryHome } from './support.ts'

const home = temporaryHome()
let server: S3Server
let client: Client

describe.skipIf(s3Unavailable() !== undefined)('in a bucket that keeps versions', () => {
  beforeAll(async () => {
    server = await s3Server({ versions: true })
    client = await open({ ...server.settings, prefix: 'root' }, { home: home.path })
  })
  afterAll(async () => {
    await client[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    home[Symbol.dispose]()
  })
  const textOf = async (path: string, version?: string): Promise<string> =>
    Buffer.from((await client.readBytes(path, version === undefined ? {} : { version })).bytes).toString()

  test('each write is a version that can be read, small and in parts', async () => {
    const first = await client.write('note', bytesSource('first'))
    const second = await client.write('note', bytesSource('second'))
    expect(first.version).toBeTruthy()
    expect(second.version).not.toBe(first.version)
    expect([await textOf('note', first.version), await textOf('note', second.version), await textOf('note')]).toEqual([
      'first',
      'second',
      'second',
    ])
    const big = await client.write('big', bytesSource(new Uint8Array(20 * 1024 * 1024)))
    expect(big.version).toBeTruthy()
  })

  test('a listing shows every version, the newest first, and which one is read without a version', async () => {
    for (const text of ['1', '22', '333']) await client.write('many/one', bytesSource(text))
    await client.write('many/two', bytesSource('x'))
    const entries = await Array.fromAsync(client.list('many', { versions: true, recursive: true }))
    expect(entries.map(({ path, size, latest }) => [path, size, latest])).toEqual([
      ['many/one', 3, true],
      ['many/one', 2, false],
      ['many/one', 1, false],
      ['many/two', 1, true],
    ])
    expect(new Set(entries.map(({ version }) => version)).size).toBe(4)
    expect(
      (await Array.fromAsync(client.list('', { versions: true }))).filter(({ kind }) => kind === 'prefix').map(({ path }) => path),
    ).toEqual(['many'])
  })

  test('a deleted object is gone, and its versions can still be read', async () => {
    const { version } = await client.write('gone', bytesSource('kept'))
    await client.delete('gone')
    expect(await failureOf(client.readBytes('gone'))).toMatchObject({ code: 'not-found' })
    expect(await textOf('gone', version)).toBe('kept')
    const entries = (await Array.fromAsync(client.list('', { versions: true }))).filter(({ path }) => path === 'gone')
    expect(entries.map(({ version: one, latest }) => [one, latest])).toEqual([[version, false]])
  })

  test('a version that is not there is named as such', async () => {
    await client.write('named', bytesSource('x'))
    expect(await failureOf(client.readBytes('named', { version: '01JXXXXXXXXXXXXXXXXXXXXXXX' }))).toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('--versions'),
    })
  })
})
