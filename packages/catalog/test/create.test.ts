import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import { create, deleteStaging, encodePng, plainPicture, query, update, type CatalogEvent, type Project } from '../src/index.ts'
import { idOf } from '../src/staging/ids.ts'
import { contents, failureOf, png, rowsOf, testSpecifications, tree, vdbSpecification, Workspace } from './support/helpers.ts'

const asset = 'p-cat001_s-spec001_d-running-cat_v001'
const folder = `cats/${asset}`
const frame = (number: number) => `${folder}/${asset}_c0000-0005_f000${number}.png`

function sample(space: Workspace, more = ''): Project {
  const project = space.project(testSpecifications + vdbSpecification + more)
  space.ingress({ [frame(1)]: png(), [frame(2)]: png(), 'p-cat001_s-vdb001_d-fog_v002.vdb': 'fog', 'notes.txt': 'x' })
  return project
}

function json(project: Project, path: string): unknown {
  return JSON.parse(readFileSync(join(project.config.stagingDirectory, path), 'utf8'))
}

/** Staging without the names of chunks, which hold the time. */
function timeless(project: Project): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(contents(project.config.stagingDirectory)).map(([path, content]) => [path.replace(/chunk_[^/]*$/, 'chunk'), content]),
  )
}

describe('create', () => {
  it('stages content, metadata and a manifest for each valid asset, nothing else', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    expect(await create(project)).toMatchObject({ assets: 2, files: 3, changed: 2, written: 3, removed: 0 })
    const ids = [idOf(folder), idOf('p-cat001_s-vdb001_d-fog_v002.vdb')].toSorted()
    expect(tree(project.config.stagingDirectory).map(path => path.replace(/\d{4}-\d\d-\d\dT-\d\d-\d\d-\d\d/, 'TIME'))).toEqual([
      `content/${frame(1)}`,
      `content/${frame(2)}`,
      'content/p-cat001_s-vdb001_d-fog_v002.vdb',
      ...ids.map(id => `manifest/${id}.json`),
      'metadata/asset-chunk/hidebound-asset-chunk_TIME.json',
      ...ids.map(id => `metadata/asset/${id}.json`),
      'metadata/file-chunk/hidebound-file-chunk_TIME.json',
    ])
  })

  it('describes an asset with paths in staging, its reference and the digest of its manifest', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    const content = join(project.config.stagingDirectory, 'content')
    const manifest = json(project, `manifest/${idOf(folder)}.json`)
    const row = json(project, `metadata/asset/${idOf(folder)}.json`)
    const sha256 = createHash('sha256').update(png()).digest('hex')
    const files = [1, 2].map(number => ({
      path: `${asset}_c0000-0005_f000${number}.png`,
      size: png().length,
      sha256,
      mediaType: 'image/png',
    }))
    const traits = {
      project: ['cat001', 'cat001'],
      specification: ['spec001', 'spec001'],
      descriptor: ['running-cat', 'running-cat'],
      version: [1, 1],
      coordinate: [
        [0, 5],
        [0, 5],
      ],
      frame: [1, 2],
      extension: ['png', 'png'],
      width: [4, 4],
      height: [5, 5],
      channels: [3, 3],
    }
    const identity = { schemaVersion: 1, type: 'sequence', specification: 'spec001', traits, files } as const
    expect(manifest).toEqual({
      ...identity,
      provenance: { source: folder },
      staged: { name: asset, reference: 'cat001/spec001/running-cat:v001' },
    })
    expect(row).toEqual({
      asset_id: idOf(folder),
      asset_path: join(content, folder),
      asset_path_relative: folder,
      asset_name: asset,
      asset_traits: traits,
      asset_type: 'sequence',
      specification: 'spec001',
      reference: 'cat001/spec001/running-cat:v001',
      digest: digestOf(identity),
      file_ids: [idOf(frame(1)), idOf(frame(2))],
      filenames: files.map(({ path }) => path),
      filepaths: [join(content, frame(1)), join(content, frame(2))],
      filepaths_relative: [frame(1), frame(2)],
    })
  })

  it('describes each file, with size and sha256, in the chunk and where asked in a document of its own', async () => {
    using space = new Workspace()
    const project = sample(space, 'metadata_types: [asset, file, asset-chunk, file-chunk]\n')
    await update(project)
    await create(project)
    const document = json(project, `metadata/file/${idOf(frame(2))}.json`)
    expect(document).toMatchObject({
      file_id: idOf(frame(2)),
      asset_id: idOf(folder),
      asset_path_relative: folder,
      filepath_relative: frame(2),
      file_traits: { project: 'cat001', version: 1, coordinate: [0, 5], frame: 2, extension: 'png', width: 4, height: 5, channels: 3 },
      size: png().length,
      sha256: createHash('sha256').update(png()).digest('hex'),
      media_type: 'image/png',
    })
    const [chunk] = tree(project.config.stagingDirectory).filter(path => path.includes('file-chunk'))
    expect(json(project, chunk ?? '')).toContainEqual(document)
  })

  it('gives ids that Hidebound-like tools compute the same: UUID version 5 of the path in the URL namespace', () => {
    // The value that Python's uuid.uuid5(uuid.NAMESPACE_URL, …) gives.
    expect(idOf('python.org')).toBe('7af94e2b-4dd9-50f0-9c9a-8a48519bdef0')
  })

  it('writes nothing the second time, and gives the same tree', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    const before = contents(project.config.stagingDirectory)
    expect(await create(project)).toMatchObject({ changed: 0, written: 0 })
    expect(contents(project.config.stagingDirectory)).toEqual(before)
  })

  it('gives the same tree from scratch', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    const before = timeless(project)
    await deleteStaging(project)
    await create(project)
    expect(timeless(project)).toEqual(before)
  })

  it('keeps the modification time of a copy', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    const [source, target] = [
      join(project.config.ingressDirectory, frame(1)),
      join(project.config.stagingDirectory, 'content', frame(1)),
    ].map(path => statSync(path))
    expect(target?.mtimeMs).toBeCloseTo(source?.mtimeMs ?? 0, 1)
    expect(target?.ino).not.toBe(source?.ino)
  })

  it('links where asked, keeps the links, and hashes nothing again for them', async () => {
    using space = new Workspace()
    const project = sample(space, 'write_mode: link\n')
    await update(project)
    await create(project)
    const [source, target] = [
      join(project.config.ingressDirectory, frame(1)),
      join(project.config.stagingDirectory, 'content', frame(1)),
    ].map(path => statSync(path))
    expect(target?.ino).toBe(source?.ino)
    await update(project)
    expect(await create(project)).toMatchObject({ changed: 0 })
  })

  it('takes out what is no longer valid and what does not belong there', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    space.write('project/.fairlead/staging/content/cats/stray.txt', 'x')
    rmSync(join(project.config.ingressDirectory, 'p-cat001_s-vdb001_d-fog_v002.vdb'))
    await update(project)
    expect(await create(project)).toMatchObject({ assets: 1, changed: 0, removed: 1 })
    expect(tree(join(project.config.stagingDirectory, 'content'))).toEqual([frame(1), frame(2)])
    expect(tree(join(project.config.stagingDirectory, 'manifest'))).toEqual([`${idOf(folder)}.json`])
  })

  it('stages a changed asset anew, and leaves the others', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    space.ingress({ 'p-cat001_s-vdb001_d-fog_v002.vdb': 'more fog' })
    await update(project)
    expect(await create(project)).toMatchObject({ changed: 1, written: 1 })
    expect(readFileSync(join(project.config.stagingDirectory, 'content/p-cat001_s-vdb001_d-fog_v002.vdb'), 'utf8')).toBe('more fog')
  })

  it.each([
    ['one file changes', (space: Workspace) => space.ingress({ [frame(2)]: encodePng(plainPicture(4, 5, [9, 9, 9])) })],
    ['an asset goes', (space: Workspace) => rmSync(space.path('project/ingress', folder), { recursive: true })],
  ])('shows no chunk of before while it works, nor after it was stopped: %s', async (_, change) => {
    using space = new Workspace()
    const project = sample(space)
    const chunks = () => tree(join(project.config.stagingDirectory, 'metadata')).filter(path => path.includes('-chunk_'))
    await update(project)
    await create(project)
    const before = chunks()
    expect(before).toHaveLength(2)
    change(space)
    await update(project)
    const stop = new AbortController()
    const seen: string[] = []
    const onEvent = ({ phase }: CatalogEvent) => {
      if (phase !== 'metadata') return
      seen.push(...chunks().filter(path => !path.includes('.fairlead-')))
      stop.abort(new Error('stopped'))
      throw stop.signal.reason
    }
    await expect(create(project, { onEvent, signal: stop.signal })).rejects.toThrow('stopped')
    expect(seen).toEqual([])
    expect(chunks()).toEqual([])
    await create(project)
    expect(chunks()).toHaveLength(2)
  })

  it('takes out chunks that are no longer asked for', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    await create(space.project(`${testSpecifications}${vdbSpecification}metadata_types: [asset, file-chunk]\n`))
    const staging = project.config.stagingDirectory
    expect(existsSync(join(staging, 'metadata/asset-chunk'))).toBe(false)
    expect(tree(join(staging, 'metadata/file-chunk'))).toHaveLength(1)
  })

  it('repairs staged content that somebody cut short', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    await create(project)
    const before = timeless(project)
    writeFileSync(join(project.config.stagingDirectory, 'content', frame(1)), '')
    expect(await create(project)).toMatchObject({ changed: 1, written: 1 })
    expect(timeless(project)).toEqual(before)
  })

  it('refuses files that changed since the update, and says what to run', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    space.ingress({ [frame(1)]: 'other' })
    expect(await failureOf(create(project))).toMatchObject({ code: 'precondition-failed', hint: 'Run: fairlead update' })
  })

  it('only says what it would do in a dry run', async () => {
    using space = new Workspace()
    const project = sample(space)
    await update(project)
    expect(await create(project, { dryRun: true })).toMatchObject({ assets: 2, changed: 2, written: 3 })
    expect(existsSync(project.config.stagingDirectory)).toBe(false)
  })

  it('before the first update says what to run', async () => {
    using space = new Workspace()
    expect(await failureOf(create(sample(space)))).toMatchObject({ code: 'not-found', hint: 'Run: fairlead update' })
  })

  it('splits chunks of more than 50,000 rows', async () => {
    const { ChunkWriter } = await import('../src/staging/chunks.ts')
    using space = new Workspace()
    {
      using chunks = new ChunkWriter(space.path('chunks'), 'file', 'TIME')
      for (let row = 0; row < 50_001; row++) chunks.add(`{"row":${row}}`)
      chunks.publish()
    }
    expect(tree(space.path('chunks'))).toEqual(['hidebound-file-chunk_TIME.json', 'hidebound-file-chunk_TIME_2.json'])
    expect(readFileSync(space.path('chunks/hidebound-file-chunk_TIME_2.json'), 'utf8')).toBe('[\n{"row":50000}\n]\n')
    expect(JSON.parse(readFileSync(space.path('chunks/hidebound-file-chunk_TIME.json'), 'utf8'))).toHaveLength(50_000)
  })

  it('that is killed shows whole assets only, and the next one completes', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const image = png()
    const name = (index: number) => `p-cat001_s-spec001_d-r${index}_v001`
    space.ingress(
      Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [
          `${name(index % 40)}/${name(index % 40)}_c0000-0005_f${String(index).padStart(4, '0')}.png`,
          image,
        ]),
      ),
    )
    await update(project)
    for (const limit of [1, 25]) {
      await deleteStaging(project)
      const child = fork(new URL('./support/run-create.ts', import.meta.url), [project.folder], {
        execArgv: ['--conditions=@fairlead/source', '--no-warnings'],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      let events = 0
      child.on('message', () => ++events >= limit && child.kill('SIGKILL'))
      await once(child, 'exit')
      const staging = project.config.stagingDirectory
      for (const manifest of tree(join(staging, 'manifest')).filter(path => !path.startsWith('.'))) {
        const row = json(project, `metadata/asset/${manifest}`)
        expect(row).toMatchObject({ filepaths: expect.any(Array) })
        const paths = typeof row === 'object' && row !== null && 'filepaths' in row && Array.isArray(row.filepaths) ? row.filepaths : []
        for (const path of paths) expect(readFileSync(String(path)).equals(image)).toBe(true)
      }
      expect(await create(project)).toMatchObject({ assets: 40 })
      expect(tree(staging).filter(path => path.includes('.fairlead-'))).toEqual([])
      expect(tree(join(staging, 'content'))).toHaveLength(400)
    }
  })
})

describe('delete', () => {
  it('removes what create made and nothing else, and is no error twice', async () => {
    using space = new Workspace()
    const project = sample(space)
    space.write('project/.fairlead/staging/mine.txt', 'x')
    await update(project)
    await create(project)
    expect((await deleteStaging(project)).removed).toHaveLength(3)
    expect((await deleteStaging(project)).removed).toHaveLength(0)
    expect(tree(project.config.stagingDirectory)).toEqual(['mine.txt'])
    expect(tree(project.config.ingressDirectory)).toHaveLength(4)
    expect(await rowsOf(query(project, 'select count(*) as n from data'))).toEqual([{ n: 4 }])
  })
})
