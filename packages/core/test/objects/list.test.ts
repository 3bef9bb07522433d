import { FairleadError, type Capabilities, type Entry } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { objectsIn } from './harness.ts'

async function paths(entries: AsyncIterable<Entry>): Promise<string[]> {
  const found: string[] = []
  for await (const { path, kind } of entries) found.push(kind === 'prefix' ? `${path}/` : path)
  return found
}

const oneLevel: Capabilities = { ...full, list: { recursive: false, ordered: true, directories: 'implied' } }
const unordered: Capabilities = { ...full, list: { recursive: false, ordered: false, directories: 'real' } }
const names = ['a', 'a-b', 'a.txt', 'a/x', 'a/y/z', 'a/y0', 'b/c/d', 'b/ce', 'z']

describe('listing', () => {
  test('gives one level with its folders, page after page', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    for (const name of ['a', 'b/c', 'b/d', 'e', 'f/g', 'h']) store.put(name, '')
    expect(await paths(objects.list(''))).toEqual(['a', 'b/', 'e', 'f/', 'h'])
    expect(store.calls).toEqual(['list', 'list e'])
  })

  test.each([
    ['lists all levels itself', full],
    ['lists one level at a time, in order', oneLevel],
  ])('gives everything below in order where the service %s', async (_what, capabilities) => {
    const { store, objects } = objectsIn(temporaryFolder(), capabilities)
    for (const name of names) store.put(name, '')
    expect(await paths(objects.list('', { recursive: true }))).toEqual(['a', 'a-b', 'a.txt', 'a/x', 'a/y/z', 'a/y0', 'b/c/d', 'b/ce', 'z'])
    expect(await paths(objects.list('a', { recursive: true }))).toEqual(['a/x', 'a/y/z', 'a/y0'])
  })

  test('ends where a service comes back to an earlier place, however many pages later', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    let page = 0
    store.doList = async () => ({ items: [], cursor: `place ${page++ % 7}` })
    await expect(paths(objects.list('a'))).rejects.toThrow(expect.objectContaining({ code: 'plugin-invalid' }))
  })

  test('refuses entries that do not lie in the folder, so that no removal takes them for its own', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), { ...full, remove: { recursive: false, batch: 10 } })
    for (const name of ['a/x', 'ab/y', 'c']) store.put(name, '')
    for (const path of ['ab/y', 'c', 'a']) {
      store.doList = async () => ({ items: [{ path, kind: 'object' }] })
      await expect(objects.delete('a', { recursive: true })).rejects.toThrow(expect.objectContaining({ code: 'plugin-invalid' }))
    }
    expect(store.asked('remove')).toEqual([])
  })

  test('gives everything below, once, where the service lists one level in no order', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), unordered)
    for (const name of names) store.put(name, '')
    expect((await paths(objects.list('', { recursive: true }))).toSorted()).toEqual(names.toSorted())
  })

  test('repeats a page that failed, alone: nothing comes twice, nothing is lost', async () => {
    let failures = 2
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      before(operation, detail) {
        if (operation === 'list' && detail.endsWith('3') && failures-- > 0) throw new FairleadError('unavailable', 'busy')
      },
    })
    for (let number = 1; number <= 9; number++) store.put(String(number), '')
    expect(await paths(objects.list(''))).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(store.calls).toEqual(['list', 'list  3', 'list  3', 'list  3', 'list  6'].map(call => call.replace('  ', ' ')))
  })

  test('takes back what was quoted for the store', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    store.put('a%3Ab/c%3Ad', '')
    expect(await paths(objects.list(''))).toEqual(['a:b/'])
    expect(await paths(objects.list('a:b'))).toEqual(['a:b/c:d'])
    expect(store.calls).toEqual(['list', 'list a%3Ab'])
  })

  test('asks for no page beyond where the caller stops', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    for (let number = 1; number <= 9; number++) store.put(String(number), '')
    for await (const { path } of objects.list('')) if (path === '2') break
    expect(store.calls).toEqual(['list'])
  })

  test('finds a folder that is not there empty', async () => {
    const { objects } = objectsIn(temporaryFolder())
    expect(await paths(objects.list('nothing/here', { recursive: true }))).toEqual([])
  })

  test('refuses to list where the client can not, without a request', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), { ...full, list: false })
    await expect(paths(objects.list(''))).rejects.toMatchObject({ code: 'unsupported' })
    expect(store.calls).toEqual([])
  })

  test('stops with the reason of the signal between two entries', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    for (const name of ['1', '2', '3']) store.put(name, '')
    const stop = new AbortController()
    const reason = new Error('enough')
    const seen: string[] = []
    const listing = async (): Promise<void> => {
      for await (const { path } of objects.list('', { signal: stop.signal })) {
        seen.push(path)
        stop.abort(reason)
      }
    }
    await expect(listing()).rejects.toBe(reason)
    expect(seen).toEqual(['1'])
  })

  test('gives any tree in the order of its bytes, however the service lists', async () => {
    const segment = fc
      .string({ unit: fc.constantFrom('a', 'b', '-', '.', '0', 'é', '😀', '\uffff'), minLength: 1, maxLength: 3 })
      .filter(text => text !== '.' && text !== '..')
    const tree = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/')),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(tree, async found => {
        const { store, objects } = objectsIn(temporaryFolder(), oneLevel)
        for (const path of found) store.put(path, '')
        const expected = found.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        expect(await paths(objects.list('', { recursive: true }))).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})
