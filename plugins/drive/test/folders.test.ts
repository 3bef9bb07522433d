import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { folderFor, putFile, type Place } from './setups.ts'
import { collect, connect, place, scratch, textAt } from './support.ts'

const folderType = 'application/vnd.google-apps.folder'

/** Folders of that name that are not in the trash. */
function foldersNamed({ server: { drive } }: Place, name: string): readonly string[] {
  return [...drive.files.values()]
    .filter(file => file.name === name && file.mimeType === folderType && !drive.isTrashed(file))
    .map(({ id }) => id)
}

/** A second folder beside one that is there, as Drive allows it. */
function twin(at: Place, name: string, createdTime: string, ours: boolean): string {
  const { drive, email } = at.server
  const made = drive.add({ name, mimeType: folderType, parents: [at.folder], owner: email, app: 'fairlead-test', createdTime })
  if (ours) made.appProperties.set('fairlead-test', { fairlead: 'folder' })
  return made.id
}

describe('folders', () => {
  test('two clients that each make a folder of one name at once end with one, and nothing is lost', async () => {
    const at = await place()
    const clients = [await connect(at.settings), await connect(at.settings)]
    // Both look, find nothing, and make it: the answers to the looks are held back until both have asked.
    at.proxy.inject({ kind: 'slow', bytesPerSecond: 20_000, match: { method: /GET/, path: /name\+%3D\+%27new/ }, times: 2 })
    await Promise.all(clients.map(async (client, index) => await client.write(`new/file-${index}`, bytesSource(`body ${index}`))))
    for (const client of [...clients, await connect(at.settings)])
      expect([await textAt(client, 'new/file-0'), await textAt(client, 'new/file-1')]).toEqual(['body 0', 'body 1'])
    expect(foldersNamed(at, 'new')).toHaveLength(1)
  })

  test('eight writes into one new folder make it once', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await Promise.all(Array.from({ length: 8 }, async (_, index) => await client.write(`deep/er/${index}`, bytesSource('x'))))
    expect([foldersNamed(at, 'deep').length, foldersNamed(at, 'er').length]).toEqual([1, 1])
  })

  test('the one who finds an older folder beside the own one takes the own one away', async () => {
    const at = await place()
    const client = await connect(at.settings)
    // Somebody else's appears between our look and our folder.
    const older = { id: '' }
    const stop = whenRequested(at, 'POST', () => {
      older.id = twin(at, 'both', '2001-01-01T00:00:00.000Z', true)
    })
    await client.write('both/file', bytesSource('mine'))
    stop()
    expect(foldersNamed(at, 'both')).toEqual([older.id])
    expect(at.server.drive.at(older.id, 'file')?.revisions).toHaveLength(1)
  })

  test('folders of one name that we made are put into the oldest at the next write', async () => {
    const at = await place()
    const first = twin(at, 'two', '2001-01-01T00:00:00.000Z', true)
    const second = twin(at, 'two', '2002-01-01T00:00:00.000Z', true)
    const { drive, email } = at.server
    drive.add({ name: 'left', mimeType: 'text/plain', parents: [second], owner: email, app: 'fairlead-test', body: Buffer.from('kept') })
    const client = await connect(at.settings)
    await client.write('two/new', bytesSource('x'))
    expect(foldersNamed(at, 'two')).toEqual([first])
    expect(await textAt(client, 'two/left')).toBe('kept')
  })

  test('folders of one name that people made are left alone, and shown as one', async () => {
    const at = await place()
    const [first, second] = [twin(at, 'two', '2001-01-01T00:00:00.000Z', false), twin(at, 'two', '2002-01-01T00:00:00.000Z', false)]
    const { drive, email } = at.server
    for (const [parent, name] of [
      [first, 'a'],
      [second, 'b'],
    ] as const)
      drive.add({ name, mimeType: 'text/plain', parents: [parent], owner: email, app: 'x', body: Buffer.from(name) })
    const client = await connect(at.settings)
    expect((await collect(client.list(''))).map(({ kind, path }) => [kind, path])).toEqual([['prefix', 'two']])
    // Both may be of one millisecond, and Drive lists by time.
    expect((await collect(client.list('two'))).map(({ path }) => path).toSorted()).toEqual(['two/a', 'two/b'])
    expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path).toSorted()).toEqual(['two/a', 'two/b'])
    expect(await textAt(client, 'two/b')).toBe('b')
    await client.write('two/b', bytesSource('changed'))
    await client.write('two/c', bytesSource('new'))
    expect(foldersNamed(at, 'two')).toEqual([first, second])
    expect([drive.at(second, 'b')?.revisions.length, drive.at(first, 'c')?.revisions.length]).toEqual([2, 1])
  })

  test('what is written while its folder goes to the trash ends up where it belongs', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('gone/one', bytesSource('one'))
    const folder = at.server.drive.at(at.folder, 'gone')
    if (folder !== undefined) folder.explicitlyTrashed = true
    await client.write('gone/two', bytesSource('two'))
    expect((await collect(client.list('gone'))).map(({ path }) => path)).toEqual(['gone/two'])
    expect(foldersNamed(at, 'gone')).toHaveLength(1)
  })

  test('a folder that was erased and made anew elsewhere is found again', async () => {
    const at = await place()
    const client = await connect(at.settings)
    await client.write('again/one', bytesSource('one'))
    const folder = at.server.drive.at(at.folder, 'again')
    if (folder !== undefined) at.server.drive.erase(folder)
    putFile(at, 'again/one', 'another')
    expect(await textAt(client, 'again/one')).toBe('another')
  })

  test('two pushers of one asset share its folders, and it is whole', async () => {
    const at = await place()
    const files = scratch()
    writeFileSync(join(files, 'data.txt'), 'asset bytes')
    const clients = [await connect(at.settings), await connect(at.settings)]
    await Promise.all(clients.map(async client => await client.push(join(files, 'data.txt'), 'films/hero:v1')))
    const names = [...at.server.drive.files.values()]
      .filter(file => file.mimeType === folderType && !at.server.drive.isTrashed(file))
      .map(file => `${file.parents.join()}/${file.name}`)
    expect(names.length).toBe(new Set(names).size)
    await clients[0]?.verify('films/hero:v1')
  })

  test('a listing asks for many folders in one request', async () => {
    const at = await place()
    for (let index = 0; index < 120; index += 1) putFile(at, `many/f${index}/file`, 'x')
    const client = await connect(at.settings)
    const before = at.proxy.requests.length
    expect(await collect(client.list('many', { recursive: true }))).toHaveLength(120)
    // Token, root, the folder, its children, and three groups of at most fifty.
    expect(at.proxy.requests.length - before).toBeLessThanOrEqual(7)
  })

  test('the folder of a path is found by its exact name, though Drive looks without case', async () => {
    const at = await place()
    putFile(at, 'Films/a', 'upper')
    const client = await connect(at.settings)
    await client.write('films/a', bytesSource('lower'))
    expect([await textAt(client, 'Films/a'), await textAt(client, 'films/a')]).toEqual(['upper', 'lower'])
  })

  test('a folder anywhere in Drive can be the root, by its address too', async () => {
    const at = await place()
    const inner = folderFor(at, 'shared/with me')
    putFile(at, 'shared/with me/note', 'here')
    const client = await connect({ ...at.settings, folder: `https://drive.google.com/drive/folders/${inner}?usp=sharing` })
    expect(await textAt(client, 'note')).toBe('here')
    const prefixed = await connect({ ...at.settings, prefix: 'shared/with me' })
    expect(await textAt(prefixed, 'note')).toBe('here')
  })

  test('a folder that is not there is named with what to do', async () => {
    const at = await place()
    const client = await connect({ ...at.settings, folder: 'nothing' })
    await expect(collect(client.list(''))).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringContaining('"nothing"') })
  })
})

/** Does something when a request of that method is seen first. */
function whenRequested(at: Place, method: string, work: () => void): () => void {
  const { add } = at.server.drive
  let done = false
  at.server.drive.add = file => {
    if (!done && method === 'POST' && file.mimeType === folderType) {
      done = true
      work()
    }
    return add.call(at.server.drive, file)
  }
  return () => {
    at.server.drive.add = add
  }
}
