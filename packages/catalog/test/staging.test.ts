import { createHash } from 'node:crypto'
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOf } from '@fairlead/core/host'
import { describe, expect, it } from 'vitest'
import { idOf } from '../src/staging/ids.ts'
import { documentsOf, stagingLayout } from '../src/staging/layout.ts'
import { pruneStaging } from '../src/staging/prune.ts'
import stageFiles from '../src/staging/stage-files.ts'
import { Workspace } from './support/helpers.ts'

/** A staging folder with one asset of two files, and what makes it visible. */
function staged(space: Workspace) {
  const layout = stagingLayout(space.path('staging'))
  for (const name of ['one', 'two']) space.write(`staging/content/cats/a/${name}`, name)
  const id = idOf('cats/a')
  const documents = documentsOf(layout, id)
  for (const path of ['manifest', 'metadata/asset']) space.write(`staging/${path}/${id}.json`, '{}')
  return { layout, id, documents }
}

function unit(space: Workspace, text: string, documents: readonly string[]) {
  const source = space.write('ingress/one', text)
  const fingerprint = fingerprintOf(lstatSync(source, { bigint: true }))
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { mode: 'copy' as const, documents, files: [{ source, target: space.path('staging/content/cats/a/one'), fingerprint, sha256 }] }
}

describe('staging the files of an asset', () => {
  it('keeps the asset visible when all of its content is there already', () => {
    using space = new Workspace()
    const { documents } = staged(space)
    expect(stageFiles(unit(space, 'one', documents))).toMatchObject([{ written: false }])
    expect(documents.map(existsSync)).toEqual([true, true])
  })

  it('hides the asset before its content changes', () => {
    using space = new Workspace()
    const { documents } = staged(space)
    expect(stageFiles(unit(space, 'other', documents))).toMatchObject([{ written: true }])
    expect(documents.map(existsSync)).toEqual([false, false])
  })
})

describe('pruning', () => {
  it('hides an asset that stays, when it loses a file', () => {
    using space = new Workspace()
    const { layout, id, documents } = staged(space)
    let hidden = 0
    expect(pruneStaging(layout, { assets: new Set([id]), files: new Set(), paths: new Set(['cats/a/one']) }, () => hidden++)).toBe(0)
    expect(hidden).toBe(1)
    expect(existsSync(join(layout.content, 'cats/a/two'))).toBe(false)
    expect(documents.map(existsSync)).toEqual([false, false])
  })

  it('leaves an asset alone that has all of its files', () => {
    using space = new Workspace()
    const { layout, id, documents } = staged(space)
    space.write('staging/content/cats/a/.fairlead-1-1.tmp', 'half')
    pruneStaging(layout, { assets: new Set([id]), files: new Set(), paths: new Set(['cats/a/one', 'cats/a/two']) }, () =>
      expect.fail('chunks are hidden'),
    )
    expect(existsSync(join(layout.content, 'cats/a/.fairlead-1-1.tmp'))).toBe(false)
    expect(documents.map(existsSync)).toEqual([true, true])
  })
})
