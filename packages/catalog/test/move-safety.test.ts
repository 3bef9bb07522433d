import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { create, deleteStaging, update, type Project } from '../src/index.ts'
import { idOf } from '../src/staging/ids.ts'
import { failureOf, png, settle, testSpecifications, tree, Workspace } from './support/helpers.ts'

const moving = `${testSpecifications}write_mode: move\n`
const asset = 'p-cat001_s-spec001_d-running-cat_v001'
const frame = (number: number) => `${asset}/${asset}_c0000-0005_f000${number}.png`
const staged = ({ config }: Project) => tree(join(config.stagingDirectory, 'content'))

async function moved(space: Workspace): Promise<Project> {
  const project = space.project(moving)
  space.ingress({ [frame(1)]: png(), [frame(2)]: png() })
  await settle()
  await update(project)
  await create(project)
  return project
}

const manifests = ({ config }: Project) => join(config.stagingDirectory, 'manifest')

describe('what was moved to staging', () => {
  it.each(['', '{', '{"files": []}'])('stays when the document that describes it is broken (%j)', async text => {
    using space = new Workspace()
    const project = await moved(space)
    await update(project)
    writeFileSync(join(manifests(project), `${idOf(asset)}.json`), text)
    expect(await failureOf(create(project))).toMatchObject({ code: 'input-invalid', message: expect.stringContaining(idOf(asset)) })
    expect(await failureOf(deleteStaging(project))).toMatchObject({ code: 'input-invalid' })
    expect(await failureOf(deleteStaging(project, { moved: 'delete' }))).toMatchObject({ code: 'input-invalid' })
    expect(staged(project)).toEqual([frame(1), frame(2)])
  })
})

describe('a broken document of staging', () => {
  it('is written again where the ingress has what it described', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    space.ingress({ [frame(1)]: png() })
    await settle()
    await update(project)
    await create(project)
    const [name = ''] = readdirSync(manifests(project))
    const before = readFileSync(join(manifests(project), name), 'utf8')
    writeFileSync(join(manifests(project), name), '')
    expect(await create(project)).toMatchObject({ assets: 1, changed: 1, refused: [] })
    expect(readFileSync(join(manifests(project), name), 'utf8')).toBe(before)
  })
})

describe('create that moves an asset two of whose files are one by a hard link', () => {
  it('moves both', async () => {
    using space = new Workspace()
    const project = space.project(moving)
    space.ingress({ [frame(1)]: png() })
    const path = (number: number) => join(project.config.ingressDirectory, frame(number))
    linkSync(path(1), path(2))
    await settle()
    await update(project)
    expect(await create(project)).toMatchObject({ written: 2, refused: [] })
    expect(staged(project)).toEqual([frame(1), frame(2)])
    expect(tree(project.config.ingressDirectory)).toEqual([])
  })
})

describe('a record of a move that somebody else wrote', () => {
  const record = (path: string, ingress: string) => {
    const file = {
      path: path.slice(path.lastIndexOf('/') + 1),
      size: 6,
      sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
    }
    const manifest = {
      schemaVersion: 1,
      type: 'file',
      specification: 'vdb001',
      traits: {},
      files: [file],
      provenance: { source: path },
      staged: { name: 'x', reference: 'a/b:v001', moved: true },
    }
    return JSON.stringify({ ingress, manifest: JSON.stringify(manifest) })
  }

  it.each([
    ['a path that leaves the ingress', '../outside.txt', 'project/ingress', 'input-invalid'],
    ['an ingress that is not the project’s', 'outside.txt', 'project', 'precondition-failed'],
  ])('with %s moves nothing', async (_, path, ingress, code) => {
    using space = new Workspace()
    const project = space.project(moving)
    const secret = space.write('project/outside.txt', 'secret')
    await update(project)
    const file = join(project.config.stagingDirectory, 'moving', `${idOf(path)}.json`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, record(path, space.path(ingress)))
    expect(await failureOf(create(project))).toMatchObject({ code })
    expect(await failureOf(deleteStaging(project))).toMatchObject({ code })
    expect(readFileSync(secret, 'utf8')).toBe('secret')
    rmSync(file)
    expect(await create(project)).toMatchObject({ refused: [] })
  })
})

describe.each(['copy', 'link', 'move'])('create that is to %s two assets whose files are one by a hard link', mode => {
  it('stages both, and is done when it is run again', async () => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}write_mode: ${mode}\n`)
    const other = asset.replace('running', 'sleeping')
    const twin = frame(1).replaceAll('running', 'sleeping')
    space.ingress({ [frame(1)]: png() })
    mkdirSync(join(project.config.ingressDirectory, other))
    linkSync(join(project.config.ingressDirectory, frame(1)), join(project.config.ingressDirectory, twin))
    await settle()
    await update(project)
    expect(await create(project)).toMatchObject({ assets: 2, written: 2, refused: [] })
    expect(staged(project)).toEqual([frame(1), twin])
    expect(await create(project)).toMatchObject({ written: 0, refused: [] })
  })
})
