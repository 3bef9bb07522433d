import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { objectsIn } from './harness.ts'

describe('deleting', () => {
  test('takes many paths in as few requests as the service allows', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    for (const name of ['1', '2', '3', '4', '5']) store.put(name, '')
    await objects.delete(['1', '2', '3', '5'])
    expect(store.asked('remove').toSorted()).toEqual(['remove 1 2', 'remove 3 5'])
    expect(store.get('4')).toBeDefined()
  })

  test('finds nothing wrong with what is not there', async () => {
    const { objects } = objectsIn(temporaryFolder())
    await expect(objects.delete('nothing')).resolves.toBeUndefined()
    await expect(objects.delete([])).resolves.toBeUndefined()
  })

  test('removes what is below a path, and nothing beside it, where the service removes single objects only', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    for (const name of ['a', 'a/1', 'a/b/2', 'a/b/3', 'a/b/4', 'ab', 'b']) store.put(name, '')
    await objects.delete('a', { recursive: true })
    const left = ['a', 'a/1', 'a/b/2', 'a/b/3', 'a/b/4', 'ab', 'b'].filter(name => store.get(name) !== undefined)
    expect(left).toEqual(['ab', 'b'])
  })

  test('says what is left where somebody writes faster than it deletes, and deletes the rest', async () => {
    let written = 0
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      before(operation) {
        if (operation === 'remove') store.put(`a/again-${written++}`, '')
      },
    })
    store.put('a', '')
    store.put('a/1', '')
    await expect(objects.delete('a', { recursive: true })).rejects.toMatchObject({
      code: 'unavailable',
      path: 'a',
      message: expect.stringMatching(/again-\d+/),
      hint: expect.stringContaining('again'),
    })
    expect(store.get('a')).toBeUndefined()
    expect(store.get('a/1')).toBeUndefined()
  })

  test('is done where the last of what somebody wrote went with it', async () => {
    let written = 0
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      before(operation) {
        if (operation === 'remove' && written++ < 4) store.put(`a/again-${written}`, '')
      },
    })
    store.put('a/1', '')
    await objects.delete('a', { recursive: true })
    expect(store.get('a/again-4')).toBeUndefined()
  })

  test('refuses the root, and refuses at all where the client can not delete, without a request', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    await expect(objects.delete('', { recursive: true })).rejects.toMatchObject({ code: 'path-invalid' })
    expect(store.calls).toEqual([])
    const readOnly = objectsIn(temporaryFolder(), { ...full, remove: false })
    await expect(readOnly.objects.delete('a')).rejects.toMatchObject({ code: 'unsupported' })
    expect(readOnly.store.calls).toEqual([])
  })
})
