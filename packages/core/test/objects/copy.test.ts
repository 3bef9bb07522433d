import { bytesSource, FairleadError } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256 } from './harness.ts'

const copies = { ...full, copy: {} } as const

describe('copying an object', () => {
  test('is one request of a service that can, and tells its progress', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), copies)
    store.put('a', 'body')
    const events: TransferEvent[] = []
    expect(await objects.copy('a', 'b:c', { onEvent: event => events.push(event) })).toMatchObject({ path: 'b:c', size: 4 })
    expect(store.calls).toEqual(['copy a b%3Ac'])
    expect(store.get('b%3Ac')?.toString()).toBe('body')
    expect(events).toEqual([
      { type: 'transfer-start', operation: 'copy', path: 'b:c' },
      { type: 'transfer-delta', path: 'b:c', bytes: 4, loaded: 4 },
      { type: 'transfer-end', path: 'b:c', loaded: 4 },
    ])
  })

  test.each([
    ['small', 5000],
    ['of several parts', 5 * 1024 * 1024],
  ])('goes through this machine where the service can not: %s', async (_what, size) => {
    const { store, objects } = objectsIn(temporaryFolder())
    const bytes = pattern(size)
    store.put('a', bytes)
    const events: TransferEvent[] = []
    await objects.copy('a', 'b', { onEvent: event => events.push(event) })
    expect(sha256(store.get('b') ?? pattern(0))).toBe(sha256(bytes))
    expect(moved(events)).toEqual({ now: size, before: 0 })
    expect(store.asked('copy')).toEqual([])
  })

  test('leaves to the service what it has room for, and takes the rest through this machine', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), { ...full, copy: { maxBytes: 4 } })
    store.put('a', 'body')
    store.put('b', 'a longer body')
    await objects.copy('a', 'to/a')
    await objects.copy('b', 'to/b')
    expect(store.asked('copy')).toEqual(['copy a to/a'])
    expect(store.get('to/b')?.toString()).toBe('a longer body')
  })

  test('goes on with the same object only: one that changed on the way leaves nothing', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      before(operation) {
        if (operation === 'begin') store.put('a', pattern(6 * 1024 * 1024, 2))
      },
    })
    store.put('a', pattern(6 * 1024 * 1024))
    await expect(objects.copy('a', 'b')).rejects.toMatchObject({ code: 'precondition-failed' })
    expect(store.get('b')).toBeUndefined()
    expect(store.uploads()).toEqual([])
  })

  test.each([
    ['within the service', copies],
    ['through this machine', full],
  ])('keeps its condition: %s', async (_what, capabilities) => {
    const { store, objects } = objectsIn(temporaryFolder(), capabilities)
    store.put('a', 'body')
    store.put('b', 'before')
    await expect(objects.copy('a', 'b', { condition: { if: 'absent' } })).rejects.toMatchObject({ code: 'precondition-failed' })
    expect(store.get('b')?.toString()).toBe('before')
  })

  test.each([
    ['by the service', { ...full, copy: { ifMatch: true } }, ['copy a b', 'stat a']],
    ['by a look before the service copies', copies, ['stat a']],
    ['by a look before it goes through this machine', full, ['stat a']],
  ])('takes the source only as it was known: %s', async (_what, capabilities, asked) => {
    const { store, objects } = objectsIn(temporaryFolder(), capabilities)
    store.put('a', 'body')
    const { etag = '' } = await objects.stat('a')
    await objects.copy('a', 'same', { ifMatch: etag })
    expect(store.get('same')?.toString()).toBe('body')
    store.put('a', 'another')
    store.calls.length = 0
    await expect(objects.copy('a', 'b', { ifMatch: etag })).rejects.toMatchObject({
      code: 'precondition-failed',
      operation: 'read',
      path: 'a',
    })
    expect(store.calls).toEqual(asked)
    expect(store.get('b')).toBeUndefined()
  })

  test('tells a source that changed from a target that is not what it was to be', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), { ...full, copy: { ifMatch: true } })
    store.put('a', 'body')
    store.put('b', 'before')
    const { etag = '' } = await objects.stat('a')
    await expect(objects.copy('a', 'b', { ifMatch: etag, condition: { if: 'absent' } })).rejects.toMatchObject({
      code: 'precondition-failed',
      operation: 'copy',
    })
  })

  test('refuses, before any request, what is not declared', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), { ...copies, write: { ...full.write, conditions: [] } })
    await expect(objects.copy('a', 'b', { condition: { if: 'absent' } })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(objects.copy('a', 'a')).rejects.toMatchObject({ code: 'input-invalid' })
    const blind = objectsIn(temporaryFolder(), { ...copies, read: { ...full.read, validator: false } })
    await expect(blind.objects.copy('a', 'b', { ifMatch: 'x' })).rejects.toMatchObject({ code: 'unsupported' })
    const readOnly = objectsIn(temporaryFolder(), { ...full, write: false })
    await expect(readOnly.objects.copy('a', 'b')).rejects.toMatchObject({ code: 'unsupported', operation: 'copy' })
    expect([...store.calls, ...blind.store.calls, ...readOnly.store.calls]).toEqual([])
  })

  test('tries again what the service could not do just now', async () => {
    let failures = 1
    const { store, objects } = objectsIn(temporaryFolder(), copies, {
      before(operation) {
        if (operation === 'copy' && failures-- > 0) throw new FairleadError('unavailable', 'busy')
      },
    })
    await objects.write('a', bytesSource('body'))
    await objects.copy('a', 'b')
    expect(store.get('b')?.toString()).toBe('body')
  })
})
