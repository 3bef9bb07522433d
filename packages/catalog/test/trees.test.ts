import { existsSync, renameSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { create, initProject, openProject, query, readProblems, update } from '../src/index.ts'
import { allProblems, jpeg, png, rowsOf, testSpecifications, tree, vdbSpecification, Workspace } from './support/helpers.ts'
import { mainTree } from './support/main-tree.ts'

describe('a tree of 27 files', () => {
  it('has five assets of which three are valid, in order of path', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress(mainTree())
    expect(await update(project)).toMatchObject({ files: 27, assets: 5, valid: 3, invalid: 2 })
    const rows = await rowsOf(query(project, 'select asset_valid from data order by asset_path', { groupBy: 'asset' }))
    expect(rows.map(row => row['asset_valid'])).toEqual([true, true, false, true, false])
  })

  it('has 14 rows in valid assets', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress(mainTree())
    await update(project)
    expect(await rowsOf(query(project, 'SELECT count(*) AS n FROM Data WHERE asset_valid'))).toEqual([{ n: 14 }])
    expect(await rowsOf(query(project, 'select count(*) as n from data'))).toEqual([{ n: 27 }])
  })

  it('has eight assets when the volumes have a specification too', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications + vdbSpecification)
    space.ingress(mainTree())
    await update(project)
    const rows = await rowsOf(query(project, 'select asset_valid as v from data order by asset_path', { groupBy: 'asset' }))
    expect(rows.map(row => row['v'])).toEqual([true, true, false, true, false, true, true, true])
  })

  it('names every file that spoils an asset, with place and legal name', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress(mainTree())
    await update(project)
    const problems = allProblems(project).filter(({ path }) => path.includes('pizza_v003') || path.includes('PIZZA'))
    const wrong = problems.find(({ path }) => path.includes('PIZZA'))
    expect(wrong).toMatchObject({
      field: 'descriptor',
      rule: 'token',
      position: 'p-proj001_s-spec001_d-'.length,
      legalName: 'p-proj001_s-spec001_d-pizza_v003_c0000-0001_f0003.png',
    })
    expect(problems.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))).toEqual(
      expect.arrayContaining([
        'p-proj001_s-spec001_d-kiwi_v003_c0000-0001_f0001.png',
        'p-proj001_s-spec0001_d-pizza_v003_c0000-0001_f0005.png',
        'misc.txt',
      ]),
    )
  })

  it('unlike Hidebound, keeps back the good files of an asset with a bad one', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress(mainTree())
    await update(project)
    const rows = await rowsOf(query(project, "select sum(asset_valid) as n from data where asset_path like '%taco_v002'"))
    expect(rows).toEqual([{ n: 0 }])
  })

  it('stages 14 files and, where asked, a document for each', async () => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}metadata_types: [asset, file, asset-chunk, file-chunk]\n`)
    space.ingress(mainTree())
    await update(project)
    await create(project)
    const files = tree(project.config.stagingDirectory)
    const count = (start: string) => files.filter(path => path.startsWith(start)).length
    expect([
      count('content/'),
      count('metadata/file/'),
      count('metadata/asset/'),
      count('metadata/asset-chunk/'),
      count('metadata/file-chunk/'),
    ]).toEqual([14, 14, 3, 1, 1])
  })

  it.each([
    ["exclude: ['/misc\\.txt|vdb/']", 23],
    ["include: ['/misc\\.txt|vdb/']", 4],
    ["include: ['/pizza/']\nexclude: ['/misc\\.txt|vdb/']", 16],
    ["exclude: ['**/*.vdb', '**/misc.txt']", 23],
  ])('has, with %s, %i files', async (filter, files) => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}${filter}\n`)
    space.ingress(mainTree())
    expect((await update(project)).files).toBe(files)
  })
})

describe('a tree of 12 files', () => {
  const sequence = (folder: string, names: readonly string[], image: Uint8Array) =>
    Object.fromEntries(names.map(name => [`${folder}/${name}`, image]))
  const files = () => {
    const cat = (descriptor: string, version: string) => {
      const asset = `p-cat001_s-spec002_d-${descriptor}_${version}`
      return sequence(
        `p-cat001/s-spec002/d-${descriptor}/${asset}`,
        ['0001', '0002', '0003'].map(frame => `${asset}_f${frame}.jpg`),
        jpeg(),
      )
    }
    const running = 'p-cat001_s-spec001_d-running-cat_v001'
    return {
      ...sequence(
        `p-cat001/spec001/${running}`,
        [
          `${running}_c0000-0005_f0001.png`,
          `${running.replace('running-cat', 'Running-Cat')}_c0000-0005_f0002.png`,
          `${running}_c0000-0005_f0003.png`,
        ],
        png(),
      ),
      ...cat('tabby-playing', 'v001'),
      ...cat('tabby-playing', 'v002'),
      ...cat('calico-jumping', 'v001'),
    }
  }

  it('has four assets, and the one with a capital in a name is invalid until the file has its legal name', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress(files())
    expect(await update(project)).toMatchObject({ files: 12, assets: 4, valid: 3, invalid: 1 })
    expect(await create(project)).toMatchObject({ assets: 3, files: 9, written: 9 })
    const [group] = [...readProblems(project)]
    expect(group).toMatchObject({
      reference: 'cat001/spec001/running-cat:v001',
      asset: 'p-cat001/spec001/p-cat001_s-spec001_d-running-cat_v001',
    })
    const [problem] = group?.problems ?? []
    const wrong = space.path('project/ingress', problem?.path ?? '')
    renameSync(wrong, wrong.slice(0, wrong.lastIndexOf('/') + 1) + (problem?.legalName ?? ''))
    expect(await update(project)).toMatchObject({ assets: 4, valid: 4, invalid: 0, unassigned: 0 })
    expect(await create(project)).toMatchObject({ assets: 4, files: 12, changed: 1, written: 3 })
  })
})

describe('the example project', () => {
  it('is valid as it is', async () => {
    using space = new Workspace()
    const result = initProject(space.path('project'), { example: 'clean' })
    expect(result.names.legal).toBe(result.names.files)
    expect(await update(openProject(space.path('project')))).toMatchObject({ assets: 5, valid: 5, unassigned: 0 })
  })

  it('has three faults when asked for, each on an asset of its own', async () => {
    using space = new Workspace()
    const { faults } = initProject(space.path('project'), { example: 'faulty' })
    const project = openProject(space.path('project'))
    expect(await update(project)).toMatchObject({ assets: 5, valid: 2, invalid: 3 })
    expect(faults.map(({ fault }) => fault)).toEqual(['wrong-capital', 'missing-frame', 'wrong-size'])
    expect(faults.map(({ path }) => existsSync(space.path('project', path)))).toEqual([true, false, true])
    expect(allProblems(project).map(({ rule }) => rule)).toEqual(expect.arrayContaining(['token', 'noMissingValues', 'eq']))
  })
})
