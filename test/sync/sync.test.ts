import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesSource, FairleadError } from '@fairlead/core'
import { failure, ground, objectsBelow, synced } from './ground.ts'

const places = ['box', 'full', 'fussy', 'bucket'] as const

describe.each(places)('to and from the store "%s"', store => {
  it('brings a folder there and back, and finds nothing to do the second time', async () => {
    await using here = await ground()
    const source = here.write('source', {
      'a.txt': ['one', 1_600_000_000],
      'b/c.txt': ['two', 1_600_000_001],
      'b/d/e': '',
      'b.x': 'between',
    })
    const first = await synced(here.fairlead, source, `${store}:/in/there`)
    expect(first).toMatchObject({ failed: 0, totals: { added: 4, addedBytes: 13, unchanged: 0 } })
    expect(await objectsBelow(here.fairlead, store, 'in/there')).toEqual(here.read('source'))
    expect(await synced(here.fairlead, source, `${store}:/in/there`)).toMatchObject({
      files: [],
      totals: { unchanged: 4 },
      checks: { asked: 0, hashed: 0 },
    })

    const back = here.path('back')
    expect(await synced(here.fairlead, `${store}:/in/there`, back)).toMatchObject({ failed: 0, totals: { added: 4 } })
    expect(here.read('back')).toEqual(here.read('source'))
    expect(statSync(here.path('back', 'a.txt')).mtimeMs).toBe(1_600_000_000_000)
    expect(await synced(here.fairlead, `${store}:/in/there`, back)).toMatchObject({ files: [], totals: { unchanged: 4 } })
  })

  it('copies what has another size, and what was changed without changing its size', async () => {
    await using here = await ground()
    const source = here.write('source', { same: 'same', size: 'short', time: 'aaaa' })
    await synced(here.fairlead, source, `${store}:/x`)
    here.write('source', { size: 'much longer', time: ['bbbb', 1_900_000_000] })
    const again = await synced(here.fairlead, source, `${store}:/x`)
    expect(again.files.map(({ path, reason, outcome }) => [path, reason, outcome]).toSorted()).toEqual([
      ['size', 'size', 'done'],
      ['time', expect.stringMatching(/modified|checksum/), 'done'],
    ])
    expect(await objectsBelow(here.fairlead, store, 'x')).toEqual(here.read('source'))
  })

  it('removes what SOURCE does not have when it is asked to, and not before', async () => {
    await using here = await ground()
    const source = here.write('source', { kept: 'kept' })
    await synced(here.fairlead, here.write('before', { kept: 'kept', old: 'old', 'deep/old': 'old' }), `${store}:/x`)
    await synced(here.fairlead, source, `${store}:/x`)
    expect(Object.keys(await objectsBelow(here.fairlead, store, 'x'))).toEqual(['deep/old', 'kept', 'old'])
    const result = await synced(here.fairlead, source, `${store}:/x`, { delete: true })
    expect(result).toMatchObject({ failed: 0, totals: { deleted: 2, unchanged: 1, destination: 3 } })
    expect(Object.keys(await objectsBelow(here.fairlead, store, 'x'))).toEqual(['kept'])
  })

  it('copies within the service, or through this machine, and finds nothing to do the second time', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('source', { a: 'one', 'b/c': 'two' }), `${store}:/from`)
    expect(await synced(here.fairlead, `${store}:/from`, `${store}:/to`)).toMatchObject({ failed: 0, totals: { added: 2 } })
    expect(await objectsBelow(here.fairlead, store, 'to')).toEqual(here.read('source'))
    expect(await synced(here.fairlead, `${store}:/from`, `${store}:/to`)).toMatchObject({ files: [], totals: { unchanged: 2 } })
    expect(await synced(here.fairlead, `${store}:/from`, 'box:/mirror')).toMatchObject({ failed: 0, totals: { added: 2 } })
    expect(await synced(here.fairlead, `${store}:/from`, 'box:/mirror')).toMatchObject({ files: [], totals: { unchanged: 2 } })
  })
})

describe('between two folders', () => {
  it('copies with modification times and finds nothing to do the second time', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['one', 1_500_000_000], 'b/c': 'two' })
    await synced(here.fairlead, source, here.path('dest'))
    expect(here.read('dest')).toEqual(here.read('source'))
    expect(statSync(here.path('dest', 'a')).mtimeMs).toBe(1_500_000_000_000)
    expect(await synced(here.fairlead, source, here.path('dest'))).toMatchObject({ files: [], totals: { unchanged: 2 } })
  })

  it('puts a file where a folder was, and a folder where a file was', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'file', 'b/x': 'in a folder', 'b-': 'beside' })
    here.write('dest', { 'a/x': 'in a folder', 'a/y/z': 'deeper', b: 'file' })
    mkdirSync(here.path('dest/a/empty/still'), { recursive: true })
    const result = await synced(here.fairlead, source, here.path('dest'), { delete: true })
    expect(result).toMatchObject({ failed: 0, totals: { added: 3, deleted: 3 } })
    expect(here.read('dest')).toEqual(here.read('source'))
  })

  it('tells of a file in the way of a folder, and does the rest', async () => {
    await using here = await ground()
    const source = here.write('source', { 'b/x': 'in a folder', c: 'c' })
    here.write('dest', { b: 'file' })
    const result = await synced(here.fairlead, source, here.path('dest'))
    expect(result).toMatchObject({ failed: 1, totals: { added: 1 }, failures: [{ path: 'b/x', action: 'copy' }] })
    expect(here.read('dest')).toEqual({ b: 'file', c: 'c' })
  })

  it('leaves links alone, tells of them, and deletes nothing that stands at their place', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a' })
    symlinkSync('a', here.path('source/link'))
    symlinkSync('/etc', here.path('source/etc'))
    here.write('dest', { link: 'was a file', 'etc/passwd': 'mine', gone: 'gone' })
    const result = await synced(here.fairlead, source, here.path('dest'), { delete: true })
    expect(result).toMatchObject({ failed: 0, skipped: 2, totals: { deleted: 1 } })
    expect(here.read('dest')).toEqual({ a: 'a', link: 'was a file', 'etc/passwd': 'mine' })
  })

  it('removes no empty folder behind a link, though what is copied wants its place', async () => {
    await using here = await ground()
    mkdirSync(here.path('outside', 'empty'), { recursive: true })
    here.write('dest', { a: 'a' })
    symlinkSync(here.path('outside'), here.path('dest', 'link'))
    const source = here.write('source', { a: 'a', 'link/empty': 'x' })
    expect(await synced(here.fairlead, source, here.path('dest'), { delete: true })).toMatchObject({ failed: 1 })
    here.write('dest', { gone: 'x' })
    expect(await synced(here.fairlead, source, here.path('dest'), { delete: true })).toMatchObject({ failed: 1 })
    expect(statSync(here.path('outside', 'empty')).isDirectory()).toBe(true)
  })

  it('fails at a path that is too long for the disk alone, and copies the rest', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('bucket')
    const long = Array.from({ length: 4 }, () => 'n'.repeat(200)).join('/')
    for (const path of ['x/a', `x/${long}`, 'x/z']) await client.write(path, bytesSource('text'))
    const dest = ['dest', ...Array.from({ length: 14 }, () => 'd'.repeat(240))].join('/')
    here.write(dest, { gone: 'x' })
    expect(await synced(here.fairlead, 'bucket:/x', here.path(dest), { delete: true })).toMatchObject({ failed: 1, totals: { added: 2 } })
    expect(here.read(dest)).toEqual({ a: 'text', z: 'text', gone: 'x' })
  })

  it('deletes nothing when something of SOURCE can not be seen, as a name that is no text', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a' })
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe])]), 'whatever')
    here.write('dest', { old: 'old' })
    const result = await synced(here.fairlead, source, here.path('dest'), { delete: true })
    expect(result.keptBecause).toMatch(/not all of SOURCE could be seen/)
    expect(here.read('dest')).toEqual({ a: 'a', old: 'old' })
  })
})

describe('what makes everything fail', () => {
  it('ends the sync at once, and the next one goes on', async () => {
    await using here = await ground()
    const source = here.write('source', Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, `text ${index}`])))
    here.before = operation => {
      if (operation === 'write' && here.asked.writes > 10) throw new FairleadError('quota-exceeded', 'the bucket is full')
    }
    expect((await failure(here.fairlead.sync(source, 'bucket:/x', { concurrency: 1 }))).code).toBe('quota-exceeded')
    expect(here.asked.writes).toBeLessThan(15)
    here.before = () => undefined
    const again = await synced(here.fairlead, source, 'bucket:/x')
    expect(again).toMatchObject({ failed: 0, totals: { added: 30, unchanged: 10 }, checks: { asked: 0 } })
  })
})

describe('other writers', () => {
  it('are not overwritten: an object that appeared or changed since the listing is a conflict', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('before', { changed: 'before' }), 'bucket:/x')
    const source = here.write('source', { changed: 'my version', new: 'mine' })
    await using client = await here.fairlead.connect('bucket')
    here.before = async (operation, path) => {
      if (operation !== 'write') return
      here.before = () => undefined
      for (const other of ['x/changed', 'x/new']) await client.write(other, bytesSource('theirs'))
      void path
    }
    const result = await synced(here.fairlead, source, 'bucket:/x', { concurrency: 1 })
    expect(result).toMatchObject({ failed: 2, conflicts: 2 })
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual({ changed: 'theirs', new: 'theirs' })
  })
})

describe('renames', () => {
  it('are moved within the store when that is asked for', async () => {
    await using here = await ground()
    const source = here.write('source', { 'a/one': 'content of one', two: 'content of two' })
    await synced(here.fairlead, source, 'full:/x')
    rmSync(here.path('source/a'), { recursive: true })
    here.write('source', { 'b/uno': 'content of one' })
    const result = await synced(here.fairlead, source, 'full:/x', { delete: true, trackRenames: true })
    expect(result.files).toMatchObject([{ action: 'move', path: 'b/uno', previous: 'a/one', outcome: 'done' }])
    expect(await objectsBelow(here.fairlead, 'full', 'x')).toEqual(here.read('source'))
    expect(await synced(here.fairlead, source, 'full:/x', { delete: true })).toMatchObject({ files: [], totals: { unchanged: 2 } })
  })
})

describe('a dry run', () => {
  it('tells the same and does nothing', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a', b: 'b' })
    here.write('dest', { b: 'old b', c: 'c' })
    const result = await synced(here.fairlead, source, here.path('dest'), { delete: true, dryRun: true })
    expect(result.files.map(({ action, path, outcome }) => [action, path, outcome])).toEqual([
      ['copy', 'a', 'planned'],
      ['copy', 'b', 'planned'],
      ['delete', 'c', 'planned'],
    ])
    expect(here.read('dest')).toEqual({ b: 'old b', c: 'c' })
    writeFileSync(here.path('dest/d'), '')
  })
})
