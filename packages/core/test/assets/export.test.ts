import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import type { ExportedFile, TransferEvent } from '../../src/host/client.ts'
import { hero, note, stage, stored, type Asset } from './staged.ts'
import { bench, contents } from './support.ts'

const code = (code: string) => expect.objectContaining({ code })

describe('export', () => {
  it('writes the layout, and what it wrote is found, pulled and verified by reference', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    expect(await here.client.export(staging)).toEqual({ assets: 2, files: 3, bytes: 10, sent: 10, skipped: 0, failed: 0, failures: [] })
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

  it('sends nothing from behind a symbolic link in staging', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    renameSync(join(staging, 'content/p/hero_v001'), join(here.folder, 'elsewhere'))
    symlinkSync(join(here.folder, 'elsewhere'), join(staging, 'content/p/hero_v001'))
    const { failures } = await here.client.export(staging)
    expect(failures).toEqual([expect.objectContaining({ code: 'path-invalid', message: expect.stringContaining('symbolic link') })])
    rmSync(join(staging, 'manifest'), { recursive: true })
    await expect(here.client.export(staging)).rejects.toEqual(code('path-invalid'))
    expect(Object.keys(stored(here)).filter(path => path.includes('hero'))).toEqual([])
  })

  it('sends nothing again', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    await here.client.export(staging)
    here.store.calls.length = 0
    expect(await here.client.export(staging)).toEqual({ assets: 2, files: 3, bytes: 10, sent: 0, skipped: 3, failed: 0, failures: [] })
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
    expect(await here.client.export(changed)).toMatchObject({
      assets: 1,
      failed: 1,
      failures: [{ asset: 'p/hero:v001', code: 'already-exists', hint: expect.stringContaining('--force') }],
    })
    expect(here.store.calls.filter(call => /^(?:write|remove) /.test(call))).toEqual([])
    const events: TransferEvent[] = []
    expect(await here.client.export(changed, { force: true, onEvent: event => events.push(event) })).toMatchObject({ sent: 3, skipped: 1 })
    expect(here.store.calls.filter(call => /^(?:write|remove) /.test(call))[0]).toMatch(/^remove metadata\/manifest\/p\/hero\/_tag/)
    expect(events).toContainEqual({ type: 'warning', message: expect.stringContaining('hero:approved') })
    expect(stored(here)).toEqual({ 'content/p/hero_v001/f1.png': 'new', 'content/p/note_v001.txt': 'text' })
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
    await expect(here.client.inspect('p/hero:approved')).rejects.toThrow(code('not-found'))
  })

  it('takes away files of before though the export that replaced them was killed behind their tag', async () => {
    const here = bench()
    await here.client.export(stage(join(here.folder, 'staging'), [hero, note]), { prefix: 'renders' })
    for (const path of here.store.objects.keys()) if (path.startsWith('metadata/manifest/p/hero/_tag')) here.store.objects.delete(path)
    const changed = stage(join(here.folder, 'changed'), [{ ...hero, files: { 'f1.png': 'new' } }, note])
    expect(await here.client.export(changed, { prefix: 'renders' })).toMatchObject({ failed: 0 })
    const content = [...here.store.objects.keys()].filter(path => path.startsWith('renders/content/')).toSorted()
    expect(content).toEqual(['renders/content/p/hero_v001/f1.png', 'renders/content/p/note_v001.txt'])
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

  it('sends nothing of an asset that is not whole, and nothing at all of what is no staging', async () => {
    const here = bench()
    await expect(here.client.export(join(here.folder, 'none'))).rejects.toThrow(/fairlead create|not a staging/)
    const staging = stage(join(here.folder, 'staging'), [hero])
    writeFileSync(join(staging, 'content/p/hero_v001/f1.png'), 'longer')
    expect(await here.client.export(staging)).toMatchObject({ failed: 1, failures: [{ message: expect.stringMatching(/f1\.png/) }] })
    rmSync(join(staging, 'content/p/hero_v001/f1.png'))
    expect(await here.client.export(staging)).toMatchObject({ failures: [{ message: expect.stringMatching(/f1\.png.*missing/) }] })
    here.store.objects.delete('fairlead.json')
    await expect(here.client.export(stage(join(here.folder, 'twins'), [hero, { ...note, reference: 'p/hero:v001' }]))).rejects.toThrow(
      /one reference/,
    )
    expect(here.store.objects.size).toBe(0)
  })

  it('tags nothing of an asset whose file is not what was hashed', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero])
    writeFileSync(join(staging, 'content/p/hero_v001/f1.png'), 'oNe')
    expect(await here.client.export(staging)).toMatchObject({ failed: 1, failures: [{ code: 'integrity' }] })
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
    expect([events.findLast(event => event.type === 'plan'), bytes]).toEqual([{ type: 'plan', files: 3, bytes: 10 }, 10])
  })

  it('goes on behind a file that fails, tells of each, and the next export sends what is missing', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    here.store.before = (operation, path) => {
      if (operation === 'write' && path.endsWith('f1.png')) throw new FairleadError('network', 'gone')
    }
    const told: ExportedFile[] = []
    const result = await here.client.export(staging, { onFile: file => told.push(file) })
    expect(result).toMatchObject({ assets: 1, sent: 7, failed: 1, failures: [{ asset: 'p/hero:v001', code: 'network' }] })
    expect(
      told
        .filter(({ kind }) => kind === 'content')
        .map(({ path, outcome }) => [path, outcome])
        .toSorted(),
    ).toEqual([
      ['content/p/hero_v001/f1.png', 'failed'],
      ['content/p/hero_v001/f2.png', 'sent'],
      ['content/p/note_v001.txt', 'sent'],
    ])
    expect(told.find(({ outcome }) => outcome === 'failed')).toMatchObject({ reason: 'gone', bytes: 3, asset: 'p/hero:v001' })
    expect([...here.store.objects.keys()].filter(path => path.includes('-chunk'))).toEqual([])
    here.store.before = () => undefined
    expect(await here.client.export(staging)).toMatchObject({ assets: 2, sent: 3, skipped: 2, failed: 0 })
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
    expect([...here.store.objects.keys()].filter(path => path.includes('-chunk'))).toHaveLength(2)
  })

  it('gives up on a service that is out of reach', async () => {
    const here = bench()
    const many = Array.from({ length: 40 }, (_, index): Asset => ({ ...hero, path: `p/a${index}_v001`, reference: `p/a${index}:v001` }))
    const staging = stage(join(here.folder, 'staging'), many)
    await here.client.export(stage(join(here.folder, 'first'), [note]))
    let writes = 0
    here.store.before = operation => {
      if (operation !== 'write') return
      writes++
      throw new FairleadError('unavailable', 'down')
    }
    await expect(here.client.export(staging)).rejects.toThrow(code('unavailable'))
    expect(writes).toBeLessThan(40)
  })

  it('sends no more files at once than it may', async () => {
    const here = bench()
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}.png`, `text ${index}`]))
    const many = [1, 2, 3].map((number): Asset => ({ path: `p/a${number}_v001`, reference: `p/a${number}:v001`, files }))
    let now = 0
    let most = 0
    here.store.before = async (operation, path) => {
      if (operation !== 'write' || !path.startsWith('content/')) return
      most = Math.max(most, ++now)
      await new Promise(resolve => setImmediate(resolve))
      now--
    }
    await here.client.export(stage(join(here.folder, 'staging'), many), { workers: 3 })
    expect(most).toBe(3)
  })

  it('goes below a prefix, and is found, pulled, verified and removed by the same reference; no clean takes of it', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    await here.client.export(staging, { prefix: 'renders/2030' })
    const paths = [...here.store.objects.keys()]
    expect(paths.filter(path => path.startsWith('renders/2030/content/'))).toHaveLength(3)
    expect(paths.filter(path => path.startsWith('renders/2030/metadata/'))).toHaveLength(7)
    expect(paths.filter(path => !path.startsWith('renders/')).every(path => /^(?:fairlead\.json|metadata\/manifest\/)/.test(path))).toBe(
      true,
    )
    expect(await here.client.verify('p/hero:v001')).toMatchObject({ ok: true })
    await here.client.pull('p/note:v001', join(here.folder, 'out'))
    expect(contents(join(here.folder, 'out'))).toEqual({ 'note_v001.txt': 'text' })
    expect(await here.client.clean({ graceSeconds: 0 })).toMatchObject({ objects: 0 })
    expect([...here.store.objects.keys()]).toEqual(paths)
    here.store.calls.length = 0
    expect(await here.client.export(staging, { prefix: 'renders/2030' })).toMatchObject({ sent: 0, skipped: 3 })
    expect(here.store.calls.filter(call => call.startsWith('write '))).toEqual([])
    expect(await here.client.export(staging)).toMatchObject({
      failed: 2,
      failures: [{ message: expect.stringContaining('another location') }, {}],
    })
    expect(await here.client.export(staging, { force: true })).toMatchObject({ assets: 2, failed: 0 })
    expect([...here.store.objects.keys()].filter(path => /^renders\/2030\/(?:content|metadata\/(?:asset|file))\//.test(path))).toEqual([])
    await here.client.remove('p/hero:v001')
    expect(stored(here)).toEqual({ 'content/p/note_v001.txt': 'text' })
  })

  it.each(['assets/x', 'metadata', 'x/content', '../up'])('refuses the prefix %s before anything is sent', async prefix => {
    const here = bench()
    await expect(here.client.export(stage(join(here.folder, 'staging'), [hero]), { prefix })).rejects.toThrow(/-invalid|prefix|below|\.\./)
    expect(here.store.objects.size).toBe(0)
  })

  it('sends only the kinds of metadata that are asked for', async () => {
    const here = bench()
    await here.client.export(stage(join(here.folder, 'staging'), [hero, note]), { metadataTypes: ['asset', 'file-chunk'] })
    const kinds = [...here.store.objects.keys()].flatMap(path => /^metadata\/(?!manifest)([a-z-]+)\//.exec(path)?.[1] ?? [])
    expect(kinds.toSorted()).toEqual(['asset', 'asset', 'file-chunk'])
  })

  it('sends some assets, and then no chunks, which name all', async () => {
    const here = bench()
    const staging = stage(join(here.folder, 'staging'), [hero, note])
    expect(await here.client.export(staging, { only: ({ path }) => path.endsWith('.txt') })).toMatchObject({ assets: 1, files: 1 })
    expect(stored(here)).toEqual({ 'content/p/note_v001.txt': 'text' })
    expect([...here.store.objects.keys()].filter(path => path.includes('chunk'))).toEqual([])
  })
})
