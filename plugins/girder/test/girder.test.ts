import { bytesSource } from '@fairlead/core'
import { girderServer, type GirderServer } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collect, connect, leftOut, unavailable, type GirderSettings } from './support.ts'

const text = async (of: Promise<{ readonly bytes: Uint8Array }>): Promise<string> => Buffer.from((await of).bytes).toString()

/** girder-client does one thing in the collection: put or get a file at a path of folders. */
const tool = `
import sys, io, girder_client
api, key, action, root, folder, name, body = sys.argv[1:8]
client = girder_client.GirderClient(apiUrl=api)
client.authenticate(apiKey=key)
parent, kind = root, 'collection'
for part in folder.split('/'):
    parent, kind = client.loadOrCreateFolder(part, parent, kind)['_id'], 'folder'
if action == 'put':
    client.uploadStreamToFolder(parent, io.BytesIO(body.encode()), name, len(body.encode()))
elif action == 'replace':
    item = next(client.listItem(parent, name=name))
    file = next(client.listFile(item['_id']))
    client.uploadFileContents(file['_id'], io.BytesIO(body.encode()), len(body.encode()))
else:
    item = next(client.listItem(parent, name=name))
    sys.stdout.write(b''.join(client.downloadFileAsIterator(next(client.listFile(item['_id']))['_id'])).decode())
`

/** Two documents of one name, as two who make one at the same moment leave them. */
const twin = `
import os, sys
from bson import ObjectId
from pymongo import MongoClient
database = MongoClient(os.environ['GIRDER_MONGO_URI']).get_default_database()
document = database[sys.argv[1]].find_one({'_id': ObjectId(sys.argv[2])})
document['_id'] = ObjectId()
document['size'] = 0
database[sys.argv[1]].insert_one(document)
`

describe.skipIf(unavailable !== undefined)(`a real Girder${leftOut}`, () => {
  let server: GirderServer
  let number = 0
  beforeAll(async () => {
    server = await girderServer()
  })
  afterAll(async () => await server[Symbol.asyncDispose]())

  const place = async (more: Partial<GirderSettings> = {}) => {
    number += 1
    const root = await server.makeCollection(`place ${number}`)
    const settings: GirderSettings = { url: server.url, 'api-key': server.admin.apiKey, root: `/collection/place ${number}`, ...more }
    const outside = async (action: string, folder: string, name: string, body = ''): Promise<string> =>
      await server.python(tool, new URL('api/v1', server.url).href, server.admin.apiKey, action, root, folder, name, body)
    return { root, settings, client: await connect(settings), outside }
  }

  test('gives girder-client what was written, and has what girder-client put', async () => {
    const { client, outside } = await place()
    await client.write('films/cat/one.txt', bytesSource('from here'))
    expect(await outside('get', 'films/cat', 'one.txt')).toBe('from here')
    await outside('put', 'films/dog', 'grün 漢.txt', 'from there')
    expect(await text(client.readBytes('films/dog/grün 漢.txt'))).toBe('from there')
    expect((await collect(client.list('films', { recursive: true }))).map(({ path, size }) => `${path} ${size}`)).toEqual(
      expect.arrayContaining(['films/cat/one.txt 9', 'films/dog/grün 漢.txt 10']),
    )
  })

  test('sees by its etag that content of the same length was replaced by another tool', async () => {
    const { client, outside } = await place()
    const { etag } = await client.write('a/one.txt', bytesSource('first'))
    await outside('replace', 'a', 'one.txt', 'other')
    expect(await text(client.readBytes('a/one.txt'))).toBe('other')
    expect((await client.stat('a/one.txt')).etag).not.toBe(etag)
  })

  test('makes one folder of a name where many need it at once, in several connections', async () => {
    const { client, settings, root } = await place()
    const others = await Promise.all([connect(settings), connect(settings)])
    const clients = [client, ...others]
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => await clients[index % 3]?.write(`new/deep/${index}.txt`, bytesSource(`${index}`))),
    )
    const folders = await server.ask('GET', 'folder', { query: { parentType: 'collection', parentId: root } })
    expect(folders).toMatchObject([{ name: 'new' }])
    expect(await collect(client.list('new/deep'))).toHaveLength(12)
  })

  test('takes the oldest of two folders and of two items of one name, and lists one', async () => {
    const { client } = await place()
    await client.write('double/file.txt', bytesSource('the oldest'))
    const { id: folder = '' } = await client.stat('double')
    const items = await server.ask('GET', 'item', { query: { folderId: folder } })
    const [item] = Array.isArray(items) ? items : []
    await server.python(twin, 'item', String(item._id))
    await server.python(twin, 'folder', folder)
    const other = await connect({ url: server.url, 'api-key': server.admin.apiKey, root: `/collection/place ${number}` })
    expect(await text(other.readBytes('double/file.txt'))).toBe('the oldest')
    expect((await collect(other.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['double/file.txt'])
    expect((await other.stat('double')).id).toBe(folder)
    await other.write('double/file.txt', bytesSource('replaced'))
    expect(await text(client.readBytes('double/file.txt'))).toBe('replaced')
    await other.delete('double/file.txt')
    await expect(other.stat('double/file.txt')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('lets nobody in by a key that is not known, and says how one gets one', async () => {
    const { settings } = await place()
    const client = await connect({ ...settings, 'api-key': 'x'.repeat(40) })
    await expect(client.stat('x')).rejects.toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('api-key') })
  })

  test('lets a user in by name and password, and refuses a wrong one', async () => {
    const { settings } = await place()
    const { 'api-key': _key, ...rest } = settings
    const { login, password } = server.admin
    const client = await connect({ ...rest, username: login, password })
    await client.write('by/password.txt', bytesSource('in'))
    expect(await text(client.readBytes('by/password.txt'))).toBe('in')
    const wrong = await connect({ ...rest, username: login, password: 'wrong' })
    await expect(wrong.stat('by')).rejects.toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('password') })
  })

  test('says permission-denied to who may not see it, and of a root that is not there that the setting is wrong', async () => {
    const { settings } = await place()
    const { apiKey } = await server.addUser(`guest${number}`)
    const guest = await connect({ ...settings, 'api-key': apiKey })
    await expect(guest.write('x', bytesSource('x'))).rejects.toMatchObject({
      code: expect.stringMatching(/permission-denied|config-invalid/),
    })
    const nowhere = await connect({ ...settings, root: '/collection/nowhere' })
    await expect(collect(nowhere.list(''))).rejects.toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('root') })
    await expect(nowhere.pull('films/hero:v1', '/nowhere')).rejects.toMatchObject({ code: 'config-invalid' })
  })

  test('reads what is public without any login, and lists it by a folder’s id', async () => {
    const { client, settings } = await place()
    await client.write('open/one.txt', bytesSource('for all'))
    await client.share(':/open', { kind: 'public-link' })
    const { id = '' } = await client.stat('open')
    const nobody = await connect({ url: settings.url, root: id, 'root-type': 'folder' })
    expect(await text(nobody.readBytes('one.txt'))).toBe('for all')
    await expect(nobody.write('two.txt', bytesSource('no'))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('links to a file by a token that a revocation ends', async () => {
    const { client } = await place()
    await client.write('sent/film.txt', bytesSource('a film'))
    const [link] = await client.share(':/sent/film.txt', { expiresInSeconds: 3600 })
    const first = await fetch(link?.url ?? '')
    expect([first.status, await first.text()]).toEqual([200, 'a film'])
    await client.shares.revoke(link?.id ?? '')
    expect((await fetch(link?.url ?? '')).status).toBe(401)
  })

  test('opens a folder to everybody, and closes it again', async () => {
    const { client } = await place()
    await client.write('open/one.txt', bytesSource('one'))
    const [link] = await client.share(':/open', { kind: 'public-link' })
    expect((await fetch(link?.url ?? '')).headers.get('content-type')).toContain('zip')
    expect((await collect(client.shares.list())).map(({ kind, path }) => `${kind} ${path}`)).toEqual(['public-link open'])
    await client.shares.revoke(link?.id ?? '')
    expect((await fetch(link?.url ?? '')).status).toBe(401)
    expect(await collect(client.shares.list())).toEqual([])
  })

  test('lets a user of Girder into a folder, and out again', async () => {
    const { client, settings } = await place()
    const { apiKey, login } = await server.addUser(`reader${number}`)
    await client.write('for one/note.txt', bytesSource('read me'))
    const { id = '' } = await client.stat('for one')
    const reader = await connect({ url: settings.url, 'api-key': apiKey, root: id, 'root-type': 'folder' })
    await expect(reader.readBytes('note.txt')).rejects.toMatchObject({ code: 'permission-denied' })
    const [grant] = await client.share(':/for one', { kind: 'grant', to: [`${login}@example.com`] })
    expect(await text(reader.readBytes('note.txt'))).toBe('read me')
    await client.shares.revoke(grant?.id ?? '')
    await expect(reader.readBytes('note.txt')).rejects.toMatchObject({ code: 'permission-denied' })
    await expect(client.share(':/for one', { kind: 'grant', to: ['nobody@example.com'] })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('keeps below its prefix', async () => {
    const { client, settings } = await place()
    const below = await connect({ ...settings, prefix: 'films/2026' })
    await below.write('one.txt', bytesSource('one'))
    expect(await text(client.readBytes('films/2026/one.txt'))).toBe('one')
    expect((await collect(below.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['one.txt'])
  })
})
