import { bytesSource, FairleadError } from '@fairlead/core'
import { appendFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { fileSource } from '../../src/host/objects/local-file.ts'
import { unfinishedTransfers } from '../../src/host/uploads/journal.ts'
import { partBytesFor, partsOf } from '../../src/host/uploads/part-plan.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256 } from './harness.ts'
import { abortAt, fileIn, orders, partBytes, sequential, size, stored } from './parts-ground.ts'

describe('the plan of parts', () => {
  const limits = { order: 'any', partBytes: [5 * 2 ** 20, 5 * 2 ** 30], multipleOf: 1, maxParts: 10_000 } as const
  test('fits 5 TiB into 10,000 parts', () => {
    const bytes = partBytesFor(5 * 2 ** 40, limits) ?? 0
    expect(Math.ceil((5 * 2 ** 40) / bytes)).toBeLessThanOrEqual(10_000)
    expect(bytes).toBeLessThan(600 * 2 ** 20)
  })

  test('keeps to the smallest, the greatest and the multiple', () => {
    expect(partBytesFor(1, { ...limits, partBytes: [2 ** 25, 2 ** 30] })).toBe(2 ** 25)
    expect(partBytesFor(2 ** 40, { order: 'any', partBytes: [1, 1000], multipleOf: 300 })).toBe(900)
    expect(partBytesFor(2 ** 40, { ...limits, maxParts: 2 })).toBeUndefined()
  })

  test('covers the body once, from wherever it goes on', () => {
    expect([...partsOf(25, 10)].map(part => Object.values(part))).toEqual([
      [1, 0, 10, false],
      [2, 10, 10, false],
      [3, 20, 5, true],
    ])
    expect([...partsOf(25, 10, 13)].map(({ number, offset, size: bytes }) => [number, offset, bytes])).toEqual([
      [2, 13, 7],
      [3, 20, 5],
    ])
    expect([...partsOf(20, 10)].at(-1)).toMatchObject({ number: 2, last: true })
  })
})

describe('writing in parts', () => {
  test.each(orders)('sends a big body %s and tells each byte once', async (_what, capabilities) => {
    const { store, objects } = objectsIn(temporaryFolder(), capabilities)
    const events: TransferEvent[] = []
    const entry = await objects.write('big', bytesSource(pattern(size)), { onEvent: event => events.push(event) })
    expect(entry).toMatchObject({ path: 'big', size })
    expect(stored(store)).toBe(sha256(pattern(size)))
    expect(store.asked('part')).toHaveLength(6)
    expect(store.asked('part').filter(call => call.endsWith('last'))).toEqual([`part 6 ${partBytes * 5} 1000 last`])
    expect(moved(events)).toEqual({ now: size, before: 0 })
    expect(events.at(-1)).toMatchObject({ type: 'transfer-end', loaded: size })
  })

  test.each(orders)('repeats a part that broke, alone, where parts go %s', async (_what, capabilities) => {
    let failures = 2
    const { store, objects } = objectsIn(temporaryFolder(), capabilities, {
      before(operation, detail) {
        if (operation === 'part-done' && detail === '3' && failures-- > 0) throw new FairleadError('network', 'reset')
      },
    })
    const events: TransferEvent[] = []
    await objects.write('big', bytesSource(pattern(size)), { onEvent: event => events.push(event) })
    expect(stored(store)).toBe(sha256(pattern(size)))
    expect(moved(events)).toEqual({ now: size, before: 0 })
    expect(store.asked('part').filter(call => !call.startsWith('part 3'))).toHaveLength(5)
    expect(events.filter(({ type }) => type === 'retry').length).toBeGreaterThan(0)
  })

  test('takes a lost answer to completing for what it is', async () => {
    let failures = 1
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      before(operation) {
        if (operation === 'completed' && failures-- > 0) throw new FairleadError('network', 'reset')
      },
    })
    await expect(objects.write('big', bytesSource(pattern(size)))).resolves.toMatchObject({ path: 'big', size })
    expect(store.asked('complete')).toHaveLength(2)
  })

  test.each(orders)('goes on in a later process with the parts that are missing, where they go %s', async (_what, capabilities) => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const stop = new AbortController()
    const first = objectsIn(folder, capabilities, abortAt(4, stop))
    await expect(first.objects.write('big', fileSource(file), { signal: stop.signal })).rejects.toThrow('enough')
    expect(first.store.asked('abort')).toEqual([])
    const arrived = first.store.calls.filter(call => call.startsWith('part-done')).length
    expect(arrived).toBeGreaterThanOrEqual(3)
    expect(unfinishedTransfers(first.state)).toMatchObject([{ connection: 'test', path: 'big', size }])

    const second = objectsIn(folder, capabilities)
    const events: TransferEvent[] = []
    await second.objects.write('big', fileSource(file), { onEvent: event => events.push(event) })
    expect(stored(second.store)).toBe(sha256(pattern(size)))
    expect(second.store.asked('begin')).toEqual([])
    const sentAgain = moved(events).now
    expect(sentAgain).toBe(size - moved(events).before)
    expect(second.store.asked('part')).toHaveLength(6 - arrived)
    expect(unfinishedTransfers(second.state)).toEqual([])
  })

  test('starts over when the source changed in between, and puts the old upload away', async () => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const stop = new AbortController()
    await expect(objectsIn(folder, full, abortAt(4, stop)).objects.write('big', fileSource(file), { signal: stop.signal })).rejects.toThrow(
      'enough',
    )
    // Same size, same modification time, same inode: only the change time tells.
    const { atime, mtime } = statSync(file)
    writeFileSync(file, pattern(size, 2))
    utimesSync(file, atime, mtime)

    const second = objectsIn(folder)
    const events: TransferEvent[] = []
    await second.objects.write('big', fileSource(file), { onEvent: event => events.push(event) })
    expect(stored(second.store)).toBe(sha256(pattern(size, 2)))
    expect(second.store.asked('abort')).toHaveLength(1)
    expect(second.store.uploads()).toEqual([])
    expect(moved(events)).toEqual({ now: size, before: 0 })
  })

  test('starts over when other attributes go with the same bytes', async () => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const stop = new AbortController()
    await expect(objectsIn(folder, full, abortAt(4, stop)).objects.write('big', fileSource(file), { signal: stop.signal })).rejects.toThrow(
      'enough',
    )
    const second = objectsIn(folder)
    await second.objects.write('big', fileSource(file), { contentType: 'image/png' })
    expect(second.store.asked('abort')).toHaveLength(1)
    expect(second.store.asked('part')).toHaveLength(6)
  })

  test('starts over when the service has dropped the upload', async () => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const stop = new AbortController()
    const first = objectsIn(folder, full, abortAt(4, stop))
    await expect(first.objects.write('big', fileSource(file), { signal: stop.signal })).rejects.toThrow('enough')
    for (const upload of first.store.uploads()) rmSync(join(folder, 'store', 'uploads', upload), { recursive: true })
    const second = objectsIn(folder)
    await second.objects.write('big', fileSource(file))
    expect(stored(second.store)).toBe(sha256(pattern(size)))
    expect(second.store.asked('part')).toHaveLength(6)
  })

  test('sends nothing again when the last process ended just after completing', async () => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const stop = new AbortController()
    const first = objectsIn(folder, full, {
      before(operation) {
        if (operation !== 'completed') return
        stop.abort(new Error('enough'))
        throw new FairleadError('network', 'cut off')
      },
    })
    await expect(first.objects.write('big', fileSource(file), { signal: stop.signal })).rejects.toThrow('enough')
    const second = objectsIn(folder)
    const events: TransferEvent[] = []
    await expect(second.objects.write('big', fileSource(file), { onEvent: event => events.push(event) })).resolves.toMatchObject({ size })
    expect(second.store.asked('part')).toEqual([])
    expect(moved(events)).toEqual({ now: 0, before: size })
    expect(unfinishedTransfers(second.state)).toEqual([])
  })

  test.each([
    ['is written to', (file: string) => writeFileSync(file, pattern(size, 2))],
    ['grows', (file: string) => appendFileSync(file, 'x')],
    ['shrinks', (file: string) => writeFileSync(file, 'x')],
    ['is replaced', (file: string) => renameSync(fileIn(join(file, '..'), pattern(size), 'other'), file)],
  ])('gives up a source that %s while it is sent, and leaves nothing of it', async (_what, change) => {
    const folder = temporaryFolder()
    const file = fileIn(folder, pattern(size))
    const { store, objects, state } = objectsIn(folder, sequential, {
      before(operation, detail) {
        if (operation === 'part-done' && detail === '6') change(file)
      },
    })
    await expect(objects.write('big', fileSource(file))).rejects.toMatchObject({ code: 'input-invalid', path: 'big' })
    expect(store.get('big')).toBeUndefined()
    expect(store.uploads()).toEqual([])
    expect(unfinishedTransfers(state)).toEqual([])
  })

  test('completes nothing that has another hash than the caller said', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    await expect(objects.write('big', bytesSource(pattern(size)), { sha256: sha256(pattern(size, 2)) })).rejects.toMatchObject({
      code: 'integrity',
    })
    expect(store.asked('complete')).toEqual([])
    expect(store.uploads()).toEqual([])
  })

  test('finds a body that was stored wrong, and removes it', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), full, { keep: (_path, bytes) => Buffer.from(bytes).fill(0, 70_000, 70_010) })
    await expect(objects.write('big', bytesSource(pattern(size)))).rejects.toMatchObject({ code: 'integrity' })
    expect(store.get('big')).toBeUndefined()
  })

  test('refuses a body of more parts than the service takes, without a request', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), {
      ...full,
      write: { ...full.write, resumable: { ...full.write.resumable, maxParts: 3 } },
    })
    await expect(objects.write('big', bytesSource(pattern(size)))).rejects.toMatchObject({ code: 'input-invalid' })
    expect(store.calls).toEqual([])
  })

  test('lets two writers of one destination in one after the other', async () => {
    const folder = temporaryFolder()
    const [one, two] = [fileIn(folder, pattern(size, 1), 'one'), fileIn(folder, pattern(size, 2), 'two')]
    const [first, second] = [objectsIn(folder), objectsIn(folder)]
    await Promise.all([first.objects.write('big', fileSource(one)), second.objects.write('big', fileSource(two))])
    expect([sha256(pattern(size, 1)), sha256(pattern(size, 2))]).toContain(stored(first.store))
    expect([...first.store.calls, ...second.store.calls].filter(call => call.startsWith('part '))).toHaveLength(12)
    expect(first.store.uploads()).toEqual([])
  })
})
