import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, type AssetManifest } from '@fairlead/core'
import { canonicalJson } from '../../src/contract/canonical-json.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentFolder, manifestPath, tagPath } from '../../src/contract/asset-layout.ts'
import { checkTarget, targetRules } from '../../src/host/assets/target-rules.ts'
import { bench, contents, tree, type Bench } from './support.ts'

const address = { collection: 'shows', name: 'hero' }
const file = (path: string) => ({
  path,
  size: 1,
  sha256: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
  mediaType: 'text/plain',
})

/** Plants an asset whose manifest has any files, under a digest that is right. */
function plant({ store }: Bench, files: AssetManifest['files'], record: Record<string, unknown> = {}): void {
  const manifest: AssetManifest = { schemaVersion: 1, type: 'sequence', traits: {}, files }
  const digest = digestOf(manifest)
  store.put(manifestPath(address, digest), canonicalJson(manifest))
  store.put(
    tagPath(address, 'latest'),
    JSON.stringify({
      schemaVersion: 1,
      digest,
      type: 'sequence',
      count: files.length,
      bytes: files.length,
      labels: {},
      time: '2030-01-01T00:00:00Z',
      ...record,
    }),
  )
  for (const { path } of files) store.put(`${contentFolder(address, digest)}/${path}`, '1')
}

describe('a manifest is not trusted', () => {
  for (const path of ['../escape', '/etc/escape', 'a/../../escape', 'a//b', './a', 'a/', 'nul\0byte', '']) {
    it(`refuses the file ${JSON.stringify(path)} and writes nothing`, async () => {
      const here = bench()
      plant(here, [file(path)])
      await expect(here.client.pull('shows/hero', join(here.folder, 'out'))).rejects.toThrow(
        expect.objectContaining({ name: 'FairleadError' }),
      )
      expect(existsSync(join(here.folder, 'out'))).toBe(false)
    })
  }

  it('refuses a file that is also a folder, before anything is written', async () => {
    const here = bench()
    plant(here, [file('a'), file('a/b')])
    await expect(here.client.pull('shows/hero', join(here.folder, 'out'))).rejects.toThrow(
      expect.objectContaining({ code: 'path-invalid' }),
    )
    expect(existsSync(join(here.folder, 'out'))).toBe(false)
  })

  it('refuses one whose digest is another', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { a: '1' }), 'shows/hero')
    const [path = ''] = [...here.store.objects.keys()].filter(path => path.includes('/_digest/'))
    here.store.put(path, here.store.text(path).replace('"size":1', '"size":2'))
    await expect(here.client.pull('shows/hero', join(here.folder, 'out'))).rejects.toThrow(expect.objectContaining({ code: 'integrity' }))
  })

  it('refuses what is no manifest, and what a newer version wrote', async () => {
    const here = bench()
    for (const [text, code] of [
      ['[]', 'integrity'],
      ['{', 'integrity'],
      ['{"schemaVersion":2}', 'unsupported'],
    ] as const) {
      here.store.put(tagPath(address, 'latest'), text)
      await expect(here.client.inspect('shows/hero')).rejects.toThrow(expect.objectContaining({ code }))
    }
  })

  it('refuses a record that places its files among those of other assets', async () => {
    const here = bench()
    for (const root of ['assets/shows/other', 'content/../assets', '/content', 'contents']) {
      plant(here, [file('a')], { root })
      await expect(here.client.remove('shows/hero')).rejects.toThrow(expect.objectContaining({ name: 'FairleadError' }))
    }
  })

  it('takes names like those of object members', async () => {
    const here = bench()
    await here.client.push(tree(join(here.folder, 'x'), { __proto__x: '1', constructor: '2' }), 'shows/hero')
    await here.client.pull('shows/hero', join(here.folder, 'out'))
    expect(contents(join(here.folder, 'out'))).toEqual({ 'hero/__proto__x': '1', 'hero/constructor': '2' })
  })
})

describe('the target file system', () => {
  const refuses = (platform: NodeJS.Platform, ...paths: string[]) =>
    expect(() => checkTarget(paths.map(file), '/out', targetRules('/out', platform))).toThrow(
      expect.objectContaining({ code: 'path-invalid' }),
    )

  it('keeps names apart on Linux that macOS and Windows do not', () => {
    expect(() => checkTarget([file('a'), file('A'), file('é'), file('e\u0301')], '/out', targetRules('/out', 'linux'))).not.toThrow()
    refuses('darwin', 'a', 'A')
    refuses('darwin', 'é', 'e\u0301')
    refuses('win32', 'a/x', 'A/X')
  })

  it('refuses on Windows what Windows reserves', () => {
    for (const path of ['con', 'aux.txt', 'a:b', 'a?', 'back\\slash', 'dot.', 'space ', 'a/nul/b']) refuses('win32', path)
    expect(() => checkTarget([file('100%41.txt'), file('console')], 'C:\\out', targetRules('/out', 'win32'))).not.toThrow()
  })

  it('finds that this one tells case apart, or not, without writing', () => {
    const { folder } = bench()
    expect(targetRules(join(folder, 'not', 'yet'), 'linux').case).toBe('sensitive')
    expect(targetRules(folder, 'darwin').case).toBe('preserving')
  })

  it('refuses a path longer than the system allows', () => {
    expect(() => checkTarget([file('a'.repeat(200))], `/${'b/'.repeat(2000)}`, targetRules('/out', 'linux'))).toThrow(
      expect.objectContaining({ code: 'path-invalid' }),
    )
  })
})

describe('paths of references', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,5}$/)
  const reference = fc.record({
    collection: fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/')),
    name: part,
    tag: part,
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`),
  })

  it("no two references share a path, and none is a prefix of another's", () => {
    fc.assert(
      fc.property(reference, reference, (one, two) => {
        const same = one.collection === two.collection && one.name === two.name
        const pairs = [
          [tagPath(one, one.tag), tagPath(two, two.tag), same && one.tag === two.tag],
          [manifestPath(one, one.digest), manifestPath(two, two.digest), same && one.digest === two.digest],
          [contentFolder(one, one.digest), contentFolder(two, two.digest), same && one.digest.slice(0, 23) === two.digest.slice(0, 23)],
          [tagPath(one, one.tag), manifestPath(two, two.digest), false],
        ] as const
        for (const [a, b, equal] of pairs) {
          expect(a === b).toBe(equal)
          expect(`${b}/`.startsWith(`${a}/`) && !equal).toBe(false)
          expect(`${a}/`.startsWith(`${b}/`) && !equal).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })
})
