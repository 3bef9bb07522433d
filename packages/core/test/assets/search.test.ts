import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssetSummary } from '@fairlead/core'
import { bench, tree, type Bench } from './support.ts'

async function found({ client }: Bench, query: string): Promise<string[]> {
  return (await Array.fromAsync(client.search(query))).map(({ collection, name, tag }) => `${collection}/${name}:${tag}`)
}

async function filled(here: Bench): Promise<Bench> {
  const file = join(tree(here.folder, { 'in/a.txt': 'one' }), 'in')
  const assets: ReadonlyArray<readonly [reference: string, labels: Record<string, string>]> = [
    ['shows/hero:v001', { artist: 'Ann' }],
    ['shows/hero:v002', { artist: 'Bob' }],
    ['shows-b/hero:v001', {}],
    ['shows/sub/villain:v001', { artist: 'Ann', mood: 'hero like' }],
  ]
  for (const [reference, labels] of assets) await here.client.push(file, reference, { labels })
  here.store.calls.length = 0
  return here
}

describe('search', () => {
  it('gives everything for an empty query, in order of collection, name and tag', async () => {
    expect(await found(await filled(bench()), '')).toEqual([
      'shows/hero:v001',
      'shows/hero:v002',
      'shows-b/hero:v001',
      'shows/sub/villain:v001',
    ])
  })

  it('answers collection, name and tag from the listing alone', async () => {
    const here = await filled(bench())
    expect(await found(here, 'collection:shows* name:hero tag:v001')).toEqual(['shows/hero:v001', 'shows-b/hero:v001'])
    expect(here.store.calls.filter(call => !call.startsWith('list '))).toEqual([])
  })

  it('finds words in names and in labels, and labels by key', async () => {
    const here = await filled(bench())
    expect(await found(here, 'hero')).toHaveLength(4)
    expect(await found(here, 'label.artist:ann')).toEqual(['shows/hero:v001', 'shows/sub/villain:v001'])
    expect(await found(here, '"hero like" ann')).toEqual(['shows/sub/villain:v001'])
    expect(await found(here, 'type:sequence after:2001-01-01 before:2002-01-01')).toEqual([])
  })

  it('reads a tag record again only when its etag changed', async () => {
    const here = await filled(bench())
    await found(here, 'label.artist:ann')
    here.store.calls.length = 0
    await found(here, 'label.artist:bob')
    expect(here.store.calls.filter(call => call.startsWith('read '))).toEqual([])
    await here.client.push(join(here.folder, 'in'), 'shows/hero:v001', { labels: { artist: 'Eve' }, force: true })
    here.store.calls.length = 0
    expect(await found(here, 'label.artist:eve')).toEqual(['shows/hero:v001'])
    expect(here.store.calls.filter(call => call.startsWith('read '))).toHaveLength(1)
  })

  it('warns of a record that can not be read, and finds the others', async () => {
    const here = await filled(bench())
    here.store.put('metadata/manifest/shows/hero/_tag/v001.json', 'not json')
    const warnings: string[] = []
    const names = await Array.fromAsync(
      here.client.search('label.artist:*', { onEvent: event => void (event.type === 'warning' && warnings.push(event.message)) }),
    )
    expect([names.length, warnings.length]).toEqual([2, 1])
  })

  it('refuses a query it can not read', async () => {
    await expect(found(bench(), 'nokey:x')).rejects.toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })

  it('gives the same assets where the service searches itself, whatever more it sends', async () => {
    const here = await filled(bench({ search: { native: ['text'] } }))
    const all = await Array.fromAsync((await filled(bench())).client.search(''))
    here.store.doSearch = async (_query, cursor) => {
      const bare = (asset: AssetSummary): AssetSummary => ({ collection: asset.collection, name: asset.name, tag: asset.tag })
      return cursor === undefined ? { items: all.slice(2).map(bare), cursor: '2' } : { items: all.slice(0, 2) }
    }
    const other = await filled(bench())
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(['hero', 'name:hero', 'label.artist:a*', 'tag:v002', 'collection:shows', 'type:sequence', 'bob'], { maxLength: 3 }),
        async words => {
          expect(await found(here, words.join(' '))).toEqual(await found(other, words.join(' ')))
        },
      ),
      { numRuns: 30 },
    )
  })
})
