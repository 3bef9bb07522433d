import { join } from 'node:path'
import type { Client } from '@fairlead/core/host'
import { describe, expect, test } from 'vitest'
import { contentOf, copyAs, folderWith, memoryClient, objectsOf, put, temporaryFolder } from './support.ts'

const renders = { 'a.png': 'a', 'sub/b.png': 'b' }

describe('where a copy goes', () => {
  test.each([
    ['renders', 'm:/shots', ['shots/a.png', 'shots/sub/b.png']],
    ['renders', 'm:/shots/', ['shots/renders/a.png', 'shots/renders/sub/b.png']],
    ['renders/', 'm:/shots', ['shots/a.png', 'shots/sub/b.png']],
    ['renders/', 'm:/shots/', ['shots/a.png', 'shots/sub/b.png']],
    ['renders', 'm:/', ['renders/a.png', 'renders/sub/b.png']],
    ['renders/.', 'm:/', ['a.png', 'sub/b.png']],
    ['renders/a.png', 'm:/shots', ['shots']],
    ['renders/a.png', 'm:/shots/', ['shots/a.png']],
    ['renders/a.png', ':/', ['a.png']],
  ])('%s to %s', async (source, destination, expected) => {
    const client = await memoryClient()
    const folder = folderWith({ 'renders/a.png': 'a', 'renders/sub/b.png': 'b' })
    await copyAs({ m: client }, `${folder}/${source}`, destination)
    expect(Object.keys(await objectsOf(client))).toEqual(expected)
  })

  test.each([
    ['m:/renders', 'out', ['out/a.png', 'out/sub/b.png']],
    ['m:/renders', 'out/', ['out/renders/a.png', 'out/renders/sub/b.png']],
    ['m:/renders/', 'out/', ['out/a.png', 'out/sub/b.png']],
    ['m:/renders/a.png', 'new', ['new']],
    ['m:/renders/a.png', 'out', ['out/a.png']],
    ['m:/renders/a.png', 'deep/er/', ['deep/er/a.png']],
    ['m:/', '.', ['renders/a.png', 'renders/sub/b.png']],
  ])('%s to %s', async (source, destination, expected) => {
    const client = await put(await memoryClient(), { 'renders/a.png': 'a', 'renders/sub/b.png': 'b' })
    const folder = folderWith({ 'out/there': '' })
    await copyAs({ m: client }, source, `${folder}/${destination}`)
    expect(Object.keys(contentOf(folder)).filter(path => path !== 'out/there')).toEqual(expected)
  })

  test('several sources go by their names into the destination', async () => {
    const client = await memoryClient()
    const folder = folderWith({ 'renders/a.png': 'a', 'notes.txt': 'n', 'extra/c': 'c' })
    await copyAs({ m: client }, [`${folder}/renders`, `${folder}/notes.txt`, `${folder}/extra/`], 'm:/all')
    expect(Object.keys(await objectsOf(client))).toEqual(['all/c', 'all/notes.txt', 'all/renders/a.png'])
  })

  test('two sources of one name are refused before anything is sent', async () => {
    const client = await memoryClient()
    const folder = folderWith({ 'x/a': '1', 'y/a': '2' })
    await expect(copyAs({ m: client }, [`${folder}/x/a`, `${folder}/y/a`], 'm:/')).rejects.toMatchObject({ code: 'input-invalid' })
    expect(await objectsOf(client)).toEqual({})
  })

  test('several sources are looked for at once', async () => {
    const client = await put(await memoryClient(), { 'a/1': '1', 'b/2': '2' })
    const { promise, resolve } = Promise.withResolvers<void>()
    let asked = 0
    // Each waits until the other was asked for too.
    const stat: Client['stat'] = async (...call) => {
      if (++asked === 2) resolve()
      await promise
      return await client.stat(...call)
    }
    await copyAs({ m: { ...client, stat } }, ['m:/a/1', 'm:/b/2'], temporaryFolder())
    expect(asked).toBe(2)
  })

  test('a source that is not there is named', async () => {
    const client = await memoryClient()
    await expect(copyAs({ m: client }, 'm:/nothing', temporaryFolder())).rejects.toMatchObject({ code: 'not-found' })
    await expect(copyAs({ m: client }, join(temporaryFolder(), 'no'), 'm:/')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('the root of an empty connection is a source of nothing', async () => {
    const client = await memoryClient()
    expect((await copyAs({ m: client }, 'm:/', temporaryFolder())).result.files).toBe(0)
  })

  test.each([
    ['m:/a', 'm:/a'],
    ['m:/a', 'm:/a/b'],
    ['m:/', 'm:/b'],
    ['m:/a/x', 'm:/a/x'],
  ])('%s is not copied into itself at %s', async (source, destination) => {
    const client = await put(await memoryClient(), { 'a/x': 'x' })
    await expect(copyAs({ m: client, n: client }, source, destination)).rejects.toMatchObject({ code: 'input-invalid' })
  })

  test('two folders of this machine are refused with the command that does it', async () => {
    await expect(copyAs({}, folderWith(renders), temporaryFolder())).rejects.toMatchObject({
      code: 'input-invalid',
      hint: expect.stringContaining('cp'),
    })
  })

  test('a reference is refused with the commands that take one', async () => {
    await expect(copyAs({}, 'm://cat/hero:v1', temporaryFolder())).rejects.toMatchObject({ hint: expect.stringContaining('fairlead pull') })
  })
})
