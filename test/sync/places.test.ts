import { symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { failure, ground, objectsBelow, synced } from './ground.ts'

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

  it('may not lie in each other by another name either: the folder of a store on disk', async () => {
    await using here = await ground()
    const source = here.write('box/mine', { a: 'a' })
    for (const [from, to] of [
      [source, 'box:/'],
      [source, 'box:/mine'],
      [here.path('box'), 'box:/mine/deeper'],
      ['box:/', here.path('box', 'copy')],
      ['box:/mine', here.path('.')],
    ] as const)
      expect(await failure(here.fairlead.sync(from, to)), `${from} ${to}`).toMatchObject({ code: 'input-invalid' })
    expect(await synced(here.fairlead, source, 'box:/other')).toMatchObject({ failed: 0, totals: { added: 1 } })
    expect(here.read('box')['other/a']).toBe('a')
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
