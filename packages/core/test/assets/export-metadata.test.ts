import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hero, note, stage, type Asset } from './staged.ts'
import { bench, tree, type Bench } from './support.ts'

describe('the chunks of exports', () => {
  const chunks = ({ store }: Bench) => [...store.objects.keys()].filter(path => path.includes('-chunk/')).toSorted()
  const renamed = (here: Bench, assets: readonly Asset[], time: string) => {
    const staging = stage(join(here.folder, `staging-${time}`), assets)
    for (const kind of ['asset', 'file'])
      renameSync(
        join(staging, `metadata/${kind}-chunk/hidebound-${kind}-chunk_2030.json`),
        join(staging, `metadata/${kind}-chunk/hidebound-${kind}-chunk_${time}.json`),
      )
    return staging
  }

  it('of the same content are not doubled, whatever their names', async () => {
    const here = bench()
    await here.client.export(renamed(here, [hero, note], '2030'))
    const before = chunks(here)
    const other = bench({}, here.store)
    await other.client.export(renamed(other, [hero, note], '2031'))
    expect(chunks(here)).toEqual(before)
  })

  it('replace those that name nothing else', async () => {
    const here = bench()
    await here.client.export(renamed(here, [hero], '2030'))
    await here.client.export(renamed(here, [hero, note], '2031'))
    expect(chunks(here)).toEqual([
      'metadata/asset-chunk/hidebound-asset-chunk_2031.json',
      'metadata/file-chunk/hidebound-file-chunk_2031.json',
    ])
  })

  it('leave alone those that name what staging does not have, even under the same name', async () => {
    const here = bench()
    await here.client.export(renamed(here, [hero], '2030'))
    const other = bench({}, here.store)
    await other.client.export(renamed(other, [note], '2030'))
    expect(chunks(here)).toEqual([
      'metadata/asset-chunk/hidebound-asset-chunk_2030-2.json',
      'metadata/asset-chunk/hidebound-asset-chunk_2030.json',
      'metadata/file-chunk/hidebound-file-chunk_2030-2.json',
      'metadata/file-chunk/hidebound-file-chunk_2030.json',
    ])
    here.store.calls.length = 0
    await other.client.export(renamed(other, [note], '2030'))
    expect(here.store.calls.filter(call => call.startsWith('write '))).toEqual([])
  })
})

describe('a staging folder that Hidebound made', () => {
  const name = 'p-proj001_s-spec001_d-pizza_v002'
  function hidebound(folder: string, more: Readonly<Record<string, unknown>> = {}): string {
    const row = {
      asset_id: '0b1f',
      asset_path: `/old/staging/content/a/${name}`,
      asset_path_relative: `a/${name}`,
      asset_name: name,
      asset_traits: { project: ['proj001', 'proj001'], specification: ['spec001', 'spec001'], frame: [1, 2] },
      asset_type: 'sequence',
      file_ids: ['f1', 'f2'],
      filenames: ['x_f0001.png', 'x_f0002.png'],
      filepaths: [`/old/ingress/a/${name}/x_f0001.png`, `/old/ingress/a/${name}/x_f0002.png`],
      filepaths_relative: [`a/${name}/x_f0001.png`, `a/${name}/x_f0002.png`],
      ...more,
    }
    return tree(folder, {
      [`content/a/${name}/x_f0001.png`]: 'one',
      [`content/a/${name}/x_f0002.png`]: 'two',
      'metadata/asset/0b1f.json': JSON.stringify(row),
      'metadata/file/f1.json': '{}',
      'metadata/file/f2.json': '{}',
      'metadata/asset-chunk/hidebound-asset-chunk_2020.json': JSON.stringify([row]),
      'metadata/file-chunk/hidebound-file-chunk_2020.json': JSON.stringify([{ file_id: 'f1' }, { file_id: 'f2' }]),
    })
  }

  it('is exported with a reference of the name and hashes of the files', async () => {
    const here = bench()
    expect(await here.client.export(hidebound(join(here.folder, 'hidebound')))).toMatchObject({ assets: 1, files: 2, failed: 0 })
    expect(await here.client.verify('proj001/spec001/pizza:v002')).toMatchObject({ ok: true })
    expect([...here.store.objects.keys()].filter(path => /^metadata\/(?!manifest)/.test(path))).toHaveLength(5)
  })

  it.each([
    [{ asset_name: 'whatever' }, /can't be turned into a reference/],
    [{ filepaths_relative: ['a/none.png'] }, /not in content/],
    [{ asset_type: 'bundle' }, /asset_type/],
  ])('is refused when it breaks its rules: %j', async (more, message) => {
    const here = bench()
    await expect(here.client.export(hidebound(join(here.folder, 'hidebound'), more))).rejects.toThrow(message)
    expect(here.store.objects.size).toBe(0)
  })
})
