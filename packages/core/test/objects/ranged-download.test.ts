import { FairleadError } from '@fairlead/core'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full, type Faults } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256, streamOf } from './harness.ts'

const mebibyte = 1024 * 1024
const range = 16 * mebibyte
const huge = 65 * mebibyte
const content = pattern(huge)
const unchecked = { ...full, checksums: [] } as const
const streaming: Faults = { body: (_request, bytes) => streamOf([bytes]) }

/** The range that begins here never comes. */
function without(start: number): Faults {
  return {
    body: (request, bytes) =>
      request.range?.start === start ? streamOf([], new FairleadError('permission-denied', 'cut off')) : streamOf([bytes]),
  }
}

describe('a download of many bytes', () => {
  test('comes in ranges, each of the same version, and is hashed as a whole', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, full, streaming)
    store.put('a', content)
    const events: TransferEvent[] = []
    await objects.download('a', join(folder, 'file'), { sha256: sha256(content), size: huge, onEvent: event => events.push(event) })
    expect(sha256(readFileSync(join(folder, 'file')))).toBe(sha256(content))
    expect(store.calls.toSorted()).toEqual(['read a 0', ...[1, 2, 3, 4].map(number => `read a ${number * range}`), 'stat a'].toSorted())
    expect(moved(events)).toEqual({ now: huge, before: 0 })
    expect(readdirSync(folder).filter(name => name.includes('fairlead-part'))).toEqual([])
  })

  test('takes the body that is open already for its first range, where nobody had said how much there is', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, full, streaming)
    store.put('a', content)
    await objects.download('a', join(folder, 'file'))
    expect(sha256(readFileSync(join(folder, 'file')))).toBe(sha256(content))
    expect(store.calls.filter(call => call === 'read a 0')).toHaveLength(1)
  })

  test('that was cut off fetches in a later process the ranges that are missing, and no other', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, without(2 * range))
    first.store.put('a', content)
    await expect(first.objects.download('a', file, { size: huge })).rejects.toMatchObject({ code: 'permission-denied' })
    expect(existsSync(file)).toBe(false)
    const noted = readdirSync(join(folder, '.file.fairlead-part'))
    expect(noted.filter(name => name.endsWith('.ranges'))).toHaveLength(1)

    const second = objectsIn(folder, full, streaming)
    const events: TransferEvent[] = []
    await second.objects.download('a', file, { sha256: sha256(content), onEvent: event => events.push(event) })
    expect(sha256(readFileSync(file))).toBe(sha256(content))
    const again = second.store.calls.filter(call => call.startsWith('read'))
    expect(again).toContain(`read a ${2 * range}`)
    expect(moved(events).before).toBe(huge - moved(events).now)
    expect(moved(events).before).toBeGreaterThanOrEqual(2 * range)
  })

  test('starts over when the object changed in between', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, without(2 * range))
    first.store.put('a', content)
    await expect(first.objects.download('a', file, { size: huge })).rejects.toMatchObject({ code: 'permission-denied' })
    const second = objectsIn(folder, full, streaming)
    const other = pattern(huge, 2)
    second.store.put('a', other)
    const events: TransferEvent[] = []
    await second.objects.download('a', file, { onEvent: event => events.push(event) })
    expect(sha256(readFileSync(file))).toBe(sha256(other))
    expect(moved(events)).toEqual({ now: huge, before: 0 })
  })

  test('is refused when the object is not the one that was asked for', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, full, streaming)
    store.put('a', content)
    const { etag = '' } = await objects.stat('a')
    store.put('a', pattern(huge, 2))
    const downloading = objects.download('a', join(folder, 'file'), { size: huge, ifMatch: etag })
    await expect(downloading).rejects.toMatchObject({ code: 'precondition-failed' })
    expect(existsSync(join(folder, 'file'))).toBe(false)
  })

  test('of an older version is of that version, whatever is there now', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, { ...full, read: { ...full.read, versions: true } }, streaming)
    store.put('a', content)
    await objects.download('a', join(folder, 'file'), { size: huge, version: 'one' })
    expect(store.asked('stat')).toEqual([])
    expect(sha256(readFileSync(join(folder, 'file')))).toBe(sha256(content))
  })

  test('is refused when the object changes while it runs', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, full, {
      body(request, bytes) {
        if (request.range?.start === range) store.put('a', pattern(huge, 2))
        return streamOf([bytes])
      },
    })
    store.put('a', content)
    const downloading = objects.download('a', join(folder, 'file'), { size: huge })
    await expect(downloading).rejects.toMatchObject({ code: expect.stringMatching(/precondition-failed|integrity/) })
    expect(readdirSync(folder).filter(name => name.includes('fairlead-part'))).toEqual([])
  })

  test('is refused when the object changes on a service that knows neither conditions nor checksums', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, unchecked, {
      body(request, bytes) {
        if (request.range?.start === 0) store.put('a', pattern(huge, 2))
        return streamOf([bytes])
      },
    })
    const ask = store.doRead.bind(store)
    store.doRead = async ({ path, range: part }) => ask({ path, ...(part !== undefined && { range: part }) })
    store.put('a', content)
    const downloading = objects.download('a', join(folder, 'file'), { size: huge })
    await expect(downloading).rejects.toMatchObject({ code: 'precondition-failed' })
    expect(readdirSync(folder).filter(name => name.includes('fairlead-part'))).toEqual([])
  })

  test('does not trust what was left when its bytes are wrong', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, without(2 * range))
    first.store.put('a', content)
    await expect(first.objects.download('a', file, { size: huge })).rejects.toMatchObject({ code: 'permission-denied' })
    const leftovers = join(folder, '.file.fairlead-part')
    for (const name of readdirSync(leftovers)) if (!name.endsWith('.ranges')) writeFileSync(join(leftovers, name), pattern(huge, 3))
    const second = objectsIn(folder, full, streaming)
    await expect(second.objects.download('a', file)).rejects.toMatchObject({ code: 'integrity' })
    await second.objects.download('a', file)
    expect(sha256(readFileSync(file))).toBe(sha256(content))
  })
})
