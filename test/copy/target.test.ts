import { FairleadError } from '@fairlead/core'
import { createClient, type Client } from '@fairlead/core/host'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serviceClient, type Service } from './hostile-client.ts'
import { copyAs, folderWith, memoryClient, objectsOf, put, temporaryFolder } from './support.ts'

async function clientOf(service: Service): Promise<Client> {
  const client = await createClient(serviceClient(service), {}, { env: { FAIRLEAD_HOME: temporaryFolder() } })
  onTestFinished(() => client[Symbol.asyncDispose]())
  return client
}

describe('what is there already', () => {
  test('is found out with few requests where the target holds far more than is copied', async () => {
    let listed = 0
    function* pages(): Generator<readonly string[], void, undefined> {
      for (let page = 0; page < 200; page++) {
        listed++
        yield Array.from({ length: 1000 }, (_, index) => `x/a${String(page * 1000 + index).padStart(7, '0')}`)
      }
    }
    const client = await clientOf({ pages, body: new Uint8Array(), ordered: true })
    const folder = folderWith(Array.from({ length: 50 }, (_, index) => `z${index}`))
    expect((await copyAs({ m: client }, folder, 'm:/x')).result).toMatchObject({ sent: 50, failed: 0 })
    expect(listed).toBeLessThan(40)
  })

  test('need not be seen by who may write only', async () => {
    for (const count of [1, 100]) {
      const written: string[] = []
      const client = await clientOf({
        pages: () => [],
        body: new Uint8Array(),
        ordered: true,
        writeOnly: true,
        onWrite: path => written.push(path),
      })
      const folder = folderWith(Array.from({ length: count }, (_, index) => `f${index}`))
      const { result, files } = await copyAs({ m: client }, folder, 'm:/x')
      expect(result).toMatchObject({ sent: count, failed: 0 })
      expect(files[0]?.reason).toBe('unknown')
      expect(written).toHaveLength(count)
    }
  })

  test('must be seen where nothing may be replaced', async () => {
    const client = await clientOf({ pages: () => [], body: new Uint8Array(), ordered: true, writeOnly: true })
    const { result } = await copyAs({ m: client }, folderWith(['a']), 'm:/x', { noReplace: true })
    expect(result).toMatchObject({ sent: 0, failed: 1, failures: [{ code: 'permission-denied' }] })
  })
})

test('a copy that is refused file by file from the beginning ends after some of them', async () => {
  const client = await clientOf({
    pages: () => [],
    body: new Uint8Array(),
    ordered: true,
    onWrite() {
      throw new FairleadError('permission-denied', 'nothing is permitted')
    },
  })
  const folder = folderWith(Array.from({ length: 400 }, (_, index) => `f${index}`))
  await expect(copyAs({ m: client }, folder, 'm:/x')).rejects.toMatchObject({ code: 'permission-denied' })
})

test('a file that would change the source while it is copied is refused, and the others are copied', async () => {
  const client = await put(await memoryClient(), { 'a/b/x': 'outer', 'a/b/b/x': 'inner' })
  const { result } = await copyAs({ m: client }, 'm:/a/b/', 'm:/a/')
  expect(result).toMatchObject({ sent: 1, failed: 1, failures: [{ code: 'path-invalid' }] })
  expect(await objectsOf(client)).toEqual({ 'a/x': 'outer', 'a/b/x': 'outer', 'a/b/b/x': 'inner' })
})

test('a file that fails is taken off the progress', async () => {
  const client = await put(await memoryClient(), { 'x/a': '1', 'x/a/b': '22' })
  const started = new Set<string>()
  let plan = { files: 0, bytes: 0 }
  let ended = 0
  await copyAs({ m: client }, 'm:/x', temporaryFolder(), {
    concurrency: 1,
    onEvent(event) {
      if (event.type === 'transfer-start') started.add(event.path)
      if (event.type === 'transfer-end') {
        started.delete(event.path)
        ended++
      }
      if (event.type === 'plan') plan = event
    },
  })
  expect([...started]).toEqual([])
  expect([plan.files, ended, plan.bytes]).toEqual([2, 2, 1])
})
