import { utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ground, objectsBelow, synced } from './ground.ts'

/** Of a file that changed just now nothing is remembered: its times could not tell the next change. */
const settled = () => new Promise(resolve => setTimeout(resolve, 30))

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
