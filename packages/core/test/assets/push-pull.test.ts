import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { pullFolder } from '../../src/host/assets/pull-folder.ts'
import { bench, contents, tree, type Bench } from './support.ts'

const code = (code: string) => expect.objectContaining({ code })

describe('push', () => {
  it('stores content, manifest and tag, the tag last, under the paths of the layout', async () => {
    const { client, store, folder } = bench()
    const { digest, outcome, sent, uri, files } = await client.push(
      tree(join(folder, 'hero'), { 'a.png': 'one', 'b/c.txt': 'two!' }),
      'shows/hero:v001',
    )
    expect({ outcome, sent, uri, files }).toEqual({ outcome: 'created', sent: 7, uri: 'store://shows/hero:v001', files: 2 })
    const short = digest.slice(7, 23)
    expect([...store.objects.keys()].sort()).toEqual([
      `assets/shows/hero/_${short}/a.png`,
      `assets/shows/hero/_${short}/b/c.txt`,
      'fairlead.json',
      `metadata/manifest/shows/hero/_digest/${digest.slice(7)}.json`,
      'metadata/manifest/shows/hero/_tag/v001.json',
    ])
    expect([...store.objects.keys()].at(-1)).toBe('metadata/manifest/shows/hero/_tag/v001.json')
  })

  it('is unchanged for the same content, and sends nothing', async () => {
    const { client, folder } = bench()
    const path = tree(join(folder, 'hero'), { 'a.png': 'one' })
    await client.push(path, 'shows/hero')
    expect(await client.push(path, 'shows/hero')).toMatchObject({ outcome: 'unchanged', sent: 0 })
  })

  it('refuses other content under the tag, names --force, and replaces with it', async () => {
    const { client, folder } = bench()
    await client.push(tree(join(folder, 'one'), { 'a.png': 'one' }), 'shows/hero:v1')
    const other = tree(join(folder, 'two'), { 'a.png': 'two' })
    await expect(client.push(other, 'shows/hero:v1')).rejects.toThrow(
      expect.objectContaining({ code: 'already-exists', hint: expect.stringContaining('--force') }),
    )
    expect(await client.push(other, 'shows/hero:v1', { force: true })).toMatchObject({ outcome: 'replaced' })
    expect((await client.inspect('shows/hero:v1')).manifest.files[0]?.sha256).toBe(
      '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
    )
  })

  it('keeps what was replaced until it is cleaned, so that it is still found by its digest', async () => {
    const { client, folder } = bench()
    const { digest } = await client.push(tree(join(folder, 'one'), { 'a.png': 'one' }), 'shows/hero:v1')
    await client.push(tree(join(folder, 'two'), { 'a.png': 'two' }), 'shows/hero:v1', { force: true })
    await client.pull(`shows/hero@${digest}`, join(folder, 'out'))
    expect(contents(join(folder, 'out'))).toEqual({ 'hero/a.png': 'one' })
  })

  it('treats other labels like other content', async () => {
    const { client, folder } = bench()
    const path = tree(join(folder, 'hero'), { 'a.png': 'one' })
    await client.push(path, 'shows/hero', { labels: { artist: 'ann' } })
    expect(await client.push(path, 'shows/hero')).toMatchObject({ outcome: 'unchanged' })
    await expect(client.push(path, 'shows/hero', { labels: { artist: 'bob' } })).rejects.toThrow(code('already-exists'))
    await client.push(path, 'shows/hero', { labels: { artist: 'bob' }, force: true })
    expect((await client.inspect('shows/hero')).record.labels).toEqual({ artist: 'bob' })
  })

  it('sends only what is missing when it was interrupted, and nothing is tagged before', async () => {
    const { client, store, folder } = bench()
    const path = tree(join(folder, 'hero'), { 'a.png': 'one', 'b.png': 'two', 'c.png': 'three' })
    store.before = (operation, path) => {
      if (operation === 'write' && path.endsWith('c.png')) throw new FairleadError('network', 'gone')
    }
    await expect(client.push(path, 'shows/hero', { concurrency: 1 })).rejects.toThrow(code('network'))
    await expect(client.inspect('shows/hero')).rejects.toThrow(code('not-found'))
    store.before = () => undefined
    expect(await client.push(path, 'shows/hero')).toMatchObject({ outcome: 'created', sent: 5 })
  })

  it('tells a plan, and deltas that sum to what was sent', async () => {
    const { client, folder } = bench()
    const events: TransferEvent[] = []
    await client.push(tree(join(folder, 'hero'), { 'a.png': 'one', 'b.png': '', 'c.png': 'x'.repeat(5_000_000) }), 'shows/hero', {
      onEvent: event => events.push(event),
    })
    const bytes = events.reduce((sum, event) => sum + (event.type === 'transfer-delta' ? event.bytes : 0), 0)
    expect(events.find(event => event.type === 'plan')).toEqual({ type: 'plan', files: 3, bytes: 5_000_003 })
    expect(bytes).toBe(5_000_003)
  })

  it('says what a dry run would send and writes nothing', async () => {
    const { client, store, folder } = bench()
    expect(await client.push(tree(join(folder, 'hero'), { 'a.png': 'one' }), 'shows/hero', { dryRun: true })).toMatchObject({
      outcome: 'planned',
      sent: 3,
    })
    expect(store.objects.size).toBe(0)
  })

  it('refuses a symbolic link and an empty folder by name', async () => {
    const { client, folder } = bench()
    const path = tree(join(folder, 'hero'), { 'a.png': 'one' })
    symlinkSync('/etc/passwd', join(path, 'link.png'))
    mkdirSync(join(folder, 'empty', 'inner'), { recursive: true })
    await expect(client.push(path, 'shows/hero')).rejects.toThrow(/link\.png.*symbolic link/)
    await expect(client.push(join(folder, 'empty'), 'shows/hero')).rejects.toThrow(/contains no files/)
  })

  it('refuses names the store can not tell apart before any request', async () => {
    const { client, store, folder } = bench({
      paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'preserving', unicode: 'nfc', fileAndFolder: true },
    })
    await expect(client.push(tree(join(folder, 'hero'), { 'A.png': 'one', 'a.png': 'two' }), 'shows/hero')).rejects.toThrow(
      code('path-invalid'),
    )
    expect(store.calls).toEqual([])
  })

  it('tags nothing when a file changes while it is sent', async () => {
    const { client, store, folder } = bench()
    const path = tree(join(folder, 'hero'), { 'a.png': 'one', 'b.png': 'two' })
    store.before = (operation, target) => {
      if (operation === 'write' && target.endsWith('b.png')) writeFileSync(join(path, 'a.png'), 'changed')
    }
    await expect(client.push(path, 'shows/hero', { concurrency: 1 })).rejects.toThrow(/a\.png.*changed/)
    await expect(client.inspect('shows/hero')).rejects.toThrow(code('not-found'))
  })

  it("refuses a digest that is not the content's", async () => {
    const { client, folder } = bench()
    await expect(client.push(tree(join(folder, 'hero'), { a: '1' }), `shows/hero@sha256:${'0'.repeat(64)}`)).rejects.toThrow(
      code('input-invalid'),
    )
  })

  it('refuses to write where another layout is', async () => {
    const { client, store, folder } = bench()
    store.put('fairlead.json', '{"layout": 2}')
    await expect(client.push(tree(join(folder, 'hero'), { a: '1' }), 'shows/hero')).rejects.toThrow(/layout 2/)
  })

  for (const conditions of [['absent', 'match'], []] as const) {
    it(`lets one of two pushers have the tag, whose asset is whole, on a store with ${conditions.length} conditions`, async () => {
      const one = bench({ write: { unknownSize: true, empty: true, conditions, modified: false, metadata: false, resumable: false } })
      const two = bench({}, one.store)
      const results = await Promise.allSettled([
        one.client.push(tree(join(one.folder, 'x'), { a: 'one', b: 'one' }), 'shows/hero'),
        two.client.push(tree(join(two.folder, 'x'), { a: 'two', b: 'two' }), 'shows/hero'),
      ])
      const failed = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
      // Without conditions the second may overwrite what the first has read back already: then nobody is told.
      if (conditions.length > 0) expect(failed).toHaveLength(1)
      expect(failed.length).toBeLessThan(2)
      for (const error of failed) expect(['already-exists', 'precondition-failed']).toContain(error.code)
      await one.client.pull('shows/hero', join(one.folder, 'out'))
      expect(new Set(Object.values(contents(join(one.folder, 'out')))).size).toBe(1)
    })
  }

  it('finds its own tag when the answer to its write was lost', async () => {
    const { client, store, folder } = bench()
    const write = store.doWrite.bind(store)
    store.doWrite = async request => {
      const entry = await write(request)
      if (request.path.includes('/_tag/')) throw new FairleadError('precondition-failed', 'the second try met the first')
      return entry
    }
    expect(await client.push(tree(join(folder, 'hero'), { a: '1' }), 'shows/hero')).toMatchObject({ outcome: 'created' })
  })
})

describe('pull', () => {
  it('makes destination and asset as folders that others may enter as the mask allows', async () => {
    const { client, folder } = bench()
    await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero:v001')
    await client.pull('shows/hero:v001', join(folder, 'new', 'dest'))
    mkdirSync(join(folder, 'ordinary'))
    const { mode } = statSync(join(folder, 'ordinary'))
    for (const made of ['new', 'new/dest', 'new/dest/hero']) expect(statSync(join(folder, made)).mode).toBe(mode)
  })

  it('makes DEST/<name> with the files, their times and executable bits', async () => {
    const { client, folder } = bench()
    const path = tree(join(folder, 'hero'), { 'run.sh': '#!/bin/sh', 'a b/ü%.txt': 'two', '.hidden': 'x' })
    chmodSync(join(path, 'run.sh'), 0o755)
    utimesSync(join(path, 'run.sh'), 1_000_000_000, 1_000_000_000)
    await client.push(path, 'shows/sub/hero:v001')
    const result = await client.pull('shows/sub/hero:v001', join(folder, 'out'))
    expect(result).toMatchObject({ path: join(folder, 'out', 'hero'), outcome: 'created', files: 3, received: 13 })
    expect(contents(join(folder, 'out'))).toEqual({ 'hero/.hidden': 'x', 'hero/a b/ü%.txt': 'two', 'hero/run.sh': '#!/bin/sh' })
    const { mode, mtimeMs } = statSync(join(folder, 'out/hero/run.sh'))
    expect([(mode & 0o100) !== 0, mtimeMs]).toEqual([true, 1_000_000_000_000])
    expect(readdirSync(join(folder, 'out'))).toEqual(['hero'])
  })

  it('makes DEST/<file> for an asset that is one file', async () => {
    const { client, folder } = bench()
    await client.push(join(tree(folder, { 'in/frame.png': 'png' }), 'in/frame.png'), 'shows/hero')
    expect((await client.pull('shows/hero', join(folder, 'out'))).path).toBe(join(folder, 'out', 'frame.png'))
    expect(contents(join(folder, 'out'))).toEqual({ 'frame.png': 'png' })
  })

  it('leaves the same content, refuses other content, and replaces it with force', async () => {
    const { client, folder } = bench()
    await client.push(tree(join(folder, 'hero'), { a: 'one', b: 'two' }), 'shows/hero')
    const out = join(folder, 'out')
    await client.pull('shows/hero', out)
    expect(await client.pull('shows/hero', out)).toMatchObject({ outcome: 'unchanged', received: 0 })
    writeFileSync(join(out, 'hero/extra'), 'mine')
    await expect(client.pull('shows/hero', out)).rejects.toThrow(code('already-exists'))
    expect(contents(out)).toHaveProperty('hero/extra', 'mine')
    expect(await client.pull('shows/hero', out, { force: true })).toMatchObject({ outcome: 'replaced' })
    expect(contents(out)).toEqual({ 'hero/a': 'one', 'hero/b': 'two' })
  })

  it('shows nothing until all is there, and goes on with what had arrived', async () => {
    const { client, store, folder } = bench()
    await client.push(tree(join(folder, 'hero'), { a: 'one', b: 'two!' }), 'shows/hero')
    store.before = (operation, path) => {
      if (operation === 'read' && path.endsWith('/b')) throw new FairleadError('network', 'gone')
    }
    const out = join(folder, 'out')
    await expect(client.pull('shows/hero', out, { concurrency: 1 })).rejects.toThrow(code('network'))
    expect(existsSync(join(out, 'hero'))).toBe(false)
    store.before = () => undefined
    expect(await client.pull('shows/hero', out)).toMatchObject({ outcome: 'created', received: 4 })
    expect(readdirSync(out)).toEqual(['hero'])
  })

  it.skipIf(process.getuid?.() !== 0)(
    'collects nothing in a folder that another account put there, and takes none of its files for its own',
    async () => {
      const here = bench()
      await here.client.push(tree(join(here.folder, 'in'), { 'a.txt': 'a' }), 'shows/hero')
      const { digest } = await here.client.inspect('shows/hero')
      const out = join(here.folder, 'out')
      const { incoming, replaced } = pullFolder(join(out, 'hero'), digest)
      for (const planted of [incoming, replaced]) {
        tree(planted, { 'a.txt': 'planted' })
        chownSync(planted, 12_345, 12_345)
      }
      await expect(here.client.pull('shows/hero', out)).rejects.toMatchObject({ code: 'permission-denied', path: incoming })
      rmSync(incoming, { recursive: true })
      expect(await here.client.pull('shows/hero', out)).toMatchObject({ outcome: 'created' })
      expect(readFileSync(join(out, 'hero', 'a.txt'), 'utf8')).toBe('a')
      tree(join(out, 'hero'), { 'a.txt': 'other' })
      await expect(here.client.pull('shows/hero', out, { force: true })).rejects.toMatchObject({
        code: 'permission-denied',
        path: replaced,
      })
      expect(readFileSync(join(out, 'hero', 'a.txt'), 'utf8')).toBe('other')
    },
  )

  it('removes links that were planted where it collects files', async () => {
    const { client, store, folder } = bench()
    await client.push(tree(join(folder, 'hero'), { 'd/a': 'one' }), 'shows/hero')
    store.before = operation => {
      if (operation === 'read' && store.calls.at(-1)?.endsWith('/a') === true) throw new FairleadError('network', 'gone')
    }
    const out = join(folder, 'out')
    await expect(client.pull('shows/hero', out)).rejects.toThrow()
    const [incoming = ''] = readdirSync(out)
    const outside = tree(join(folder, 'outside'), { a: 'untouched' })
    rmSync(join(out, incoming, 'd'), { recursive: true })
    symlinkSync(outside, join(out, incoming, 'd'))
    symlinkSync(outside, join(out, incoming, 'link'))
    store.before = () => undefined
    await client.pull('shows/hero', out)
    expect(contents(out)).toEqual({ 'hero/d/a': 'one' })
    expect(contents(outside)).toEqual({ a: 'untouched' })
  })

  it('removes what a pull killed behind its last rename left', async () => {
    const { client, folder } = bench()
    const out = join(folder, 'out')
    const { digest } = await client.push(join(tree(folder, { 'frame.png': 'x' }), 'frame.png'), 'shows/hero')
    await client.pull('shows/hero', out)
    mkdirSync(pullFolder(join(out, 'frame.png'), digest).incoming)
    expect(await client.pull('shows/hero', out)).toMatchObject({ outcome: 'unchanged' })
    expect(readdirSync(out)).toEqual(['frame.png'])
  })

  it('restores what a pull killed between its two renames had moved away', async () => {
    const { client, folder } = bench()
    await client.push(tree(join(folder, 'hero'), { a: 'one' }), 'shows/hero')
    const out = join(folder, 'out')
    await client.pull('shows/hero', out)
    const { replaced } = pullFolder(join(out, 'hero'), `sha256:${'0'.repeat(64)}`)
    renameSync(join(out, 'hero'), replaced)
    expect(await client.pull('shows/hero', out)).toMatchObject({ outcome: 'unchanged' })
    expect(readdirSync(out)).toEqual(['hero'])
  })

  it('catches a flipped byte', async () => {
    const { client, store, folder } = bench()
    await client.push(tree(join(folder, 'hero'), { a: 'one', b: 'x'.repeat(2_000_000) }), 'shows/hero')
    for (const path of store.objects.keys()) if (path.endsWith('/a')) store.put(path, 'onE')
    await expect(client.pull('shows/hero', join(folder, 'out'))).rejects.toThrow(code('integrity'))
    expect(await client.verify('shows/hero')).toMatchObject({ ok: false, problems: [{ path: 'a', problem: 'sha256' }] })
  })

  it('says what a dry run would bring', async () => {
    const { client, folder } = bench()
    await client.push(tree(join(folder, 'hero'), { a: 'one' }), 'shows/hero')
    expect(await client.pull('shows/hero', join(folder, 'out'), { dryRun: true })).toMatchObject({ outcome: 'planned', received: 3 })
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })
})

describe('a store that can not tell case', () => {
  /** Paths that differ in case are one, as on many disks and services. */
  function caseless(): Bench {
    const here = bench({
      paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'preserving', unicode: 'bytes', fileAndFolder: true },
    })
    const { doRead, doStat, doList, doWrite, doRemove } = here.store
    const real = (path: string) => [...here.store.objects.keys()].find(key => key.toLowerCase() === path.toLowerCase()) ?? path
    here.store.doRead = request => doRead.call(here.store, { ...request, path: real(request.path) })
    here.store.doStat = path => doStat.call(here.store, real(path))
    here.store.doWrite = request => doWrite.call(here.store, { ...request, path: real(request.path) })
    here.store.doRemove = paths => doRemove.call(here.store, paths.map(real))
    here.store.doList = async (request, cursor) => {
      const folder = [...here.store.objects.keys()].find(key => key.toLowerCase().startsWith(`${request.prefix.toLowerCase()}/`))
      return doList.call(here.store, { ...request, prefix: folder?.slice(0, request.prefix.length) ?? request.prefix }, cursor)
    }
    return here
  }

  it('refuses a reference, or a tag, that differs from one that is there in case alone', async () => {
    const { client, folder } = caseless()
    const path = tree(join(folder, 'x'), { a: '1' })
    await client.push(path, 'shows/hero:v1')
    for (const reference of ['Shows/hero:v1', 'shows/Hero:v2', 'shows/hero:V1'])
      await expect(client.push(path, reference)).rejects.toThrow(code('path-invalid'))
    await expect(client.tag('shows/hero:v1', 'V1')).rejects.toThrow(code('path-invalid'))
    await client.push(path, 'shows/hero:v2')
  })

  it('removes nothing of the other', async () => {
    const { client, folder } = caseless()
    await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero:v1')
    await expect(client.remove('shows/Hero:v1')).rejects.toThrow(code('not-found'))
    expect(await client.verify('shows/hero:v1')).toMatchObject({ ok: true })
  })
})

describe('a damaged tag record', () => {
  it('makes way for a push with force only', async () => {
    const { client, store, folder } = bench()
    const path = tree(join(folder, 'x'), { a: '1' })
    await client.push(path, 'shows/hero')
    store.put('metadata/manifest/shows/hero/_tag/latest.json', '{"half')
    await expect(client.push(path, 'shows/hero')).rejects.toThrow(code('integrity'))
    expect(await client.push(path, 'shows/hero', { force: true })).toMatchObject({ outcome: 'created' })
  })
})
