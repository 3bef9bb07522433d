import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { bytesSource } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { folderFor, putFile, type Place } from './setups.ts'
import { collect, connect, place, scratch, textAt } from './support.ts'

/** Ids of what has that name and is not in the trash. */
function named({ server: { drive } }: Place, name: string): readonly string[] {
  return [...drive.files.values()].filter(file => file.name === name && !drive.isTrashed(file)).map(({ id }) => id)
}

/** A file beside others of its name, as Drive allows it. */
function another(at: Place, name: string, createdTime: string, body: string, ours: boolean): string {
  const { drive, email } = at.server
  const common = { name, mimeType: 'text/plain', parents: [at.folder], owner: email, app: 'fairlead-test', createdTime }
  const made = drive.add({ ...common, body: Buffer.from(body) })
  if (ours) made.appProperties.set('fairlead-test', { fairlead: 'file' })
  return made.id
}

/** Gives a file new content behind the client's back. */
function setBody({ server }: Place, id: string, body: string): void {
  server.drive.files.get(id)?.revisions.push({ id: `0B${body.length}`, body: Buffer.from(body), modifiedTime: new Date().toISOString() })
}

const shortcutTo = (at: Place, name: string, shortcutTo: string, parent = at.folder): string =>
  at.server.drive.add({
    name,
    mimeType: 'application/vnd.google-apps.shortcut',
    parents: [parent],
    owner: at.server.email,
    app: 'x',
    shortcutTo,
  }).id

describe('files', () => {
  test('writing again makes no second file, keeps the id, and Drive keeps the version before', async () => {
    const at = await place()
    const client = await connect(at.settings)
    const first = await client.write('one', bytesSource('first'))
    const second = await (await connect(at.settings)).write('one', bytesSource('second'))
    expect([second.id, named(at, 'one')]).toEqual([first.id, [first.id]])
    expect(at.server.drive.files.get(first.id ?? '')?.revisions).toHaveLength(2)
  })

  test('pushing an asset again, and by force, leaves one file of each name in each folder', async () => {
    const at = await place()
    const client = await connect(at.settings)
    const file = join(scratch(), 'data.bin')
    for (const body of ['one', 'one', 'two']) {
      writeFileSync(file, body)
      await client.push(file, 'films/hero:v1', { force: true })
    }
    const { drive } = at.server
    const places = [...drive.files.values()].filter(one => !drive.isTrashed(one)).map(({ parents, name }) => `${parents.join()}/${name}`)
    expect(places.length).toBe(new Set(places).size)
  })

  test('eight writes of one new path at once make one file', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await Promise.all(Array.from({ length: 8 }, async (_, index) => await client.write('same', bytesSource(`body ${index}`))))
    expect(named(at, 'same')).toHaveLength(1)
  })

  test('of files of one name the oldest is read, listed and written, whoever looks', async () => {
    const at = await place()
    another(at, 'twice', '2002-01-01T00:00:00.000Z', 'younger', false)
    const oldest = another(at, 'twice', '2001-01-01T00:00:00.000Z', 'older', false)
    const client = await connect(at.settings)
    expect(await textAt(client, 'twice')).toBe('older')
    expect((await collect(client.list(''))).map(({ path, id }) => [path, id])).toEqual([['twice', oldest]])
    await client.write('twice', bytesSource('changed'))
    expect([await textAt(client, 'twice'), named(at, 'twice').length]).toEqual(['changed', 2])
  })

  test('files of one name and one moment are listed as they are read: that of the least id', async () => {
    const at = await place()
    const ids = Array.from({ length: 6 }, (_, index) => another(at, 'twice', '2001-01-01T00:00:00.000Z', `body ${index}`, false))
    const [least = ''] = ids.toSorted()
    const client = await connect(at.settings)
    expect((await collect(client.list(''))).map(({ path, id }) => [path, id])).toEqual([['twice', least]])
    expect(await textAt(client, 'twice')).toBe(`body ${ids.indexOf(least)}`)
  })

  test('files of one name that two pushers made at once become one at the next write', async () => {
    const at = await place()
    const oldest = another(at, 'twice', '2001-01-01T00:00:00.000Z', 'a', true)
    another(at, 'twice', '2002-01-01T00:00:00.000Z', 'b', true)
    await (await connect(at.settings)).write('twice', bytesSource('c'))
    expect(named(at, 'twice')).toEqual([oldest])
  })

  test('removing a path takes every file of that name to the trash, so that none comes to light', async () => {
    const at = await place()
    const ids = [another(at, 'twice', '2001-01-01T00:00:00.000Z', 'a', false), another(at, 'twice', '2002-01-01T00:00:00.000Z', 'b', false)]
    const client = await connect(at.settings)
    await client.delete('twice')
    await expect(client.stat('twice')).rejects.toMatchObject({ code: 'not-found' })
    expect(ids.map(id => at.server.drive.files.get(id)?.explicitlyTrashed)).toEqual([true, true])
  })

  test('what is removed is erased only where that was asked for', async () => {
    const at = await place()
    const id = putFile(at, 'folder/one', 'x')
    const other = putFile(at, 'folder/two', 'x')
    await (await connect(at.settings)).delete('folder/one')
    expect(at.server.drive.files.get(id)?.explicitlyTrashed).toBe(true)
    await (await connect({ ...at.settings, removal: 'erase' })).delete('folder', { recursive: true })
    expect(at.server.drive.files.has(other)).toBe(false)
  })

  test('names with slashes, dots and nothing in them are shown, read and written under their own names', async () => {
    const at = await place()
    const { drive, email } = at.server
    for (const name of ['cut 1/2.mov', '..', '.', 'AC／DC'])
      drive.add({ name, mimeType: 'text/plain', parents: [at.folder], owner: email, app: 'x', body: Buffer.from(`this is ${name}`) })
    const client = await connect(at.settings)
    const paths = (await collect(client.list(''))).map(({ path }) => path)
    expect(paths.toSorted()).toEqual(['AC‛／DC', 'cut 1／2.mov', '‛.', '‛..'])
    expect(await textAt(client, 'cut 1／2.mov')).toBe('this is cut 1/2.mov')
    await client.write('cut 1／2.mov', bytesSource('changed'))
    expect(drive.at(at.folder, '')?.id).toBe(at.folder)
    expect(named(at, 'cut 1/2.mov')).toHaveLength(1)
    await client.delete('‛..')
    expect(named(at, '..')).toEqual([])
  })

  test('shortcuts are what they lead to, and are removed without it', async () => {
    const at = await place()
    const file = putFile(at, 'real/file', 'behind')
    shortcutTo(at, 'link', file)
    shortcutTo(at, 'folder', folderFor(at, 'real'))
    shortcutTo(at, 'broken', putFile(at, 'gone', 'x'))
    const gone = at.server.drive.at(at.folder, 'gone')
    if (gone !== undefined) at.server.drive.erase(gone)
    const client = await connect(at.settings)
    expect([await textAt(client, 'link'), await textAt(client, 'folder/file')]).toEqual(['behind', 'behind'])
    expect((await collect(client.list(''))).map(({ kind, path, size }) => [kind, path, size]).toSorted()).toEqual([
      ['object', 'link', 6],
      ['prefix', 'folder', undefined],
      ['prefix', 'real', undefined],
    ])
    await client.write('link', bytesSource('written through'))
    expect(await textAt(client, 'real/file')).toBe('written through')
    await client.delete('link')
    expect(await textAt(client, 'real/file')).toBe('written through')
  })

  test('a shortcut that leads back up is not followed for ever', async () => {
    const at = await place()
    const inner = folderFor(at, 'a/b')
    putFile(at, 'a/b/file', 'x')
    shortcutTo(at, 'up', folderFor(at, 'a'), inner)
    const client = await connect(at.settings)
    expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['a/b/file'])
  })

  test('a shared drive is found by its name, and files in it are written, listed, copied, searched and removed', async () => {
    const at = await place()
    const id = at.server.drive.addDrive("Ann's films", at.server.email)
    const { folder: _folder, ...settings } = at.settings
    const client = await connect({ ...settings, drive: "Ann's films" })
    await client.write('cuts/a', bytesSource('shared'))
    await client.copy('cuts/a', 'cuts/b')
    expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path).toSorted()).toEqual(['cuts/a', 'cuts/b'])
    expect(at.server.drive.at(id, 'cuts/b')?.driveId).toBe(id)
    const file = join(scratch(), 'data')
    writeFileSync(file, 'x')
    await client.push(file, 'films/hero:v1')
    expect(await collect(client.search('name:hero'))).toHaveLength(1)
    await client.delete('cuts', { recursive: true })
    expect(await collect(client.list('cuts'))).toEqual([])
    await expect(collect((await connect({ ...settings, drive: 'nothing' })).list(''))).rejects.toMatchObject({ code: 'config-invalid' })
  })

  test('My Drive itself is the root where no folder is set', async () => {
    const at = await place()
    const { folder: _folder, ...settings } = at.settings
    const client = await connect(settings)
    await client.write('top', bytesSource('x'))
    expect(at.server.drive.at(at.server.drive.rootId, 'top')).toBeDefined()
    expect((await collect(client.list(''))).map(({ path }) => path).toSorted()).toEqual(['place', 'top'])
  })

  test.each([
    ['an editor', 'writer'],
    ['a reader, who sees no versions', 'reader'],
  ])('%s gets one version, whole, of a file that is replaced while it is read', async (_who, role) => {
    const at = await place()
    const id = putFile(at, 'moving', 'the first version')
    const email = 'bob@example.com'
    at.server.drive.files.get(at.folder)?.permissions.push({ id: 'bob', type: 'user', role, emailAddress: email })
    const secret = at.settings['client-secret'] ?? ''
    const client = await connect({ ...at.settings, 'refresh-token': at.server.tokens.login(email, { secret }) })
    await client.stat('moving')
    // The content changes after the file was looked at, and before it is read.
    at.proxy.inject({ kind: 'slow', bytesPerSecond: 20_000, match: { path: /\/files\?/ } })
    const reading = client.readBytes('moving')
    while (at.proxy.requests.at(-1)?.fault !== 'slow') await setTimeout(5)
    setBody(at, id, 'the second one')
    const { entry, bytes } = await reading
    const text = Buffer.from(bytes).toString()
    expect(['the first version', 'the second one']).toContain(text)
    expect(entry.size).toBe(text.length)
  })

  test('a body is seen at its place only when all of it is there and was checked', async () => {
    const at = await place()
    const client = await connect(at.settings)
    const size = 17 * 1024 * 1024
    const body = bytesSource(Buffer.alloc(size, 7))
    await expect(
      client.write('big', { ...body, bytes: () => Buffer.alloc(size, 7) }, { sha256: `sha256:${'0'.repeat(64)}` }),
    ).rejects.toMatchObject({
      code: 'integrity',
    })
    expect(named(at, 'big')).toEqual([])
    expect(at.server.uploads.open).toBe(0)
  })
})
