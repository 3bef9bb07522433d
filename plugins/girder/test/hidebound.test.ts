import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stagedId } from '@fairlead/core/host'
import { girderServer, type GirderServer } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, connect, leftOut, scratch, stage, unavailable, type StagedInput } from './support.ts'

/** The tree of a collection as girder-client sees it: folders with their metadata, items with theirs and what their files hold. */
const walk = `
import json, sys, girder_client
client = girder_client.GirderClient(apiUrl=sys.argv[1])
client.authenticate(apiKey=sys.argv[2])
found = {}
def visit(parent, kind, path):
    for folder in client.listFolder(parent, kind):
        at = path + folder['name']
        found[at + '/'] = folder['meta']
        visit(folder['_id'], 'folder', at + '/')
    if kind != 'folder':
        return
    for item in client.listItem(parent):
        files = list(client.listFile(item['_id']))
        body = b''.join(client.downloadFileAsIterator(files[0]['_id']))
        found[path + item['name']] = {'meta': item['meta'], 'files': [file['name'] for file in files], 'body': body.decode()}
visit(sys.argv[3], 'collection', '')
print(json.dumps(found))
`

const sequence: StagedInput = {
  path: 'proj001/spec001/p-proj001_s-spec001_d-pizza_v001',
  type: 'sequence',
  reference: 'proj001/spec001/pizza:v001',
  files: {
    'proj001/spec001/p-proj001_s-spec001_d-pizza_v001/pizza_f0001.txt': 'one',
    'proj001/spec001/p-proj001_s-spec001_d-pizza_v001/pizza_f0002.txt': 'two',
  },
}
const single: StagedInput = {
  path: 'p-proj001_s-text001_d-file_v001.txt',
  type: 'file',
  reference: 'proj001/text001/file:v001',
  files: { 'p-proj001_s-text001_d-file_v001.txt': 'at the root' },
}

describe.skipIf(unavailable !== undefined)(`an export to a real Girder${leftOut}`, () => {
  let server: GirderServer
  let number = 0
  beforeAll(async () => {
    server = await girderServer()
  })
  afterAll(async () => await server[Symbol.asyncDispose]())

  const place = async () => {
    number += 1
    const id = await server.makeCollection(`exports ${number}`)
    const client = await connect({ url: server.url, 'api-key': server.admin.apiKey, root: `/collection/exports ${number}` })
    const look = async (): Promise<Record<string, { meta?: unknown; files?: unknown; body?: unknown }>> =>
      JSON.parse(await server.python(walk, new URL('api/v1', server.url).href, server.admin.apiKey, id))
    return { id, client, look }
  }

  test('has the shape of Hidebound’s: a chain of folders, an item for each file with its metadata, the asset’s with its folder', async () => {
    const { client, look } = await place()
    const staging = scratch()
    stage(staging, [sequence])
    expect(await client.export(staging)).toMatchObject({ assets: 1, failed: 0 })
    const found = await look()
    const folder = 'proj001/spec001/p-proj001_s-spec001_d-pizza_v001/'
    expect(Object.keys(found).filter(path => path.startsWith('proj001'))).toEqual([
      'proj001/',
      'proj001/spec001/',
      folder,
      `${folder}pizza_f0001.txt`,
      `${folder}pizza_f0002.txt`,
    ])
    const document = readFileSync(join(staging, `metadata/asset/${stagedId(sequence.path)}.json`), 'utf8')
    expect(found[folder]).toEqual(JSON.parse(document))
    expect(found[`${folder}pizza_f0001.txt`]).toMatchObject({
      files: ['pizza_f0001.txt'],
      body: 'one',
      meta: { filename: 'pizza_f0001.txt', asset_type: 'sequence', file_traits: { project: 'proj001', frame: 1 } },
    })
  })

  test('is found and pulled by its reference', async () => {
    const { client } = await place()
    const staging = scratch()
    stage(staging, [sequence, single])
    await client.export(staging)
    expect((await collect(client.search('pizza'))).map(({ name, tag }) => `${name}:${tag}`)).toEqual(['pizza:v001'])
    const { path } = await client.pull('proj001/spec001/pizza:v001', join(scratch(), 'out'))
    expect(readFileSync(join(path, 'pizza_f0002.txt'), 'utf8')).toBe('two')
    expect(await client.verify('proj001/text001/file:v001')).toMatchObject({ ok: true, files: 1 })
  })

  test('exports assets that lie at the root', async () => {
    const { client, look } = await place()
    const staging = scratch()
    stage(staging, [single])
    expect(await client.export(staging)).toMatchObject({ assets: 1, failed: 0 })
    // A collection of Girder holds folders only.
    expect((await look())['(root)/p-proj001_s-text001_d-file_v001.txt']).toMatchObject({
      body: 'at the root',
      meta: { asset_type: 'file', filepath_relative: 'p-proj001_s-text001_d-file_v001.txt' },
    })
    expect((await client.readBytes('p-proj001_s-text001_d-file_v001.txt')).bytes).toHaveLength(11)
  })

  test('notices a file that changed and is as long as before', async () => {
    const { client, look } = await place()
    const [before, after] = [scratch(), scratch()]
    stage(before, [single])
    stage(after, [{ ...single, files: { [single.path]: 'AT THE ROOT' } }])
    await client.export(before)
    expect(await client.export(after, { force: true })).toMatchObject({ sent: expect.any(Number), failed: 0 })
    expect((await look())[`(root)/${single.path}`]).toMatchObject({ body: 'AT THE ROOT', files: [single.path] })
  })

  test('sends nothing again, from another machine too', async () => {
    const { client, id } = await place()
    const staging = scratch()
    stage(staging, [sequence, single])
    await client.export(staging)
    const other = await connect({ url: server.url, 'api-key': server.admin.apiKey, root: id })
    expect(await other.export(staging)).toMatchObject({ assets: 2, sent: 0, failed: 0 })
  })

  test('refuses what would lie where a connection keeps its own, and says how it can', async () => {
    const { client } = await place()
    const staging = scratch()
    stage(staging, [{ path: 'metadata/x.txt', type: 'file', reference: 'a/x:v001', files: { 'metadata/x.txt': 'x' } }])
    await expect(client.export(staging)).rejects.toMatchObject({ code: 'path-invalid', hint: expect.stringContaining('--prefix') })
    expect(await client.export(staging, { prefix: 'films' })).toMatchObject({ assets: 1, failed: 0 })
    expect((await client.readBytes('films/metadata/x.txt')).bytes).toHaveLength(1)
  })

  test('connects to localhost by name', async () => {
    const client = await connect({
      url: new URL(`http://localhost:${server.url.port}/api/v1`),
      'api-key': server.admin.apiKey,
      root: '/collection/Fairlead',
    })
    expect(await collect(client.list(''))).toEqual([])
  })
})
