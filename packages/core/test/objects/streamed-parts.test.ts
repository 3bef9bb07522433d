import { FairleadError, streamSource } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { createMemoryBudget } from '../../src/host/objects/memory-budget.ts'
import { createObjectVerbs } from '../../src/host/objects/object-verbs.ts'
import { unfinishedTransfers } from '../../src/host/uploads/journal.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256, streamOf } from './harness.ts'
import { orders, partBytes, size, stored } from './parts-ground.ts'

describe('writing a body that can be read once', () => {
  const pieces = (bytes: Uint8Array): Uint8Array[] =>
    Array.from({ length: Math.ceil(bytes.byteLength / 10_000) }, (_, index) => bytes.subarray(index * 10_000, index * 10_000 + 10_000))

  test.each(orders)('sends it in parts of its unknown size, %s, and repeats a part from memory', async (_what, capabilities) => {
    let failures = 1
    const { store, objects } = objectsIn(temporaryFolder(), capabilities, {
      before(operation, detail) {
        if (operation === 'part' && detail.startsWith('2 ') && failures-- > 0) throw new FairleadError('network', 'reset')
      },
    })
    const events: TransferEvent[] = []
    await objects.write('big', streamSource(streamOf(pieces(pattern(size)))), { onEvent: event => events.push(event) })
    expect(stored(store)).toBe(sha256(pattern(size)))
    expect(moved(events)).toEqual({ now: size, before: 0 })
  })

  test('sends one that fits a part in one request', async () => {
    for (const bytes of [0, 5, partBytes]) {
      const { store, objects } = objectsIn(temporaryFolder())
      await objects.write('big', streamSource(streamOf(pieces(pattern(bytes)))))
      expect(store.calls).toEqual(['write big'])
      expect(stored(store)).toBe(sha256(pattern(bytes)))
    }
  })

  test('leaves nothing when it fails midway, and journals nothing', async () => {
    const { store, objects, state } = objectsIn(temporaryFolder())
    await expect(objects.write('big', streamSource(streamOf(pieces(pattern(size)), new Error('pipe closed'))))).rejects.toMatchObject({
      code: 'input-invalid',
    })
    expect(store.asked('abort')).toHaveLength(1)
    expect(store.get('big')).toBeUndefined()
    expect(unfinishedTransfers(state)).toEqual([])
  })

  test('ends when parts fail while the next one waits for their memory', async () => {
    const inMemory = 3
    const sending = Promise.withResolvers<void>()
    let parts = 0
    const { store, runtime } = objectsIn(temporaryFolder(), full, {
      async before(operation) {
        if (operation !== 'part') return
        if (++parts === inMemory) sending.resolve()
        await sending.promise
        throw new FairleadError('permission-denied', 'not any more')
      },
    })
    const objects = createObjectVerbs({ ...runtime, memory: createMemoryBudget(inMemory * partBytes) })
    await expect(objects.write('big', streamSource(streamOf(pieces(pattern(size)))))).rejects.toMatchObject({ code: 'permission-denied' })
    expect(store.uploads()).toEqual([])
  })

  test('ends when a part fails while the source has nothing to give', async () => {
    let cancelled = false
    let given = false
    const source = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (given) return new Promise<never>(() => undefined)
          given = true
          controller.enqueue(pattern(partBytes * 2 + 1))
        },
        cancel: () => void (cancelled = true),
      },
      { highWaterMark: 0 },
    )
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      before(operation) {
        if (operation === 'part') throw new FairleadError('permission-denied', 'not any more')
      },
    })
    await expect(objects.write('big', streamSource(source))).rejects.toMatchObject({ code: 'permission-denied' })
    expect(cancelled).toBe(true)
    expect(store.uploads()).toEqual([])
  })

  test('leaves nothing when it is aborted while the source waits', async () => {
    const stop = new AbortController()
    const bytes = pattern(partBytes * 2 + 1)
    let given = false
    const source = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (given) {
            stop.abort(new Error('enough'))
            return new Promise<never>(() => undefined)
          }
          given = true
          controller.enqueue(bytes)
        },
      },
      { highWaterMark: 0 },
    )
    const { store, objects } = objectsIn(temporaryFolder())
    await expect(objects.write('big', streamSource(source), { signal: stop.signal })).rejects.toThrow('enough')
    expect(store.uploads()).toEqual([])
  })
})
