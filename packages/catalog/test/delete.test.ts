import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { create, deleteStaging, update, type Project } from '../src/index.ts'
import { failureOf, png, testSpecifications, tree, Workspace } from './support/helpers.ts'

const asset = 'p-cat001_s-spec001_d-running-cat_v001'

async function staged(space: Workspace): Promise<Project> {
  const project = space.project(testSpecifications)
  space.ingress({ [`${asset}/${asset}_c0000-0005_f0001.png`]: png() })
  await update(project)
  await create(project)
  return project
}

describe('delete', () => {
  it('names what is not of create, and leaves it there', async () => {
    using space = new Workspace()
    const project = await staged(space)
    space.write('project/.fairlead/staging/mine.txt', 'x')
    space.write('project/.fairlead/staging/metadata/own/y.json', 'y')
    expect(await deleteStaging(project)).toMatchObject({ files: 1, bytes: png().length, left: ['mine.txt', 'metadata/own'] })
    expect(tree(project.config.stagingDirectory)).toEqual(['metadata/own/y.json', 'mine.txt'])
  })

  it('only says what it would remove in a dry run', async () => {
    using space = new Workspace()
    const project = await staged(space)
    const before = tree(project.config.stagingDirectory)
    expect(await deleteStaging(project, { dryRun: true })).toMatchObject({
      files: 1,
      removed: [expect.any(String), expect.any(String), expect.any(String)],
    })
    expect(tree(project.config.stagingDirectory)).toEqual(before)
  })

  it.each(['', 'content', 'metadata', 'metadata/asset'])('goes through no link: %j', async folder => {
    using space = new Workspace()
    const project = await staged(space)
    const place = join(project.config.stagingDirectory, folder)
    renameSync(place, space.path('elsewhere'))
    symlinkSync(space.path('elsewhere'), place)
    const before = tree(space.path('elsewhere'))
    for (const step of [deleteStaging, create]) expect(await failureOf(step(project))).toMatchObject({ code: 'precondition-failed' })
    expect(tree(space.path('elsewhere'))).toEqual(before)
  })

  it('refuses a folder that holds the ingress by another name', async () => {
    using space = new Workspace()
    const project = await staged(space)
    renameSync(project.config.ingressDirectory, space.path('real'))
    symlinkSync(space.path('real'), project.config.ingressDirectory)
    const inside = { ...project, config: { ...project.config, stagingDirectory: space.path('real') } }
    expect(await failureOf(deleteStaging(inside))).toMatchObject({
      code: 'precondition-failed',
      message: expect.stringContaining('is the ingress'),
    })
    expect(tree(space.path('real'))).toHaveLength(1)
  })

  it('refuses a folder "content" that nothing describes', async () => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}staging_directory: website\n`)
    space.write('project/website/content/index.html', 'x')
    expect(await failureOf(deleteStaging(project))).toMatchObject({ code: 'precondition-failed' })
    expect(existsSync(space.path('project/website/content/index.html'))).toBe(true)
    mkdirSync(space.path('project/empty'))
  })
})
