import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { create, deleteStaging, exportAssets, update, type Project } from '../src/index.ts'
import { png, testSpecifications, tree, Workspace } from './support/helpers.ts'
import { mainTree } from './support/main-tree.ts'
import { storeClient, type Objects } from './support/memory-store.ts'

/* What Hidebound's exporters and their readers demand of a staging folder, and of what lies at a disk target. */

const allKinds = 'metadata_types: [asset, file, asset-chunk, file-chunk]\n'
type Json = Readonly<Record<string, unknown>>

async function staged(space: Workspace, more = ''): Promise<Project> {
  const project = space.project(`${testSpecifications}${allKinds}${more}`)
  space.ingress(mainTree())
  await update(project)
  await create(project)
  return project
}

function documents(project: Project, kind: string): readonly Json[] {
  const folder = join(project.config.stagingDirectory, 'metadata', kind)
  return tree(folder).map((name): Json => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

describe('a staging folder with all four kinds of metadata', () => {
  it.each(['content', 'metadata', 'metadata/asset', 'metadata/file', 'metadata/asset-chunk', 'metadata/file-chunk'])(
    'has the folder %s',
    async folder => {
      using space = new Workspace()
      const project = await staged(space)
      expect(statSync(join(project.config.stagingDirectory, folder)).isDirectory()).toBe(true)
    },
  )

  it('has the same folders when nothing is valid', async () => {
    using space = new Workspace()
    const project = space.project(`${testSpecifications}${allKinds}`)
    space.ingress({ 'misc.txt': 'x' })
    await update(project)
    await create(project)
    for (const kind of ['asset', 'file', 'asset-chunk', 'file-chunk'])
      expect(statSync(join(project.config.stagingDirectory, 'metadata', kind)).isDirectory()).toBe(true)
    expect(documents(project, 'asset-chunk')).toEqual([[]])
  })

  it('describes files by the keys that are read, with paths that are there', async () => {
    using space = new Workspace()
    const project = await staged(space)
    const files = documents(project, 'file')
    expect(files).toHaveLength(14)
    for (const file of files) {
      for (const key of [
        'asset_id',
        'asset_path',
        'asset_path_relative',
        'asset_name',
        'asset_type',
        'file_id',
        'filename',
        'filepath',
        'filepath_relative',
      ])
        expect(file[key], key).toBeTypeOf('string')
      expect(file['file_traits']).toBeTypeOf('object')
      expect(existsSync(String(file['filepath']))).toBe(true)
      expect(String(file['filepath'])).toBe(join(project.config.stagingDirectory, 'content', String(file['filepath_relative'])))
    }
  })

  it('describes assets in the order of keys that was written, with lists of one element a file', async () => {
    using space = new Workspace()
    const project = await staged(space)
    const keys = [
      'asset_id',
      'asset_path',
      'asset_path_relative',
      'asset_name',
      'asset_traits',
      'asset_type',
      'file_ids',
      'filenames',
      'filepaths',
      'filepaths_relative',
    ]
    const fileIds = new Set(documents(project, 'file').map(file => file['file_id']))
    for (const asset of documents(project, 'asset')) {
      expect(Object.keys(asset).filter(key => keys.includes(key))).toEqual(keys)
      expect(['file', 'sequence', 'complex']).toContain(asset['asset_type'])
      const lists = ['file_ids', 'filenames', 'filepaths', 'filepaths_relative'].map(key => asset[key])
      expect(new Set(lists.map(list => (Array.isArray(list) ? list.length : -1))).size).toBe(1)
      for (const id of Array.isArray(asset['file_ids']) ? asset['file_ids'] : []) expect(fileIds.has(id)).toBe(true)
      for (const path of Array.isArray(asset['filepaths']) ? asset['filepaths'] : []) expect(existsSync(String(path))).toBe(true)
      expect(existsSync(String(asset['asset_path']))).toBe(true)
    }
  })

  it('writes chunks as lists of one object a line, the same objects as the documents', async () => {
    using space = new Workspace()
    const project = await staged(space)
    for (const kind of ['asset', 'file']) {
      const folder = join(project.config.stagingDirectory, 'metadata', `${kind}-chunk`)
      const [name = '', ...others] = tree(folder)
      expect(others).toEqual([])
      expect(name).toMatch(new RegExp(`^hidebound-${kind}-chunk_\\d{4}-\\d\\d-\\d\\dT-\\d\\d-\\d\\d-\\d\\d\\.json$`))
      const text = readFileSync(join(folder, name), 'utf8')
      expect(text.startsWith('[\n{')).toBe(true)
      expect(text.trimEnd().endsWith('}\n]')).toBe(true)
      const byId = (rows: readonly Json[]) => rows.toSorted((a, b) => (String(a[`${kind}_id`]) < String(b[`${kind}_id`]) ? -1 : 1))
      expect(byId(JSON.parse(text))).toEqual(byId(documents(project, kind)))
    }
  })
})

describe('an exporter', () => {
  const exporters = 'exporters: [{ connection: store }]\n'
  const ofHidebound = (objects: Objects) =>
    [...objects.keys()].filter(path => /^(?:content|metadata\/(?:asset|file|asset-chunk|file-chunk))\//.test(path))

  it('gets 33 files of the tree of 27, in the old layout', async () => {
    using space = new Workspace()
    const project = await staged(space, exporters)
    const objects: Objects = new Map()
    expect(await exportAssets(project, name => storeClient(name, objects))).toMatchObject([
      { ok: true, result: { assets: 3, files: 14, failed: 0 } },
    ])
    expect(ofHidebound(objects)).toHaveLength(33)
    const counts = ['content', 'metadata/file', 'metadata/asset', 'metadata/asset-chunk', 'metadata/file-chunk'].map(
      folder => ofHidebound(objects).filter(path => path.startsWith(`${folder}/`)).length,
    )
    expect(counts).toEqual([14, 14, 3, 1, 1])
  })

  it('gets nothing again from a second export, nor from one of a staging that was made anew', async () => {
    using space = new Workspace()
    const project = await staged(space, exporters)
    const objects: Objects = new Map()
    await exportAssets(project, name => storeClient(name, objects))
    const before = new Map(objects)
    await exportAssets(project, name => storeClient(name, objects))
    await deleteStaging(project)
    // Chunks are named by the second.
    await new Promise(resolve => setTimeout(resolve, 1_100))
    await create(project)
    await exportAssets(project, name => storeClient(name, objects))
    expect([...objects.keys()]).toEqual([...before.keys()])
    for (const [path, bytes] of before) expect(objects.get(path), path).toBe(bytes)
  })

  it('gets content and the kinds that it is configured for below its prefix', async () => {
    using space = new Workspace()
    const project = await staged(space, 'exporters: [{ connection: store, prefix: renders/2030, metadata_types: [asset], workers: 2 }]\n')
    const objects: Objects = new Map()
    expect(await exportAssets(project, name => storeClient(name, objects))).toMatchObject([{ ok: true }])
    const files = [...objects.keys()].filter(path => path.startsWith('renders/2030/'))
    expect(files.filter(path => path.includes('/content/'))).toHaveLength(14)
    expect(files.filter(path => path.includes('/metadata/asset/'))).toHaveLength(3)
    expect(files).toHaveLength(17)
    for (const path of tree(join(project.config.stagingDirectory, 'content'))) {
      const bytes = objects.get(`renders/2030/content/${path}`) ?? new Uint8Array()
      expect(readFileSync(join(project.config.stagingDirectory, 'content', path)).equals(bytes)).toBe(true)
    }
    await using client = await storeClient('store', objects)
    expect(await client.verify('proj001/spec001/pizza:v002')).toMatchObject({ ok: true, files: 8 })
  })

  it('that can only take a part of it ends as failed, with the rest exported, and a rerun finishes', async () => {
    using space = new Workspace()
    const project = await staged(space, 'exporters: [{ connection: poor }, { connection: good }]\n')
    const broken = join(project.config.stagingDirectory, 'content', tree(join(project.config.stagingDirectory, 'content'))[0] ?? '')
    const whole = readFileSync(broken)
    writeFileSync(broken, 'cut')
    const stores = new Map<string, Objects>([
      ['poor', new Map()],
      ['good', new Map()],
    ])
    const told: string[] = []
    const connect = (name: string) => storeClient(name, stores.get(name) ?? new Map())
    const outcomes = await exportAssets(project, connect, { onFile: (connection, { outcome }) => told.push(`${connection} ${outcome}`) })
    expect(outcomes).toMatchObject(
      ['poor', 'good'].map(connection => ({ connection, ok: false, error: { code: 'input-invalid' }, result: { assets: 2, failed: 1 } })),
    )
    expect(told.filter(line => line === 'good failed')).toHaveLength(3)
    writeFileSync(broken, whole)
    expect(await exportAssets(project, connect)).toMatchObject([{ ok: true }, { ok: true, result: { assets: 3 } }])
  })

  it('gets a subset by condition or glob', async () => {
    using space = new Workspace()
    const project = await staged(space, exporters)
    const objects: Objects = new Map()
    const connect = (name: string) => storeClient(name, objects)
    expect(await exportAssets(project, connect, { where: "descriptor = 'taco'" })).toMatchObject([{ result: { assets: 1, files: 3 } }])
    expect(await exportAssets(project, connect, { assets: ['*pizza_v002'], dryRun: true })).toMatchObject([
      { result: { assets: 1, files: 8 } },
    ])
    expect(ofHidebound(objects).filter(path => path.startsWith('content/'))).toHaveLength(3)
  })
})

describe('names that were chosen to harm', () => {
  const hostile = [
    "'; drop table assets; --",
    '<img src=x onerror=alert(1)>',
    'line\nbreak',
    '..\\..\\up',
    '$(touch pwned)',
    'café',
    '\u202egnp.exe',
    ' lead',
    '"quoted"',
    'a'.repeat(120),
  ]

  it('are folders like others: staged, moved, exported and found under their paths', async () => {
    using space = new Workspace()
    const asset = 'p-cat001_s-spec001_d-running-cat'
    const project = space.project(`${testSpecifications}${allKinds}write_mode: move\nexporters: [{ connection: store }]\n`)
    const paths = hostile.map((folder, index) => {
      const name = `${asset}_v${String(index + 1).padStart(3, '0')}`
      return `${folder}/${name}/${name}_c0000-0005_f0001.png`
    })
    space.ingress(Object.fromEntries(paths.map(path => [path, png()])))
    await update(project)
    expect(await create(project)).toMatchObject({ assets: paths.length, written: paths.length, refused: [] })
    expect(tree(project.config.ingressDirectory)).toEqual([])
    expect(tree(join(project.config.stagingDirectory, 'content'))).toEqual(paths.toSorted())
    const objects: Objects = new Map()
    expect(await exportAssets(project, name => storeClient(name, objects))).toMatchObject([{ ok: true, result: { failed: 0 } }])
    expect([...objects.keys()].filter(path => path.startsWith('content/')).toSorted()).toEqual(
      paths.map(path => `content/${path}`).toSorted(),
    )
    expect(tree(space.folder).some(path => path.includes('pwned/') === false && path.endsWith('pwned'))).toBe(false)
  })
})
