import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { create, update, type PlannedAsset, type Project } from '../src/index.ts'
import { contents, failureOf, jpeg, png, testSpecifications, tree, Workspace } from './support/helpers.ts'

const cat = 'p-cat001_s-spec001_d-running-cat_v001'
const dog = 'p-dog001_s-spec002_d-sitting-dog_v002'
const catFrame = `cats/${cat}/${cat}_c0001-0005_f0001.png`
const dogFrame = `dogs/${dog}/${dog}_f0001.jpg`

async function sample(space: Workspace, more = ''): Promise<Project> {
  const project = space.project(`${testSpecifications}metadata_types: [asset, file, asset-chunk, file-chunk]\n${more}`)
  space.ingress({ [catFrame]: png(), [dogFrame]: jpeg() })
  await update(project)
  return project
}

const staged = (project: Project) => tree(join(project.config.stagingDirectory, 'content'))

async function planned(project: Project, options: Parameters<typeof create>[1] = {}): Promise<readonly PlannedAsset[]> {
  const plan: PlannedAsset[] = []
  await create(project, { ...options, dryRun: true, onPlan: line => plan.push(line) })
  return plan
}

describe('create of a subset', () => {
  it.each([
    ['a condition', { where: "project = 'cat001'" }],
    ['a glob of the path', { assets: ['cats/**'] }],
    ['a glob of the name', { assets: ['*running-cat*'] }],
    ['a regular expression', { assets: ['/running-(cat|horse)/'] }],
    ['both', { where: 'asset_valid', assets: ['p-cat*'] }],
  ])('stages what %s names', async (_, subset) => {
    using space = new Workspace()
    const project = await sample(space)
    expect(await create(project, subset)).toMatchObject({ assets: 1, changed: 1, kept: 0 })
    expect(staged(project)).toEqual([catFrame])
  })

  it('leaves alone what is staged besides, and its chunks go on naming it', async () => {
    using space = new Workspace()
    const project = await sample(space)
    await create(project)
    const before = contents(project.config.stagingDirectory)
    expect(await create(project, { assets: ['p-cat*'] })).toMatchObject({ assets: 1, changed: 0, removed: 0, kept: 1 })
    expect(contents(project.config.stagingDirectory)).toEqual(before)
    rmSync(join(project.config.ingressDirectory, dogFrame))
    await update(project)
    expect(await create(project, { assets: ['p-cat*'] })).toMatchObject({ removed: 0, kept: 1 })
    expect(staged(project)).toEqual([catFrame, dogFrame])
    expect(await create(project)).toMatchObject({ removed: 1, kept: 0 })
    expect(staged(project)).toEqual([catFrame])
  })

  it('takes out the rest where that is asked for', async () => {
    using space = new Workspace()
    const project = await sample(space)
    await create(project)
    expect(await create(project, { assets: ['p-cat*'], prune: true })).toMatchObject({ removed: 1, kept: 0 })
    expect(staged(project)).toEqual([catFrame])
  })

  it.each([{ where: 'no such column = 1' }, { where: '' }, { where: '1); drop table assets; --' }])('refuses %j', async subset => {
    using space = new Workspace()
    const project = await sample(space)
    expect(await failureOf(create(project, subset))).toMatchObject({ code: 'input-invalid' })
    expect(await create(project)).toMatchObject({ assets: 2 })
  })
})

describe('the plan of a create', () => {
  it('says for each asset what would be done with how many bytes, and writes nothing', async () => {
    using space = new Workspace()
    const project = await sample(space)
    expect(await planned(project)).toEqual([
      {
        action: 'copy',
        asset: `cats/${cat}`,
        reference: 'cat001/spec001/running-cat:v001',
        files: 1,
        bytes: png().length,
        changedFiles: 1,
        changedBytes: png().length,
      },
      expect.objectContaining({ action: 'copy', asset: `dogs/${dog}` }),
    ])
    expect(tree(join(project.folder, '.fairlead')).filter(path => path.startsWith('staging'))).toEqual([])
  })

  it('tells what would be kept and removed, and what is done bears it out', async () => {
    using space = new Workspace()
    const project = await sample(space)
    await create(project)
    expect(await planned(project)).toMatchObject([{ action: 'keep' }, { action: 'keep' }])
    rmSync(join(project.config.ingressDirectory, dogFrame))
    await update(project)
    expect(await planned(project)).toMatchObject([{ action: 'keep' }, { action: 'remove', asset: `dogs/${dog}`, changedFiles: 1 }])
    expect(await planned(project, { assets: ['p-cat*'] })).toMatchObject([
      { action: 'keep' },
      { action: 'keep', reason: expect.any(String) },
    ])
    expect(await create(project)).toMatchObject({ changed: 0, removed: 1 })
  })

  it('of a move tells what is moved and what was moved', async () => {
    using space = new Workspace()
    const project = await sample(space, 'write_mode: move\n')
    expect(await planned(project, { assets: ['p-cat*'] })).toMatchObject([{ action: 'move', changedFiles: 1 }])
    await create(project, { assets: ['p-cat*'] })
    expect(await planned(project)).toMatchObject([{ action: 'keep', reason: 'moved here earlier' }, { action: 'move' }])
    await update(project)
    expect(await planned(project)).toMatchObject([{ action: 'move' }, { action: 'keep', reason: 'moved here earlier' }])
  })
})
