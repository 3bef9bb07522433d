import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import { bench, tree, type Bench } from './support.ts'

const hours = (count: number) => new Date(Date.now() - count * 3_600_000)
const paths = ({ store }: Bench) => [...store.objects.keys()].filter(path => path !== 'fairlead.json')

/** Makes everything that is stored older. */
function age({ store }: Bench, modified: Date): void {
  for (const [path, { bytes }] of [...store.objects]) store.put(path, bytes, modified)
}

describe('tag', () => {
  it('gives a digest another tag, once', async () => {
    const { client, folder } = bench()
    const { digest } = await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero:v001', { labels: { artist: 'ann' } })
    expect(await client.tag('shows/hero:v001', 'approved')).toMatchObject({
      uri: 'store://shows/hero:approved',
      digest,
      outcome: 'created',
    })
    expect(await client.tag('shows/hero:v001', 'approved')).toMatchObject({ outcome: 'unchanged' })
    expect((await client.inspect('shows/hero:approved')).record.labels).toEqual({ artist: 'ann' })
  })

  it('refuses a tag of other content unless forced, and what is no tag', async () => {
    const { client, folder } = bench()
    await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero:v001')
    await client.push(tree(join(folder, 'y'), { a: '2' }), 'shows/hero:v002')
    await expect(client.tag('shows/hero:v001', 'v002')).rejects.toThrow(expect.objectContaining({ code: 'already-exists' }))
    expect(await client.tag('shows/hero:v001', 'v002', { force: true })).toMatchObject({ outcome: 'replaced' })
    for (const tag of ['', '_x', 'a/b', 'a@sha256:0', 'a:b'])
      await expect(client.tag('shows/hero:v001', tag)).rejects.toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('remove', () => {
  it('takes the tag first, then what no other tag names, and leaves neighbours', async () => {
    const here = bench()
    const path = tree(join(here.folder, 'x'), { a: '1', b: '2' })
    for (const reference of ['shows/hero:v001', 'shows/hero2:v001', 'shows/hero/sub:v001', 'show/hero:v001'])
      await here.client.push(path, reference)
    const before = paths(here)
    here.store.calls.length = 0
    await here.client.remove('shows/hero:v001')
    const removed = here.store.calls.filter(call => call.startsWith('remove '))
    expect(removed[0]).toBe('remove metadata/manifest/shows/hero/_tag/v001.json')
    expect(paths(here)).toEqual(before.filter(path => !/\/shows\/hero\/_/.test(`/${path}`)))
    await here.client.verify('shows/hero/sub:v001')
  })

  it('keeps content that another tag names', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { a: '1' }), 'shows/hero:v001')
    await here.client.tag('shows/hero:v001', 'approved')
    await here.client.remove('shows/hero:v001')
    expect(await here.client.verify('shows/hero:approved')).toMatchObject({ ok: true })
    await here.client.remove('shows/hero:approved')
    expect(paths(here)).toEqual([])
  })

  it('refuses when the tag no longer names the given digest', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { a: '1' }), 'shows/hero:v001')
    await expect(here.client.remove(`shows/hero:v001@sha256:${'0'.repeat(64)}`)).rejects.toThrow(
      expect.objectContaining({ code: 'precondition-failed' }),
    )
  })

  it('leaves, when it is cut off, no tag and what clean removes', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { a: '1', b: '2' }), 'shows/hero:v001')
    here.store.before = (operation, path) => {
      if (operation === 'remove' && path.startsWith('assets/')) throw new FairleadError('network', 'gone')
    }
    await expect(here.client.remove('shows/hero:v001')).rejects.toThrow()
    here.store.before = () => undefined
    await expect(here.client.inspect('shows/hero:v001')).rejects.toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(await here.client.clean({ graceSeconds: 0 })).toMatchObject({ objects: 3 })
    expect(paths(here)).toEqual([])
  })
})

describe('clean', () => {
  it('removes what no tag names once it is a day old, and nothing that a tag names', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { a: '1', b: '22' }), 'shows/hero:v001')
    await here.client.push(tree(join(here.folder, 'y'), { a: '3' }), 'shows/hero:v001', { force: true })
    await here.client.push(tree(join(here.folder, 'z'), { a: '4' }), 'shows/other:v001')
    expect(await here.client.clean()).toEqual({ uploads: 0, objects: 0, bytes: 0 })
    age(here, hours(25))
    const planned = await here.client.clean({ dryRun: true })
    expect(planned).toMatchObject({ objects: 3 })
    const before = paths(here).length
    expect(await here.client.clean()).toEqual(planned)
    expect(paths(here)).toHaveLength(before - 3)
    for (const reference of ['shows/hero:v001', 'shows/other:v001']) expect(await here.client.verify(reference)).toMatchObject({ ok: true })
  })

  it('tells how long content has been there by its arrival, not by how old the pushed files are', async () => {
    const here = bench()
    const source = tree(join(here.folder, 'x'), { a: '1' })
    utimesSync(join(source, 'a'), hours(1000), hours(1000))
    here.store.before = (operation, path) => {
      if (operation === 'write' && path.includes('/_tag/')) throw new FairleadError('network', 'gone')
    }
    await expect(here.client.push(source, 'shows/hero:v001')).rejects.toThrow()
    here.store.before = () => undefined
    expect(await here.client.clean()).toMatchObject({ objects: 0 })
  })

  it('stops at a tag record that can not be read: nobody knows what it names', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { a: '1' }), 'shows/hero:v001')
    here.store.put('metadata/manifest/shows/hero/_tag/v001.json', '{')
    await expect(here.client.clean({ graceSeconds: 0 })).rejects.toThrow(expect.objectContaining({ code: 'integrity' }))
    expect(paths(here)).toHaveLength(3)
  })

  it('never touches what it did not lay out', async () => {
    const here = bench()
    for (const path of ['content/p/a.png', 'assets/readme.txt', 'assets/shows/hero/_notadigest/x', 'metadata/asset/1.json', 'other/file'])
      here.store.put(path, 'x', hours(100))
    await here.client.clean({ graceSeconds: 0 })
    expect(paths(here)).toHaveLength(5)
  })

  it('aborts old uploads only', async () => {
    const here = bench()
    here.store.uploads.push(
      { state: { id: 1 }, path: 'a', started: hours(30) },
      { state: { id: 2 }, path: 'b', started: hours(1) },
      { state: { id: 3 }, path: 'c' },
    )
    expect(await here.client.clean()).toMatchObject({ uploads: 1 })
    expect(here.store.uploads.map(({ path }) => path)).toEqual(['b', 'c'])
    expect(await here.client.clean({ graceSeconds: 0 })).toMatchObject({ uploads: 2 })
  })
})
