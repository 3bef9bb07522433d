import { createHash, randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { bench, contents, tree, type Bench } from './support.ts'

const code = (code: string) => expect.objectContaining({ code })
const ids = new Map<string, string>()
const idOf = (path: string) => ids.get(path) ?? ids.set(path, randomUUID()).get(path) ?? ''

interface Asset {
  readonly path: string
  readonly reference: string
  readonly files: Readonly<Record<string, string>>
  readonly type?: 'file' | 'sequence'
}

/** A staging folder as `create` makes it. */
function stage(folder: string, assets: readonly Asset[]): string {
  const rows = assets.map(({ path, reference, files, type = 'sequence' }) => ({
    asset_id: idOf(path),
    asset_name: path.split('/').at(-1),
    asset_path_relative: path,
    asset_type: type,
    asset_traits: {},
    file_ids: Object.keys(files).map(name => idOf(`${path}/${name}`)),
    reference,
  }))
  const fileRows = assets.flatMap(({ path, files, type = 'sequence' }) =>
    Object.keys(files).map(name => ({
      file_id: idOf(`${path}/${name}`),
      asset_id: idOf(path),
      filepath_relative: type === 'file' ? path : `${path}/${name}`,
    })),
  )
  const manifests = assets.map(({ type = 'sequence', files }) => ({
    schemaVersion: 1,
    type,
    traits: {},
    files: Object.entries(files).map(([path, text]) => ({
      path,
      size: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      mediaType: 'image/png',
    })),
  }))
  return tree(folder, {
    ...Object.fromEntries(
      assets.flatMap(({ path, files, type }) =>
        Object.entries(files).map(([name, text]) => [type === 'file' ? `content/${path}` : `content/${path}/${name}`, text]),
      ),
    ),
    ...Object.fromEntries(rows.map(row => [`metadata/asset/${row.asset_id}.json`, JSON.stringify(row)])),
    ...Object.fromEntries(fileRows.map(row => [`metadata/file/${row.file_id}.json`, JSON.stringify(row)])),
    'metadata/asset-chunk/hidebound-asset-chunk_2030.json': JSON.stringify(rows),
    'metadata/file-chunk/hidebound-file-chunk_2030.json': JSON.stringify(fileRows),
    ...Object.fromEntries(manifests.map((manifest, index) => [`manifest/${rows[index]?.asset_id ?? ''}.json`, JSON.stringify(manifest)])),
  })
}

const hero: Asset = { path: 'p/hero_v001', reference: 'p/hero:v001', files: { 'f1.png': 'one', 'f2.png': 'two' } }
const note: Asset = { path: 'p/note_v001.txt', reference: 'p/note:v001', files: { 'note_v001.txt': 'text' }, type: 'file' }
const stored = ({ store }: Bench) =>
  Object.fromEntries(
    [...store.objects.keys()]
      .filter(path => path.startsWith('content/'))
      .sort()
      .map(path => [path, store.text(path)]),
  )

describe('export', () => {
  it('writes the layout, and what it wrote is found, pulled and verified by reference', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    expect(await here.client.export(staging)).toEqual({ assets: 2, files: 3, bytes: 10, sent: 10, skipped: 0 })
    expect(stored(here)).toEqual({
      'content/p/hero_v001/f1.png': 'one',
      'content/p/hero_v001/f2.png': 'two',
      'content/p/note_v001.txt': 'text',
    })
    for (const path of Object.keys(contents(join(staging, 'metadata')))) expect(here.store.objects.has(`metadata/${path}`)).toBe(true)
    expect(await Array.fromAsync(here.client.search('collection:p'))).toHaveLength(2)
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
    await here.client.pull('p/hero:v001', join(here.folder, 'out'))
    await here.client.pull('p/note:v001', join(here.folder, 'out'))
    expect(contents(join(here.folder, 'out'))).toEqual({ 'hero/f1.png': 'one', 'hero/f2.png': 'two', 'note_v001.txt': 'text' })
  })

  it('sends nothing again', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    await here.client.export(staging)
    here.store.calls.length = 0
    expect(await here.client.export(staging)).toEqual({ assets: 2, files: 3, bytes: 10, sent: 0, skipped: 3 })
    expect(here.store.calls.filter(call => call.startsWith('write '))).toEqual([])
  })

  it('goes on where it was cut off, with no asset visible half', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero])
    const writes = 8
    for (let last = 0; last < writes; last++) {
      let count = 0
      here.store.before = operation => {
        if (operation === 'write' && count++ >= 1) throw new FairleadError('network', 'gone')
      }
      await here.client.export(staging).catch(() => undefined)
      here.store.before = () => undefined
      for await (const { collection, name, tag } of here.client.search('')) {
        expect(await here.client.verify(`${collection}/${name}:${tag}`)).toMatchObject({ ok: true })
      }
    }
    await here.client.export(staging)
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
  })

  it('does not trust what it did not see written under an asset without a tag', async () => {
    const here = bench()
    here.store.put('content/p/hero_v001/f1.png', 'bad')
    expect(await here.client.export(stage(join(here.folder, 'staging'), [hero]))).toMatchObject({ sent: 6 })
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
  })

  it('replaces a changed asset only with force: tags first, then stale files', async () => {
    const here = bench()
    await here.client.export(stage(join(here.folder, 'staging'), [hero, note]))
    await here.client.tag('p/hero:v001', 'approved')
    const changed = stage(join(here.folder, 'changed'), [{ ...hero, files: { 'f1.png': 'new' } }, note])
    here.store.calls.length = 0
    await expect(here.client.export(changed)).rejects.toThrow(
      expect.objectContaining({ code: 'already-exists', hint: expect.stringContaining('--force') }),
    )
    expect(here.store.calls.filter(call => /^(?:write|remove) /.test(call))).toEqual([])
    const events: TransferEvent[] = []
    expect(await here.client.export(changed, { force: true, onEvent: event => events.push(event) })).toMatchObject({ sent: 3, skipped: 1 })
    expect(here.store.calls.filter(call => /^(?:write|remove) /.test(call))[0]).toMatch(/^remove metadata\/manifest\/p\/hero\/_tag/)
    expect(events).toContainEqual({ type: 'warning', message: expect.stringContaining('hero:approved') })
    expect(stored(here)).toEqual({ 'content/p/hero_v001/f1.png': 'new', 'content/p/note_v001.txt': 'text' })
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
    await expect(here.client.inspect('p/hero:approved')).rejects.toThrow(code('not-found'))
  })

  it('is removed without its neighbours', async () => {
    const here = bench()
    const neighbour: Asset = { path: 'p/hero_v001/inner_v001', reference: 'p/inner:v001', files: { 'x.png': 'x' } }
    await here.client.export(stage(join(here.folder, 'staging'), [hero, neighbour, note]))
    await here.client.remove('p/hero:v001')
    expect(stored(here)).toEqual({ 'content/p/hero_v001/inner_v001/x.png': 'x', 'content/p/note_v001.txt': 'text' })
    const metadata = [...here.store.objects.keys()].filter(path => /^metadata\/(?:asset|file)\//.test(path))
    expect(metadata).toHaveLength(4)
    expect(await here.client.clean({ graceSeconds: 0 })).toMatchObject({ objects: 0 })
    expect(await here.client.verify('p/inner:v001')).toMatchObject({ ok: true })
  })

  it('refuses before anything is written what is not whole', async () => {
    const here = bench()
    await expect(here.client.export(join(here.folder, 'none'))).rejects.toThrow(/fairlead create|no staging/)
    const staging = stage(join(here.folder, 'staging'), [hero])
    writeFileSync(join(staging, 'content/p/hero_v001/f1.png'), 'longer')
    await expect(here.client.export(staging)).rejects.toThrow(/f1\.png/)
    rmSync(join(staging, 'content/p/hero_v001/f1.png'))
    await expect(here.client.export(staging)).rejects.toThrow(/f1\.png.*missing/)
    await expect(here.client.export(stage(join(here.folder, 'twins'), [hero, { ...note, reference: 'p/hero:v001' }]))).rejects.toThrow(
      /one reference/,
    )
    expect(here.store.objects.size).toBe(0)
  })

  it('tags nothing of an asset whose file is not what was hashed', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero])
    writeFileSync(join(staging, 'content/p/hero_v001/f1.png'), 'oNe')
    await expect(here.client.export(staging)).rejects.toThrow(code('integrity'))
    await expect(here.client.inspect('p/hero:v001')).rejects.toThrow(code('not-found'))
  })

  it('says what a dry run would send', async () => {
    const here = bench()
    expect(await here.client.export(stage(join(here.folder, 'staging'), [hero]), { dryRun: true })).toMatchObject({ sent: 6 })
    expect(here.store.objects.size).toBe(0)
  })

  it('tells deltas that sum to the plan', async () => {
    const here = bench()
    const events: TransferEvent[] = []
    await here.client.export(stage(join(here.folder, 'staging'), [hero, note]), { onEvent: event => events.push(event) })
    const bytes = events.reduce((sum, event) => sum + (event.type === 'transfer-delta' ? event.bytes : 0), 0)
    expect([events.find(event => event.type === 'plan'), bytes]).toEqual([{ type: 'plan', files: 3, bytes: 10 }, 10])
  })
})
