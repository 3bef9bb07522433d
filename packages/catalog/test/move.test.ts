import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { create, deleteStaging, query, update, type Project } from '../src/index.ts'
import { removeEmptyFolders } from '../src/staging/empty-folders.ts'
import { idOf } from '../src/staging/ids.ts'
import { stagingLayout } from '../src/staging/layout.ts'
import { begunMoves, moveAsset } from '../src/staging/move-assets.ts'
import { moveBack, moveFile } from '../src/staging/move-file.ts'
import { parseStaged } from '../src/staging/staged-asset.ts'
import { contents, failureOf, png, rowsOf, testSpecifications, tree, vdbSpecification, Workspace } from './support/helpers.ts'
import { mainTree } from './support/main-tree.ts'

const moving = `${testSpecifications}write_mode: move\nmetadata_types: [asset, file, asset-chunk, file-chunk]\n`
const asset = 'p-cat001_s-spec001_d-running-cat_v001'
const frame = (number: number) => `cats/${asset}/${asset}_c0000-0005_f000${number}.png`

const staged = (project: Project, kind: string) => tree(join(project.config.stagingDirectory, kind))
const chunkRows = (project: Project, kind: string): readonly unknown[] =>
  staged(project, `metadata/${kind}-chunk`).flatMap((name): unknown[] =>
    JSON.parse(readFileSync(join(project.config.stagingDirectory, `metadata/${kind}-chunk`, name), 'utf8')),
  )

async function moved(space: Workspace): Promise<Project> {
  const project = space.project(moving)
  space.ingress({ [frame(1)]: png(), [frame(2)]: png(), 'notes.txt': 'x' })
  await update(project)
  await create(project)
  return project
}

describe('create that moves', () => {
  it('leaves 13 of 27 files in the ingress, and no folder that is empty', async () => {
    using space = new Workspace()
    const project = space.project(moving)
    space.ingress(mainTree())
    await update(project)
    expect(await create(project)).toMatchObject({ assets: 3, files: 14, changed: 3, written: 14, refused: [] })
    expect(tree(project.config.ingressDirectory)).toHaveLength(13)
    expect(staged(project, 'content')).toHaveLength(14)
    const folders = readdirSync(project.config.ingressDirectory, { recursive: true, encoding: 'utf8' }).filter(path =>
      statSync(join(project.config.ingressDirectory, path)).isDirectory(),
    )
    for (const folder of folders) expect(readdirSync(join(project.config.ingressDirectory, folder))).not.toEqual([])
    expect(existsSync(join(project.config.stagingDirectory, 'moving'))).toBe(false)
  })

  it('keeps content, times and metadata as a copy would have them', async () => {
    using one = new Workspace()
    const copied = one.project(moving.replace('move', 'copy'))
    one.ingress(mainTree())
    await update(copied)
    await create(copied)
    using other = new Workspace()
    const project = other.project(moving)
    other.ingress(mainTree())
    await update(project)
    await create(project)
    const comparable = ({ config }: Project) =>
      Object.fromEntries(
        Object.entries(contents(config.stagingDirectory)).flatMap(([path, text]) =>
          path.startsWith('content/') ? [[path, text]] : path.includes('-chunk') ? [] : [[path, '']],
        ),
      )
    expect(comparable(project)).toEqual(comparable(copied))
  })

  it('is done when it is run again, and keeps what it moved when the catalog no longer has it', async () => {
    using space = new Workspace()
    const project = await moved(space)
    const before = contents(project.config.stagingDirectory)
    expect(await create(project)).toMatchObject({ assets: 1, changed: 0, written: 0, removed: 0, kept: 0 })
    expect(contents(project.config.stagingDirectory)).toEqual(before)
    expect(await rowsOf(query(project, 'select count(*) as n from data where asset_valid'))).toEqual([{ n: 2 }])
    expect(await update(project)).toMatchObject({ files: 1, assets: 0 })
    expect(await create(project)).toMatchObject({ assets: 0, changed: 0, written: 0, removed: 0, kept: 1 })
    expect(contents(project.config.stagingDirectory)).toEqual(before)
    expect(chunkRows(project, 'file')).toHaveLength(2)
  })

  it('keeps what was moved when the project copies from now on', async () => {
    using space = new Workspace()
    await moved(space)
    const project = space.project(moving.replace('move', 'copy'))
    await update(project)
    expect(await create(project)).toMatchObject({ removed: 0, kept: 1 })
    expect(staged(project, 'content')).toEqual([frame(1), frame(2)])
  })

  it('adds to what was moved earlier', async () => {
    using space = new Workspace()
    const project = await moved(space)
    const second = 'p-cat001_s-spec001_d-sleeping-cat_v001'
    space.ingress({ [`${second}/${second}_c0000-0005_f0001.png`]: png() })
    await update(project)
    expect(await create(project)).toMatchObject({ assets: 1, changed: 1, kept: 1 })
    expect(chunkRows(project, 'asset')).toHaveLength(2)
    expect(staged(project, 'content')).toHaveLength(3)
  })

  it('refuses other content in the place of what was moved, and replaces it only with force', async () => {
    using space = new Workspace()
    const project = await moved(space)
    space.ingress({ [frame(3)]: png() })
    await update(project)
    expect(await create(project, { dryRun: true })).toMatchObject({ refused: [{ asset: `cats/${asset}` }] })
    expect(await create(project)).toMatchObject({ written: 0, refused: [{ message: expect.stringContaining('only copy') }] })
    expect(staged(project, 'content')).toEqual([frame(1), frame(2)])
    expect(tree(project.config.ingressDirectory)).toContain(frame(3))
    expect(await create(project, { force: true })).toMatchObject({ written: 1, refused: [] })
    expect(staged(project, 'content')).toEqual([frame(3)])
    const before = contents(project.config.stagingDirectory)
    await create(project)
    expect(contents(project.config.stagingDirectory)).toEqual(before)
  })

  it('takes the same content away when it was delivered again', async () => {
    using space = new Workspace()
    const project = await moved(space)
    space.ingress({ [frame(1)]: png(), [frame(2)]: png() })
    await update(project)
    expect(await create(project)).toMatchObject({ refused: [] })
    expect(tree(project.config.ingressDirectory)).toEqual(['notes.txt'])
    expect(staged(project, 'content')).toEqual([frame(1), frame(2)])
  })

  it('moves what was staged as hard links: one name of the file goes', async () => {
    using space = new Workspace()
    const linked = space.project(moving.replace('move', 'link'))
    space.ingress({ [frame(1)]: png() })
    await update(linked)
    await create(linked)
    const project = space.project(moving)
    await update(project)
    await create(project)
    expect(tree(project.config.ingressDirectory)).toEqual([])
    expect(statSync(join(project.config.stagingDirectory, 'content', frame(1))).nlink).toBe(1)
  })
})

describe('a move that was cut off', () => {
  /** As a process leaves it that was killed when it had moved the first of two files. */
  async function cut(space: Workspace): Promise<Project> {
    const project = space.project(moving)
    space.ingress({ [frame(1)]: png(), [frame(2)]: png() })
    const copied = space.project(moving.replace('move', 'copy'))
    await update(copied)
    await create(copied)
    const layout = stagingLayout(project.config.stagingDirectory)
    const text = readFileSync(join(layout.manifests, `${idOf(`cats/${asset}`)}.json`), 'utf8').replace(
      '"staged":{',
      '"staged":{"moved":true,',
    )
    await deleteStaging(copied)
    mkdirSync(layout.moves, { recursive: true })
    const ingress = project.config.ingressDirectory
    writeFileSync(join(layout.moves, `${idOf(`cats/${asset}`)}.json`), JSON.stringify({ ingress, manifest: text }))
    const [first] = parseStaged(text)?.hashes ?? []
    moveFile({ source: join(ingress, frame(1)), target: join(layout.content, frame(1)), size: png().length, sha256: first ?? '' })
    space.project(moving)
    return project
  }

  it.each([
    ['with the catalog of before', false],
    ['after another update', true],
  ])('is ended by the next create, %s', async (_, updates) => {
    using space = new Workspace()
    const project = await cut(space)
    expect(tree(project.config.ingressDirectory)).toEqual([frame(2)])
    if (updates) await update(project)
    expect(await create(project, { dryRun: true })).toMatchObject({ changed: 1, written: 1 })
    expect(await create(project)).toMatchObject({ changed: 1, refused: [] })
    expect(tree(project.config.ingressDirectory)).toEqual([])
    expect(staged(project, 'content')).toEqual([frame(1), frame(2)])
    expect(chunkRows(project, 'asset')).toHaveLength(1)
    expect([...begunMoves(stagingLayout(project.config.stagingDirectory))]).toEqual([])
  })

  it('goes back to the ingress when a file changed since', async () => {
    using space = new Workspace()
    const project = await cut(space)
    space.ingress({ [frame(2)]: png(8, 8) })
    await update(project)
    expect(await create(project)).toMatchObject({ refused: [{ asset: `cats/${asset}`, message: expect.stringContaining('f0002') }] })
    expect(tree(project.config.ingressDirectory)).toEqual([frame(1), frame(2)])
    expect(readFileSync(join(project.config.ingressDirectory, frame(1))).equals(png())).toBe(true)
  })

  it('never writes over something else when it goes back', async () => {
    using space = new Workspace()
    const project = await cut(space)
    space.ingress({ [frame(1)]: 'another', [frame(2)]: 'changed' })
    await update(project)
    await create(project)
    expect(readFileSync(join(project.config.ingressDirectory, frame(1)), 'utf8')).toBe('another')
    const stuck = () => readFileSync(join(project.config.stagingDirectory, 'content', frame(1))).equals(png())
    expect(stuck()).toBe(true)
    expect(await deleteStaging(project)).toMatchObject({ moved: { assets: 1, files: 1, deleted: false } })
    expect(stuck()).toBe(true)
    rmSync(join(project.config.ingressDirectory, frame(1)))
    await create(project)
    expect(readFileSync(join(project.config.ingressDirectory, frame(1))).equals(png())).toBe(true)
  })

  it('counts a file as moved that a copy brought over and that was not removed yet', async () => {
    using space = new Workspace()
    const project = await cut(space)
    const target = join(project.config.stagingDirectory, 'content', frame(2))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, png())
    await create(project)
    expect(tree(project.config.ingressDirectory)).toEqual([])
    expect(staged(project, 'content')).toEqual([frame(1), frame(2)])
  })

  it('of an asset whose file is gone on both sides is given up, with the others back', async () => {
    using space = new Workspace()
    const project = await cut(space)
    rmSync(join(project.config.ingressDirectory, frame(2)))
    await update(project)
    expect(await create(project)).toMatchObject({ refused: [{ message: expect.stringContaining('no longer exists') }] })
    expect(tree(project.config.ingressDirectory)).toEqual([frame(1)])
  })
})

describe('delete of what was moved', () => {
  it('keeps it unless it is said that the only copy may go', async () => {
    using space = new Workspace()
    const project = await moved(space)
    const content = contents(join(project.config.stagingDirectory, 'content'))
    expect(await deleteStaging(project)).toMatchObject({ files: 0, moved: { assets: 1, files: 2, deleted: false } })
    expect(contents(join(project.config.stagingDirectory, 'content'))).toEqual(content)
    await update(project)
    expect(await create(project)).toMatchObject({ kept: 1 })
    expect(chunkRows(project, 'asset')).toHaveLength(1)
    expect(await deleteStaging(project, { moved: 'delete', dryRun: true })).toMatchObject({ files: 2, moved: { deleted: true } })
    expect(staged(project, 'content')).toHaveLength(2)
    expect(await deleteStaging(project, { moved: 'delete' })).toMatchObject({ files: 2, moved: { assets: 1, deleted: true } })
    expect(tree(project.config.stagingDirectory)).toEqual([])
  })
})

describe('a file that is moved', () => {
  it('stays where it is when it is not what was hashed', () => {
    using space = new Workspace()
    const source = space.write('a/one.txt', 'one')
    expect(moveFile({ source, target: space.path('b/one.txt'), size: 3, sha256: 'of something else' })).toBe('changed')
    expect(tree(space.folder)).toEqual(['a/one.txt'])
  })

  it('goes once when it lies at both places as one file', () => {
    using space = new Workspace()
    const source = space.write('a/one.txt', 'one')
    const target = space.path('b/one.txt')
    mkdirSync(dirname(target))
    linkSync(source, target)
    const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'
    expect(moveFile({ source, target, size: 3, sha256 })).toBeUndefined()
    expect(tree(space.folder)).toEqual(['b/one.txt'])
  })

  it.runIf(existsSync('/dev/shm'))('to another file system is copied, read back and only then removed', () => {
    using space = new Workspace()
    const source = space.write('a/one.txt', 'one')
    const folder = join('/dev/shm', `fairlead-move-${process.pid}`)
    try {
      const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'
      const before = statSync(source).mtimeMs
      expect(moveFile({ source, target: join(folder, 'one.txt'), size: 3, sha256 })).toBeUndefined()
      expect(existsSync(source)).toBe(false)
      expect(readdirSync(folder)).toEqual(['one.txt'])
      expect(statSync(join(folder, 'one.txt')).mtimeMs).toBeCloseTo(before, 0)
      expect(moveBack({ source, target: join(folder, 'one.txt'), size: 3, sha256 })).toBe(true)
      expect(readdirSync(folder)).toEqual([])
      expect(tree(space.folder)).toEqual(['a/one.txt'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('folders that are empty', () => {
  it('go with those that only hold what a desktop left; the root stays', () => {
    using space = new Workspace()
    for (const path of [
      'a0/b0/c0/l0.txt',
      'a0/b0/c2/.DS_Store',
      'a0/b0/c3/.DS_Store',
      'a0/b0/c3/d0/e0/l1.txt',
      'a0/b0/c4/d1/e0/l2.txt',
      'a0/b0/c4/d3/e0/l3.txt',
      'a1/b0/.DS_Store',
      'a1/b1/l4.txt',
    ])
      space.write(`root/${path}`)
    for (const path of ['a0/b0/c1', 'a0/b0/c3/d1/e0', 'a0/b0/c4/d2', 'a0/b0/c5', 'a1/b0/c0'])
      mkdirSync(space.path('root', path), { recursive: true })
    removeEmptyFolders(space.path('root'), () => true)
    const left = readdirSync(space.path('root'), { recursive: true, encoding: 'utf8' }).filter(path =>
      statSync(space.path('root', path)).isDirectory(),
    )
    expect(left.toSorted()).toEqual(
      [
        'a0',
        'a0/b0',
        'a0/b0/c0',
        'a0/b0/c3',
        'a0/b0/c3/d0',
        'a0/b0/c3/d0/e0',
        'a0/b0/c4',
        'a0/b0/c4/d1',
        'a0/b0/c4/d1/e0',
        'a0/b0/c4/d3',
        'a0/b0/c4/d3/e0',
        'a1',
        'a1/b1',
      ].toSorted(),
    )
  })

  it('stay where they are not ours, such as those of version control', () => {
    using space = new Workspace()
    mkdirSync(space.path('root/.git/refs/tags'), { recursive: true })
    mkdirSync(space.path('root/empty'))
    removeEmptyFolders(space.path('root'), path => !path.startsWith('.git'))
    expect(readdirSync(space.path('root'), { recursive: true }).toSorted()).toEqual(['.git', '.git/refs', '.git/refs/tags'])
  })
})

describe('the record of a move', () => {
  it('that was broken stops create, and nothing is moved', async () => {
    using space = new Workspace()
    const project = await moved(space)
    mkdirSync(join(project.config.stagingDirectory, 'moving'), { recursive: true })
    writeFileSync(join(project.config.stagingDirectory, 'moving/x.json'), '{')
    expect(await failureOf(create(project))).toMatchObject({ code: 'input-invalid' })
  })

  it('does not stay where the system refuses the move: all files are back', async () => {
    using space = new Workspace()
    const project = await moved(space)
    const layout = stagingLayout(project.config.stagingDirectory)
    const text = readFileSync(join(layout.manifests, `${idOf(`cats/${asset}`)}.json`), 'utf8')
    const whole = parseStaged(text)
    if (whole === undefined) return expect.fail('no staged asset')
    for (const number of [1, 2])
      expect(
        moveBack({
          source: join(project.config.ingressDirectory, frame(number)),
          target: join(layout.content, frame(number)),
          size: 0,
          sha256: '',
        }),
      ).toBe(true)
    mkdirSync(join(layout.content, frame(2), 'taken'), { recursive: true })
    expect(() => moveAsset(layout, project.config.ingressDirectory, whole, { manifest: text, fingerprints: [] })).toThrow(
      /EISDIR|ENOTEMPTY/,
    )
    expect([...begunMoves(layout)]).toEqual([])
    expect(tree(project.config.ingressDirectory)).toEqual(expect.arrayContaining([frame(1), frame(2)]))
  })

  it('is there before the first file goes', async () => {
    using space = new Workspace()
    const project = await moved(space)
    const layout = stagingLayout(project.config.stagingDirectory)
    const text = readFileSync(join(layout.manifests, `${idOf(`cats/${asset}`)}.json`), 'utf8')
    const whole = parseStaged(text)
    if (whole === undefined) return expect.fail('no staged asset')
    rmSync(join(layout.content, frame(2)))
    expect(moveAsset(layout, project.config.ingressDirectory, whole, { manifest: text, fingerprints: [] })).toMatch(
      /f0002.png no longer exists/,
    )
    expect(tree(project.config.ingressDirectory)).toContain(frame(1))
  })
})

it('volumes of one file each are moved too', async () => {
  using space = new Workspace()
  const project = space.project(`${testSpecifications}${vdbSpecification}write_mode: move\n`)
  space.ingress({ 'deep/p-cat001_s-vdb001_d-fog_v002.vdb': 'fog', 'p-cat001_s-vdb001_d-fog_v003.vdb': '' })
  await update(project)
  expect(await create(project)).toMatchObject({ written: 2 })
  expect(readdirSync(project.config.ingressDirectory)).toEqual([])
  expect(staged(project, 'content')).toHaveLength(2)
})
