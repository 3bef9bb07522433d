import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { create, lintCatalog, nextName, update, type Project } from '../src/index.ts'
import { failureOf, png, Workspace } from './support/helpers.ts'

const specifications = `
ingress_directory: ingress
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
  note001: { type: file }
  grid001:
    type: sequence
    filenameFields: [project, specification, version, coordinate, extension]
    assetNameFields: [project, specification, version, coordinate]
`
const asset = (version: string, descriptor = 'running-cat') => `p-cat001_s-spec001_d-${descriptor}_v${version}`

async function withVersions(space: Workspace, ...versions: readonly string[]): Promise<Project> {
  const project = space.project(specifications)
  for (const version of versions) space.ingress({ [`cats/${asset(version)}/${asset(version)}_f0001.png`]: png() })
  await update(project)
  return project
}

describe('the next name', () => {
  it.each([
    'cat001/spec001/running-cat',
    'cat001/spec001/running-cat:v001',
    asset('001'),
    'p-cat001_s-spec001_d-running-cat',
    `${asset('001')}_f0001.png`,
  ])('is found from %s', async text => {
    using space = new Workspace()
    const project = await withVersions(space, '001', '002')
    expect(await nextName(project, text)).toEqual({
      name: asset('003'),
      reference: 'cat001/spec001/running-cat:v003',
      version: 3,
      versions: [1, 2],
      gaps: [],
    })
  })

  it('is found from a path', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '001')
    const folder = join(project.config.ingressDirectory, 'cats', asset('001'))
    expect((await nextName(project, folder)).version).toBe(2)
    expect((await nextName(project, join(folder, `${asset('001')}_f0001.png`))).version).toBe(2)
  })

  it('is v001 for the first one, and tells gaps', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '002', '005')
    expect(await nextName(project, 'cat001/spec001/sleeping-cat')).toMatchObject({
      reference: 'cat001/spec001/sleeping-cat:v001',
      versions: [],
    })
    expect(await nextName(project, 'cat001/spec001/running-cat')).toMatchObject({ version: 6, gaps: [1, 3, 4] })
  })

  it('counts what is invalid or misnamed, what lies beside since the update, what is staged and what a connection has', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '001')
    space.ingress({ [`cats/${asset('002')}/${asset('2')}_f1.png`]: 'misnamed' })
    await update(project)
    expect((await nextName(project, asset('001'))).version).toBe(3)
    mkdirSync(join(project.config.ingressDirectory, 'cats', asset('003')))
    expect((await nextName(project, asset('001'))).version).toBe(4)
    mkdirSync(join(project.config.stagingDirectory, 'content/cats', asset('004')), { recursive: true })
    expect((await nextName(project, asset('001'))).version).toBe(5)
    const asked: string[] = []
    const tagsOf = async (collection: string, name: string) => {
      asked.push(`${collection}/${name}`)
      return ['v007', 'latest']
    }
    expect(await nextName(project, asset('001'), { tagsOf })).toMatchObject({ version: 8, gaps: [5, 6] })
    expect(asked).toEqual(['cat001/spec001/running-cat'])
  })

  it('works before the first update, and from the other fields of a name', async () => {
    using space = new Workspace()
    const project = space.project(specifications)
    expect(await nextName(project, 'cat001/grid001_c0000-0005')).toMatchObject({ name: 'p-cat001_s-grid001_v001_c0000-0005' })
  })

  it('ends at 999', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '999')
    expect(await failureOf(nextName(project, asset('001')))).toMatchObject({ code: 'input-invalid' })
  })

  it.each(['', 'nothing', 'cat001/nope001/running-cat', '../..', 'new\nline', 'a:b:c'])('is not told for %j', async text => {
    using space = new Workspace()
    const project = await withVersions(space, '001')
    expect((await failureOf(nextName(project, text))).code).toBe('input-invalid')
  })

  it('makes a folder where those before lie, each caller another one', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '001')
    const made = await Promise.all([1, 2, 3, 4].map(() => nextName(project, asset('001'), { makeFolder: true })))
    expect(made.map(one => one.version).toSorted()).toEqual([2, 3, 4, 5])
    expect(readdirSync(join(project.config.ingressDirectory, 'cats'))).toHaveLength(5)
    expect(made[0]?.made).toBe(`cats/${asset('002')}`)
  })

  it('makes the first folder only where it is told to', async () => {
    using space = new Workspace()
    const project = await withVersions(space)
    expect((await failureOf(nextName(project, asset('001'), { makeFolder: true }))).hint).toContain('--in')
    expect((await failureOf(nextName(project, asset('001'), { makeFolder: true, folder: '../out' }))).code).toBe('path-invalid')
    expect(await nextName(project, asset('001'), { makeFolder: true, folder: '' })).toMatchObject({ made: asset('001') })
    expect((await failureOf(nextName(project, 'cat001/note001/x', { makeFolder: true, folder: '' }))).code).toBe('unsupported')
  })

  it('stays behind what was created', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '001', '002')
    await create(project)
    expect((await nextName(project, asset('001'))).version).toBe(3)
  })
})

describe('the names of a catalog', () => {
  it('are checked once for all versions, and against each other', async () => {
    using space = new Workspace()
    const project = await withVersions(space, '001', '002', '003')
    for (const descriptor of ['runing-cat', 'cat-running', 'kiwi-test'])
      space.ingress({ [`${asset('001', descriptor)}/${asset('001', descriptor)}_f0001.png`]: png() })
    space.ingress({ 'p-cat001_s-note001_d-some-txt_v001.txt': '', 'misc.txt': '' })
    await update(project)
    const found = [...lintCatalog(project)].map(({ path, assets, findings }) => [
      path,
      assets,
      findings.map(({ rule, suggestion }) => [rule, suggestion]),
    ])
    expect(found).toEqual([
      ['p-cat001_s-note001_d-some-txt_v001.txt', 1, [['repeated-information', 'p-cat001_s-note001_d-some_v001']]],
      [asset('001', 'cat-running'), 1, [['near-duplicate', asset('001')]]],
      [asset('001', 'kiwi-test'), 1, [['junk-word', asset('001', 'kiwi')]]],
      [asset('001', 'runing-cat'), 1, [['near-duplicate', asset('001')]]],
    ])
  })
})
