import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetIdsWhere, update, type Project } from '../src/index.ts'
import { failureOf, jpeg, png, testSpecifications, Workspace } from './support/helpers.ts'

const cat = 'p-cat001_s-spec001_d-running-cat_v001'
const dog = 'p-dog001_s-spec002_d-sitting-dog_v002'

describe('a selection of assets', () => {
  let space: Workspace
  let project: Project
  beforeAll(async () => {
    space = new Workspace()
    project = space.project(testSpecifications)
    space.ingress({ [`${cat}/${cat}_c0001-0005_f0001.png`]: png(), [`${dog}/${dog}_f0001.jpg`]: jpeg(8, 5) })
    await update(project)
  })
  afterAll(() => space[Symbol.dispose]())

  it.each([
    ['1', [cat, dog]],
    ["project = 'cat001' -- of cats", [cat]],
    ['width > 4 and not asset_valid', [dog]],
    ["asset_error like '%width%'", [dog]],
    ['0', []],
  ])('holds those for which %j', async (condition, paths) => {
    const found = await assetIdsWhere(project, condition)
    expect([...found.paths]).toEqual(paths)
    expect(found.ids.size).toBe(paths.length)
  })

  it('is only of assets, however a condition leaves its bracket', async () => {
    const { paths } = await assetIdsWhere(
      project,
      "0) union select 'x' union select asset_path_relative from asset_data where (version = 2",
    )
    expect([...paths]).toEqual([dog])
  })

  it.each(['widht > 1', '', '1); delete from assets where (1', 'exists (select 1 from sqlite_schema)', 'load_extension(1)'])(
    'is refused for %j',
    async condition => {
      expect(await failureOf(assetIdsWhere(project, condition))).toMatchObject({ code: 'input-invalid' })
    },
  )
})
