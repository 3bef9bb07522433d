import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  FairleadError,
  formatReference,
  type AssetManifest,
  type Reference,
  type ResolvedAsset,
  type TagRecord,
  type WriteCondition,
} from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import { MemoryConnection } from './memory.ts'
import { bench, contents, tree, type Bench } from './support.ts'

/** A service that keeps assets in its own shape: tags in a map, files as blobs by their sha256. */
class NativeConnection extends MemoryConnection {
  readonly tags = new Map<string, ResolvedAsset>()

  override async doResolve({ collection, name, tag, digest }: Reference): Promise<ResolvedAsset> {
    const found = [...this.tags].find(([key, asset]) =>
      digest === undefined ? key === `${collection}/${name}:${tag ?? ''}` : asset.digest === digest,
    )?.[1]
    if (found === undefined) throw new FairleadError('not-found', 'no such asset')
    return found
  }

  override async doCommit(
    reference: Reference,
    { manifest, record }: { readonly manifest: AssetManifest; readonly record: TagRecord },
    condition: WriteCondition | undefined,
  ): Promise<void> {
    const key = formatReference(reference)
    const there = this.tags.get(key)
    if (condition?.if === 'absent' ? there !== undefined : condition !== undefined && there?.etag !== condition.etag)
      throw new FairleadError('precondition-failed', 'changed')
    this.tags.set(key, { digest: record.digest, manifest, record, etag: `${this.tags.size}-${record.digest}` })
  }

  override async doUntag(reference: Reference): Promise<void> {
    this.tags.delete(formatReference(reference))
  }

  override async doEnumerate() {
    return {
      items: [...this.tags.keys()].map(key => {
        const [, collection = '', name = '', tag = ''] = /^(.*)\/([^/:]*):(.*)$/.exec(key) ?? []
        return { collection, name, tag }
      }),
    }
  }

  override locate(_reference: Reference, _manifest: AssetManifest, { sha256 }: { readonly sha256: string }): string {
    return `blobs/${sha256}`
  }
}

function native(): Bench {
  return bench({}, new NativeConnection({ assets: 'native' }))
}

describe('a native asset store', () => {
  it('does the whole round: push, search, inspect, pull, verify, tag, remove', async () => {
    const { client, store, folder } = native()
    await client.push(tree(join(folder, 'x'), { a: '1', 'b/c': '2' }), 'shows/hero:v001', { labels: { artist: 'ann' } })
    expect([...store.objects.keys()].every(path => path.startsWith('blobs/'))).toBe(true)
    expect(await Array.fromAsync(client.search('label.artist:ann'))).toMatchObject([{ name: 'hero', tag: 'v001', count: 2 }])
    await client.tag('shows/hero:v001', 'approved')
    await client.pull('shows/hero:approved', join(folder, 'out'))
    expect(contents(join(folder, 'out'))).toEqual({ 'hero/a': '1', 'hero/b/c': '2' })
    expect(await client.verify('shows/hero:v001')).toMatchObject({ ok: true })
    await client.remove('shows/hero:v001')
    expect(await Array.fromAsync(client.search(''))).toMatchObject([{ tag: 'approved' }])
  })

  it('refuses other content unless forced', async () => {
    const { client, folder } = native()
    await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero')
    const other = tree(join(folder, 'y'), { a: '2' })
    await expect(client.push(other, 'shows/hero')).rejects.toThrow(expect.objectContaining({ code: 'already-exists' }))
    expect(await client.push(other, 'shows/hero', { force: true })).toMatchObject({ outcome: 'replaced' })
  })

  it('checks what the service answers', async () => {
    const { client, store, folder } = native()
    await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero')
    if (!(store instanceof NativeConnection)) throw new Error('not native')
    for (const [key, asset] of store.tags) store.tags.set(key, { ...asset, manifest: { ...asset.manifest, traits: { forged: true } } })
    await expect(client.inspect('shows/hero')).rejects.toThrow(expect.objectContaining({ code: 'integrity' }))
  })

  it('must define all five operations', async () => {
    const { client, folder } = bench({}, new MemoryConnection({ assets: 'native' }))
    await expect(client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero')).rejects.toThrow(
      expect.objectContaining({ code: 'plugin-invalid' }),
    )
  })

  it('gets the assets of an export, without the documents that lie beside objects', async () => {
    const { client, store, folder } = native()
    const staging = (text: string) => {
      const file = { path: 'a.png', size: text.length, sha256: createHash('sha256').update(text).digest('hex'), mediaType: 'image/png' }
      const manifest = {
        schemaVersion: 1,
        type: 'sequence',
        traits: {},
        files: [file],
        provenance: { source: 'p/hero_v001' },
        staged: { name: 'hero_v001', reference: 'p/hero:v001' },
      }
      const files = { 'manifest/x.json': JSON.stringify(manifest), 'content/p/hero_v001/a.png': text, 'metadata/asset/x.json': '{}' }
      return tree(join(folder, text), files)
    }
    expect(await client.export(staging('one'))).toMatchObject({ assets: 1, sent: 3, failed: 0 })
    expect([...store.objects.keys()].every(path => path.startsWith('blobs/'))).toBe(true)
    await client.pull('p/hero:v001', join(folder, 'out'))
    expect(contents(join(folder, 'out'))).toEqual({ 'hero/a.png': 'one' })
    expect(await client.export(staging('one'))).toMatchObject({ sent: 0, skipped: 1 })
    expect(await client.export(staging('two'))).toMatchObject({ failed: 1, failures: [{ code: 'already-exists' }] })
    expect(await client.export(staging('two'), { force: true })).toMatchObject({ assets: 1, failed: 0 })
    expect(await client.verify('p/hero:v001')).toMatchObject({ ok: true })
  })
})
