import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesSource } from '@fairlead/core'
import { failure, ground, objectsBelow, synced } from './ground.ts'

/** Of a file that changed just now nothing is remembered: its times could not tell the next change. */
const settled = () => new Promise(resolve => setTimeout(resolve, 30))

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

describe('what is compared', () => {
  it('asks a bucket nothing but its listing once it has written to it', async () => {
    await using here = await ground()
    const source = here.write('source', Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, `text ${index}`])))
    await synced(here.fairlead, source, 'bucket:/x')
    Object.assign(here.asked, { lists: 0, stats: 0 })
    await synced(here.fairlead, source, 'bucket:/x')
    expect(here.asked).toMatchObject({ lists: 1, stats: 0, writes: 50 })
  })

  it('asks for each object of equal size on another machine, and never again there', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['aaa', 1_600_000_000], b: ['bbb', 1_600_000_000] })
    await synced(here.fairlead, source, 'bucket:/x')
    const other = here.other()
    expect(await synced(other, source, 'bucket:/x')).toMatchObject({ files: [], checks: { asked: 2 }, totals: { unchanged: 2 } })
    expect(await synced(other, source, 'bucket:/x')).toMatchObject({ files: [], checks: { asked: 0 }, totals: { unchanged: 2 } })
  })

  it('takes a file that was only touched for the same, by its checksum, and reads it once', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['aaa', 1_600_000_000] })
    await synced(here.fairlead, source, 'full:/x')
    utimesSync(here.path('source/a'), 1_700_000_000, 1_700_000_000)
    await settled()
    expect(await synced(here.fairlead, source, 'full:/x')).toMatchObject({ files: [], checks: { hashed: 1 }, totals: { unchanged: 1 } })
    expect(await synced(here.fairlead, source, 'full:/x')).toMatchObject({ files: [], checks: { hashed: 0 }, totals: { unchanged: 1 } })
  })

  it('finds with --checksum a change that keeps size and time', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['aaa', 1_600_000_000], b: ['bbb', 1_600_000_000] })
    await synced(here.fairlead, source, 'full:/x')
    here.write('source', { a: ['xxx', 1_600_000_000] })
    await settled()
    expect(await synced(here.fairlead, source, 'full:/x')).toMatchObject({ files: [] })
    const result = await synced(here.fairlead, source, 'full:/x', { compare: 'checksum' })
    expect(result.files).toMatchObject([{ path: 'a', reason: 'checksum', outcome: 'done' }])
    expect(await synced(here.fairlead, source, 'full:/x', { compare: 'checksum' })).toMatchObject({
      files: [],
      checks: { hashed: expect.any(Number) },
    })
    expect(await synced(here.fairlead, source, 'full:/x', { compare: 'checksum' })).toMatchObject({ files: [], checks: { hashed: 0 } })
  })

  it('copies with --checksum what has none that both sides know, and remembers what it wrote', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['aaa', 1_600_000_000] })
    await settled()
    await synced(here.fairlead, source, 'box:/x')
    const checked = await synced(here.other(), source, 'box:/x', { compare: 'checksum' })
    expect(checked).toMatchObject({ totals: { changed: 1 }, checks: { unchecked: 1 } })
    await synced(here.fairlead, source, 'box:/x', { compare: 'checksum' })
    expect(await synced(here.fairlead, source, 'box:/x', { compare: 'checksum' })).toMatchObject({ files: [], checks: { hashed: 0 } })
    for (const round of ['copied', 'kept'])
      expect((await synced(here.fairlead, 'box:/x', 'bucket:/y', { compare: 'checksum' })).files.length, round).toBe(
        round === 'copied' ? 1 : 0,
      )
  })

  it('hashes both sides with --checksum between two folders', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['aaa', 1_600_000_000] })
    here.write('dest', { a: ['xxx', 1_600_000_000] })
    expect(await synced(here.fairlead, source, here.path('dest'))).toMatchObject({ files: [] })
    expect(await synced(here.fairlead, source, here.path('dest'), { compare: 'checksum' })).toMatchObject({ totals: { changed: 1 } })
  })

  it('looks at sizes alone with --size-only', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['aaa', 1_600_000_000] })
    here.write('dest', { a: ['xxx', 1_700_000_000] })
    expect(await synced(here.fairlead, source, here.path('dest'), { compare: 'size' })).toMatchObject({
      files: [],
      totals: { unchanged: 1 },
    })
  })

  it('takes two names for one where the store can not tell case, and tells of a third that would be the same', async () => {
    await using here = await ground()
    const source = here.write('source', { 'Name.txt': 'new', other: 'x' })
    await synced(here.fairlead, here.write('before', { 'name.txt': 'old!' }), 'fussy:/x')
    const result = await synced(here.fairlead, source, 'fussy:/x', { delete: true })
    expect(result.failures).toEqual([])
    expect(result).toMatchObject({ failed: 0, totals: { changed: 1, added: 1, deleted: 0 } })
    expect(Object.values(await objectsBelow(here.fairlead, 'fussy', 'x')).toSorted()).toEqual(['new', 'x'])
    here.write('source', { 'NAME.txt': 'twice' })
    const twice = await synced(here.fairlead, source, 'fussy:/x', { delete: true })
    expect(twice.failures).toMatchObject([{ code: 'path-invalid' }])
  })
})

describe('deleting', () => {
  it('is refused above half of DEST, and says how to go on', async () => {
    await using here = await ground()
    const names = Array.from({ length: 30 }, (_, index) => `f${index}`)
    await synced(here.fairlead, here.write('before', Object.fromEntries(names.map(name => [name, name]))), 'box:/x')
    const source = here.write('source', { f0: 'f0', new: 'new' })
    const error = await failure(here.fairlead.sync(source, 'box:/x', { delete: true }))
    expect(error.code).toBe('precondition-failed')
    expect(error.message).toContain('29 of the 30 objects')
    expect(error.hint).toContain('--max-delete 29')
    expect(Object.keys(await objectsBelow(here.fairlead, 'box', 'x'))).not.toContain('new')
    expect(await synced(here.fairlead, source, 'box:/x', { delete: true, maxDelete: { objects: 29 } })).toMatchObject({
      totals: { deleted: 29 },
    })
  })

  it('obeys a share of DEST', async () => {
    await using here = await ground()
    here.write('dest', { a: '', b: '', c: '', d: '' })
    const source = here.write('source', { a: '' })
    expect((await failure(here.fairlead.sync(source, here.path('dest'), { delete: true, maxDelete: { percent: 74 } }))).message).toContain(
      'at most 2',
    )
    expect(await synced(here.fairlead, source, here.path('dest'), { delete: true, maxDelete: { percent: 75 } })).toMatchObject({
      totals: { deleted: 3 },
    })
  })

  it('is refused for an empty SOURCE, unless that is said', async () => {
    await using here = await ground()
    mkdirSync(here.path('source'))
    here.write('dest', { a: 'a' })
    const error = await failure(here.fairlead.sync(here.path('source'), here.path('dest'), { delete: true }))
    expect(error.hint).toContain('--allow-empty-source')
    expect(await synced(here.fairlead, here.path('source'), here.path('dest'), { delete: true, allowEmptySource: true })).toMatchObject({
      totals: { deleted: 1 },
    })
    expect(here.read('dest')).toEqual({})
  })

  it('does nothing where SOURCE is not there', async () => {
    await using here = await ground()
    here.write('dest', { a: 'a' })
    expect((await failure(here.fairlead.sync(here.path('nowhere'), here.path('dest'), { delete: true }))).code).toBe('not-found')
    expect(here.read('dest')).toEqual({ a: 'a' })
  })

  it('waits until everything is copied: one failure, and nothing goes', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('before', { a: 'a', old: 'old' }), 'bucket:/x')
    const source = here.write('source', { a: 'a', bad: 'bad', good: 'good' })
    const { FairleadError } = await import('@fairlead/core')
    here.before = (operation, path) => {
      if (operation === 'write' && path === 'x/bad') throw new FairleadError('permission-denied', 'not you')
    }
    const result = await synced(here.fairlead, source, 'bucket:/x', { delete: true })
    expect(result).toMatchObject({ failed: 1, totals: { added: 1, deleted: 0 }, keptBecause: '1 object was not copied' })
    expect(Object.keys(await objectsBelow(here.fairlead, 'bucket', 'x'))).toEqual(['a', 'good', 'old'])
  })

  it('leaves what the filter leaves out, or takes it too when that is said', async () => {
    await using here = await ground()
    const source = here.write('source', { 'a.txt': 'a' })
    here.write('dest', { 'b.txt': 'b', 'c.log': 'c', 'logs/d': 'd' })
    const filter = {
      rules: [
        { take: false, pattern: '*.log' },
        { take: false, pattern: 'logs/' },
      ],
    }
    await synced(here.fairlead, source, here.path('dest'), { delete: true, filter })
    expect(Object.keys(here.read('dest'))).toEqual(['a.txt', 'c.log', 'logs/d'])
    await synced(here.fairlead, source, here.path('dest'), { delete: true, filter, deleteExcluded: true })
    expect(Object.keys(here.read('dest'))).toEqual(['a.txt'])
  })

  it('leaves what SOURCE has in a size that the filter leaves out', async () => {
    await using here = await ground()
    const source = here.write('source', { big: 'much too big', small: 's' })
    here.write('dest', { big: 'big', old: 'o' })
    await synced(here.fairlead, source, here.path('dest'), { delete: true, filter: { maxBytes: 5 } })
    expect(here.read('dest')).toEqual({ big: 'big', small: 's' })
  })

  it('leaves an object that somebody replaced meanwhile', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('before', { a: 'a', old: 'old' }), 'bucket:/x')
    const source = here.write('source', { a: 'a', new: 'new' })
    await using client = await here.fairlead.connect('bucket')
    here.before = async (operation, path) => {
      if (operation !== 'write' || path !== 'x/new') return
      here.before = () => undefined
      const { bytesSource } = await import('@fairlead/core')
      await client.write('x/old', bytesSource('somebody else wrote this'))
    }
    const result = await synced(here.fairlead, source, 'bucket:/x', { delete: true })
    expect(result).toMatchObject({ conflicts: 1, totals: { added: 1, deleted: 0 } })
    expect(await objectsBelow(here.fairlead, 'bucket', 'x')).toEqual({ a: 'a', new: 'new', old: 'somebody else wrote this' })
  })
})

describe('what makes everything fail', () => {
  it('ends the sync at once, and the next one goes on', async () => {
    await using here = await ground()
    const source = here.write('source', Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, `text ${index}`])))
    const { FairleadError } = await import('@fairlead/core')
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
    const { bytesSource } = await import('@fairlead/core')
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

describe('places', () => {
  it('may not lie in each other', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a' })
    expect((await failure(here.fairlead.sync(source, `${source}/below`))).code).toBe('input-invalid')
    expect((await failure(here.fairlead.sync('bucket:/a', 'bucket:/a/b'))).code).toBe('input-invalid')
    expect((await failure(here.fairlead.sync('fussy:/a', 'fussy:/A/b'))).code).toBe('input-invalid')
    symlinkSync(source, here.path('alias'))
    expect((await failure(here.fairlead.sync(source, here.path('alias')))).code).toBe('input-invalid')
  })

  it('are folders: a file is refused as what it is, on either side', async () => {
    await using here = await ground()
    const folder = here.write('source', { a: 'a' })
    const file = here.path('source', 'a')
    for (const [from, to] of [
      [file, 'bucket:/x'],
      [folder, here.path('b')],
    ] as const) {
      here.write('.', { b: 'b' })
      expect(await failure(here.fairlead.sync(from, to))).toMatchObject({
        code: 'input-invalid',
        message: expect.stringContaining('a file and no folder'),
      })
    }
  })

  it('may not be where Fairlead keeps its own files, and those are left out where they lie in one', async () => {
    await using here = await ground()
    const source = here.write('source', { a: 'a' })
    await synced(here.fairlead, source, 'bucket:/x')
    expect((await failure(here.fairlead.sync(here.path('home', 'state'), here.path('dest')))).code).toBe('input-invalid')
    here.write('home', { 'mine.txt': 'mine' })
    await synced(here.fairlead, here.path('home'), here.path('dest'))
    expect(Object.keys(here.read('dest')).filter(path => /^(?:state|config)/.test(path))).toEqual([])
    expect(here.read('dest')['mine.txt']).toBe('mine')
  })

  it('may hold files that are older than 1970, of which a file system keeps less than a millisecond', async () => {
    await using here = await ground()
    const source = here.write('source', { a: ['new', -1.0005] })
    here.write('dest', { a: ['older', -2.0005] })
    expect(await synced(here.fairlead, source, here.path('dest'))).toMatchObject({ failed: 0, totals: { changed: 1 } })
    expect(here.read('dest')).toEqual({ a: 'new' })
  })

  it('are of many files: one object is refused with the command for it', async () => {
    await using here = await ground()
    await synced(here.fairlead, here.write('source', { a: 'a' }), 'bucket:/x')
    const error = await failure(here.fairlead.sync('bucket:/x/a', here.path('dest')))
    expect(error.hint).toContain('fairlead copy bucket:/x/a')
  })
})

describe('a store that holds assets', () => {
  it('keeps them, whatever a sync of its root deletes or writes', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('box')
    const { uri } = await client.push(here.write('asset', { a: 'a' }), 'cats/cat:v001')
    const source = here.write('source', { 'mine.txt': 'mine', 'assets/evil': 'evil' })
    const result = await synced(here.fairlead, source, 'box:/', { delete: true })
    expect(result.protected).toBeGreaterThan(0)
    expect(result).toMatchObject({ failed: 0, totals: { added: 1, deleted: 0 } })
    expect((await client.verify(uri)).ok).toBe(true)
    expect((await failure(here.fairlead.sync(source, 'box:/assets', {}))).code).toBe('input-invalid')
    await synced(here.fairlead, source, here.path('box'), { delete: true })
    expect((await client.verify(uri)).ok).toBe(true)
  })

  it('keeps them also under names that it takes for theirs', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('fussy')
    const { uri } = await client.push(here.write('asset', { a: 'a' }), 'cats/cat:v001')
    const marker = Buffer.from((await client.readBytes('fairlead.json')).bytes).toString()
    const source = here.write('source', { 'mine.txt': 'mine', 'Fairlead.JSON': '{}', 'ASSETS/evil': 'evil' })
    expect(await synced(here.fairlead, source, 'fussy:/', { delete: true })).toMatchObject({ failed: 0, totals: { added: 1, deleted: 0 } })
    expect((await objectsBelow(here.fairlead, 'fussy'))['fairlead.json']).toBe(marker)
    expect((await client.verify(uri)).ok).toBe(true)
    expect((await failure(here.fairlead.sync(source, 'fussy:/Assets'))).code).toBe('input-invalid')
  })

  it('keeps them too where a sync goes right into its folders', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('box')
    const { uri } = await client.push(here.write('asset', { a: 'a' }), 'cats/cat:v001')
    const source = here.write('source', { b: 'b' })
    for (const folder of ['assets', 'content', 'metadata/deeper'])
      expect(await failure(here.fairlead.sync(source, here.path('box', folder), { delete: true }))).toMatchObject({
        code: 'input-invalid',
        hint: expect.stringContaining('--with-assets'),
      })
    expect((await client.verify(uri)).ok).toBe(true)
    expect(await synced(here.fairlead, source, here.path('box', 'mine'))).toMatchObject({ failed: 0 })
  })

  it('is mirrored whole, without what the disk client keeps for itself, when that is said', async () => {
    await using here = await ground()
    await using client = await here.fairlead.connect('box')
    const { uri } = await client.push(here.write('asset', { a: 'a' }), 'cats/cat:v001')
    expect(await synced(here.fairlead, 'box:/', 'bucket:/')).toMatchObject({ failed: 0 })
    await client.push(here.write('asset2', { b: 'b' }), 'cats/other:v001')
    expect((await synced(here.fairlead, 'box:/', 'bucket:/')).protected).toBeGreaterThan(0)
    expect(await synced(here.fairlead, 'box:/', 'bucket:/', { withAssets: true, delete: true })).toMatchObject({ failed: 0 })
    await using mirror = await here.fairlead.connect('bucket')
    expect((await mirror.verify(uri.replace('box:', 'bucket:'))).ok).toBe(true)
    expect((await mirror.verify('cats/other:v001')).ok).toBe(true)
    await synced(here.fairlead, here.path('box'), here.path('copy'))
    expect(Object.keys(here.read('copy')).filter(path => path.startsWith('.fairlead'))).toEqual([])
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
