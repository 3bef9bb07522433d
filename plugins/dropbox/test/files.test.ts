import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { callsOf, collect, startPlace, temporaryFolder, text } from './support.ts'

describe('names', () => {
  test('are found in any case, and listed as they were written', async () => {
    const client = await (await startPlace()).connect()
    await client.write('Shows/Hero.txt', bytesSource('hero'))
    expect(text((await client.readBytes('shows/HERO.TXT')).bytes)).toBe('hero')
    expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['Shows/Hero.txt'])
    expect((await collect(client.list('sHOWS'))).map(({ path }) => path)).toEqual(['sHOWS/Hero.txt'])
  })

  test('that clash in case alone are one asset to Dropbox, so the second is refused', async () => {
    const client = await (await startPlace()).connect()
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.txt'), 'one')
    await client.push(join(folder, 'a.txt'), 'shows/hero:v1')
    writeFileSync(join(folder, 'a.txt'), 'other')
    await expectError(client.push(join(folder, 'a.txt'), 'Shows/Hero:v1'), 'path-invalid')
    await client.pull('shows/hero:v1', join(folder, 'out'))
    expect((await collect(client.search(''))).map(({ collection, name }) => `${collection}/${name}`)).toEqual(['shows/hero'])
  })

  test('that Dropbox ignores or can not keep are quoted', async () => {
    const { server, connect } = await startPlace()
    const client = await connect()
    for (const name of ['desktop.ini', '.DS_Store', 'a\\b', 'end ', 'Icon\r']) {
      await client.write(`odd/${name}`, bytesSource(name))
      expect(text((await client.readBytes(`odd/${name}`)).bytes)).toBe(name)
    }
    expect((await collect(client.list('odd'))).map(({ path }) => path).toSorted()).toEqual(
      ['odd/.DS_Store', 'odd/Icon\r', 'odd/a\\b', 'odd/desktop.ini', 'odd/end '].toSorted(),
    )
    expect(text(server.read('/odd/end%20') ?? new Uint8Array())).toBe('end ')
  })
})

describe('what is in the way', () => {
  test('is named: a folder of that name, a file where a folder must be', async () => {
    const client = await (await startPlace()).connect()
    await client.write('a/b', bytesSource('x'))
    const folder = await expectError(client.write('a', bytesSource('x')), 'already-exists')
    expect(folder.message).toContain('a folder with this name is in the way')
    const file = await expectError(client.write('a/b/c', bytesSource('x')), 'already-exists')
    expect(file.message).toContain('a file is where a parent folder should be')
  })
})

describe('removing', () => {
  test('one file never takes a folder with it', async () => {
    const client = await (await startPlace()).connect()
    await client.write('folder/kept', bytesSource('kept'))
    await client.delete('folder')
    await client.delete(['folder', 'nothing'])
    expect(text((await client.readBytes('folder/kept')).bytes)).toBe('kept')
  })

  test('many files is one job, which is waited for', async () => {
    const place = await startPlace()
    const client = await place.connect()
    const paths = Array.from({ length: 12 }, (_, index) => `many/n${index}`)
    for (const path of [...paths, 'many/kept']) place.server.seed(`/${path}`, Buffer.from('x'))
    await client.delete(paths)
    expect((await collect(client.list('many'))).map(({ path }) => path)).toEqual(['many/kept'])
    expect(callsOf(place, 'files/delete_batch')).toBe(1)
    expect(callsOf(place, 'files/delete_batch/check')).toBeGreaterThan(1)
  })
})

describe('copying', () => {
  test('replaces what is there, and keeps times and metadata', async () => {
    const client = await (await startPlace()).connect()
    const modified = new Date('2001-02-03T04:05:06Z')
    await client.write('from', bytesSource('new'), { modified, metadata: { note: 'größer' } })
    await client.write('to', bytesSource('old'))
    await client.copy('from', 'to')
    const entry = await client.stat('to')
    expect([entry.modified, entry.metadata, text((await client.readBytes('to')).bytes)]).toEqual([modified, { note: 'größer' }, 'new'])
  })
})

describe('versions', () => {
  test('are all listed and read by their revision, and one of another file is not found', async () => {
    const client = await (await startPlace()).connect()
    for (const body of ['one', 'two', 'three']) await client.write('file', bytesSource(body))
    const other = await client.write('other', bytesSource('other'))
    const versions = await collect(client.list('', { recursive: true, versions: true }))
    const bodies = await Promise.all(
      versions
        .filter(({ path }) => path === 'file')
        .map(async ({ version = '' }) => text((await client.readBytes('file', { version })).bytes)),
    )
    expect(bodies).toEqual(['three', 'two', 'one'])
    expect(versions.filter(({ latest }) => latest === true)).toHaveLength(2)
    await expectError(client.readBytes('file', { version: other.version ?? '' }), 'not-found')
  })
})

describe('a root', () => {
  test('confines everything to its folder', async () => {
    const { server, connect } = await startPlace()
    const client = await connect({ prefix: 'Team/Assets' })
    await client.write('a/one', bytesSource('one'))
    server.seed('/elsewhere/two', Buffer.from('two'))
    expect(text(server.read('/Team/Assets/a/one') ?? new Uint8Array())).toBe('one')
    expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['a/one'])
  })
})

describe('bytes', () => {
  test('that were damaged on their way are refused by Dropbox, and sent again', async () => {
    const { proxy, connect } = await startPlace()
    const client = await connect()
    const body = JSON.stringify({ error_summary: 'content_hash_mismatch/..', error: { '.tag': 'content_hash_mismatch' } })
    proxy.inject({ kind: 'status', status: 409, match: { path: /files\/upload$/ }, answer: { body } })
    const entry = await client.write('file', bytesSource('hello'))
    expect(entry.checksums).toEqual([expect.objectContaining({ algorithm: 'dropbox', scope: 'object' })])
  })
})
