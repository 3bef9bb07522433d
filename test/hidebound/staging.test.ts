import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Both, contents } from './both.ts'
import { hidebound, hideboundMissing, timeout } from './hidebound.ts'
import { mainTree } from './trees.ts'

/* What our `create` stages, from a converted configuration, is read by Hidebound's own exporters. */

const missing = hideboundMissing()
// With its reason, which the run tells at its end.
beforeEach(({ skip }) => skip(missing !== undefined, missing))
const kinds = ['asset', 'file', 'asset-chunk', 'file-chunk']

/** The project of the tree of 27 files, staged. */
function staged(): Both {
  const both = new Both(mainTree(), join(import.meta.dirname, 'small_frames.py'))
  for (const step of ['update', 'create']) both.ours(step, '--project', both.project)
  return both
}

/** How many files lie below each folder of what was exported. */
function counts(folder: string): Readonly<Record<string, number>> {
  const paths = [...contents(folder).keys()]
  const below = (start: string) => paths.filter(path => path.startsWith(start)).length
  return Object.fromEntries([['content', below('content/')], ...kinds.map(kind => [kind, below(`metadata/${kind}/`)])])
}

/** Metadata of a kind as values, whatever its layout and whatever its files are called, in the order of ids. */
function metadata(folder: string, kind: string): readonly unknown[] {
  const documents = [...contents(join(folder, 'metadata', kind)).values()].map((text): unknown =>
    JSON.parse(Buffer.from(text, 'latin1').toString()),
  )
  return documents.flat().toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

describe('our staging', { timeout }, () => {
  it.each([
    ['disk', 'export-disk', 'target', 'target'],
    ['S3', 'export-s3', 'bucket', 'bucket/hidebound'],
  ])('arrives whole through Hidebound’s %s exporter', (_name, step, into, at) => {
    using both = staged()
    hidebound(step, both.staging, both.path(into))
    const target = both.path(at)
    expect(counts(target)).toEqual({ content: 14, asset: 3, file: 14, 'asset-chunk': 1, 'file-chunk': 1 })
    expect(contents(join(target, 'content'))).toEqual(contents(join(both.staging, 'content')))
    for (const kind of kinds) expect(metadata(target, kind), kind).toEqual(metadata(both.staging, kind))
  })

  it('holds the same files as Hidebound’s own staging of the same tree', () => {
    using both = staged()
    const ours = contents(join(both.staging, 'content'))
    both.ours('delete', '--yes', '--project', both.project)
    hidebound('create', both.config)
    expect(counts(both.staging)).toEqual({ content: 14, asset: 3, file: 14, 'asset-chunk': 1, 'file-chunk': 1 })
    expect(contents(join(both.staging, 'content'))).toEqual(ours)
  })
  it('may be Hidebound’s own: what it staged is exported by us and found by reference', () => {
    using both = new Both(mainTree(), join(import.meta.dirname, 'small_frames.py'))
    hidebound('create', both.config)
    both.ours('export', '--to', 'local', '--staging', both.staging, '--project', both.project)
    const found = both.ours('search', '--json')
    for (const reference of ['proj001/spec001/pizza:v001', 'proj001/spec001/pizza:v002', 'proj001/spec002/taco:v001'])
      expect(found).toContain(reference.slice(0, reference.indexOf(':')))
    both.ours('pull', 'proj001/spec002/taco:v001', both.path('pulled'))
    const name = 'proj001/spec002/taco/p-proj001_s-spec002_d-taco_v001'
    expect([...contents(both.path('pulled')).values()]).toEqual([...contents(join(both.ingress, name)).values()])
  })
  it('is not made of what Hidebound moved, since that is the only copy', () => {
    using both = new Both(mainTree(), join(import.meta.dirname, 'small_frames.py'), { write_mode: 'move' })
    hidebound('create', both.config)
    const moved = contents(both.staging)
    both.ours('update', '--project', both.project)
    for (const step of [['create'], ['create', '--dry-run'], ['delete', '--yes'], ['workflow', '--yes', '--steps', 'delete']])
      expect(both.failing(...step, '--project', both.project)).toContain('may be the only copy')
    expect(contents(both.staging)).toEqual(moved)
  })
})
