import { FairleadError } from '@fairlead/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import type { TransferEvent } from '../../src/host/client.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full, type Faults } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256, streamOf } from './harness.ts'

const big = 3 * 1024 * 1024
const unchecked = { ...full, checksums: [] } as const

function pieces(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / 65_536) }, (_, index) => bytes.subarray(index * 65_536, index * 65_536 + 65_536))
}

const streaming: Faults = { body: (_request, bytes) => streamOf(pieces(bytes)) }

/** Bodies end for good after `bytes`. */
function cutAfter(bytes: number): Faults {
  return { body: (_request, body) => streamOf(pieces(body.subarray(0, bytes)), new FairleadError('permission-denied', 'cut off')) }
}

function hashOf(file: string): string {
  return sha256(readFileSync(file))
}

const sizes = [
  ['in one piece', 1000, {}],
  ['as a small stream', 1000, streaming],
  ['as a big stream', big, streaming],
  ['that is empty', 0, streaming],
] as const

describe('downloading', () => {
  test.each(sizes)('makes a file of an object %s, with its time, in folders that were missing', async (_what, size, faults) => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, full, faults)
    store.put('a:b'.replace(':', '%3A'), pattern(size))
    const file = join(folder, 'new', 'folder', 'file')
    const events: TransferEvent[] = []
    const entry = await objects.download('a:b', file, { onEvent: event => events.push(event), sha256: sha256(pattern(size)), size })
    expect(entry).toMatchObject({ path: 'a:b', size })
    expect(hashOf(file)).toBe(sha256(pattern(size)))
    expect(statSync(file).mtimeMs).toBe(1_700_000_000_000)
    expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['file'])
    mkdirSync(join(folder, 'ordinary'))
    expect(statSync(join(folder, 'new', 'folder')).mode).toBe(statSync(join(folder, 'ordinary')).mode)
    expect(moved(events)).toEqual({ now: size, before: 0 })
    expect(events.at(-1)).toMatchObject({ type: 'transfer-end', loaded: size })
  })

  test.each(sizes)('leaves a file that is there alone unless it is forced, for an object %s', async (_what, size, faults) => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, full, faults)
    store.put('a', pattern(size))
    const file = join(folder, 'file')
    writeFileSync(file, 'old')
    await expect(objects.download('a', file)).rejects.toMatchObject({ code: 'already-exists' })
    expect(store.calls).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe('old')
    await objects.download('a', file, { force: true })
    expect(hashOf(file)).toBe(sha256(pattern(size)))
    expect(
      readdirSync(folder)
        .toSorted()
        .filter(name => name.includes('fairlead-part')),
    ).toEqual([])
  })

  test('does not replace a file that appears while it runs', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const { store, objects } = objectsIn(folder, full, {
      body: (_request, bytes) => {
        writeFileSync(file, 'theirs')
        return bytes
      },
    })
    store.put('a', 'ours')
    await expect(objects.download('a', file)).rejects.toMatchObject({ code: 'already-exists' })
    expect(readFileSync(file, 'utf8')).toBe('theirs')
    expect(readdirSync(folder).filter(name => name.endsWith('.fairlead-part'))).toEqual([])
  })

  test('follows no link at the target, with force neither', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder)
    store.put('a', 'new')
    const outside = join(folder, 'outside')
    writeFileSync(outside, 'old')
    symlinkSync(outside, join(folder, 'link'))
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'))
    mkdirSync(join(folder, 'directory'))
    for (const target of ['link', 'dangling', 'directory']) {
      await expect(objects.download('a', join(folder, target), { force: true })).rejects.toMatchObject({ code: 'already-exists' })
    }
    expect(readFileSync(outside, 'utf8')).toBe('old')
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  test.each([
    ['another hash than the caller knows', { sha256: sha256(pattern(5)) }],
    ['another size than the caller knows', { size: 5 }],
  ])('makes no file of a body of %s', async (_what, options) => {
    for (const [size, faults] of [
      [1000, {}],
      [big, streaming],
    ] as const) {
      const folder = temporaryFolder()
      const { store, objects } = objectsIn(folder, unchecked, faults)
      store.put('a', pattern(size))
      await expect(objects.download('a', join(folder, 'x', 'file'), options)).rejects.toMatchObject({ code: 'integrity', path: 'a' })
      expect(existsSync(join(folder, 'x')) ? readdirSync(join(folder, 'x')) : []).toEqual([])
    }
  })

  test('finds a flipped byte by the checksum of the service', async () => {
    for (const stream of [false, true]) {
      const folder = temporaryFolder()
      const flip = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes).fill(0, 7, 9)
      const { store, objects } = objectsIn(folder, full, {
        body: (_request, bytes) => (stream ? streamOf(pieces(flip(bytes))) : flip(bytes)),
      })
      store.put('a', pattern(stream ? big : 100))
      await expect(objects.download('a', join(folder, 'file'))).rejects.toMatchObject({ code: 'integrity' })
      expect(readdirSync(folder).filter(name => name.includes('file'))).toEqual([])
    }
  })

  test('finds that there is more than was said, where the service did not say how much there is', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(folder, unchecked, streaming)
    store.put('a', pattern(1000))
    const ask = store.doRead.bind(store)
    store.doRead = async request => {
      const { entry, body } = await ask(request)
      const { size: _, ...unsized } = entry
      return { entry: unsized, body }
    }
    const downloading = objects.download('a', join(folder, 'file'), { size: 999 })
    await expect(downloading).rejects.toMatchObject({ code: 'integrity' })
    expect(readdirSync(folder).filter(name => name.startsWith('file') || name.includes('fairlead-part'))).toEqual([])
  })

  test('refuses a range', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    await expect(objects.download('a', '/nowhere/file', { range: { start: 1 } })).rejects.toMatchObject({ code: 'input-invalid' })
    expect(store.calls).toEqual([])
  })
})

describe('a download that was cut off', () => {
  test('goes on in a later process at the next byte, and hashes the whole', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, cutAfter(2_000_000))
    first.store.put('a', pattern(big))
    await expect(first.objects.download('a', file)).rejects.toMatchObject({ code: 'permission-denied' })
    expect(existsSync(file)).toBe(false)

    const second = objectsIn(folder, full, streaming)
    const events: TransferEvent[] = []
    await second.objects.download('a', file, { onEvent: event => events.push(event), sha256: sha256(pattern(big)) })
    expect(hashOf(file)).toBe(sha256(pattern(big)))
    expect(moved(events)).toEqual({ now: big - 2_000_000, before: 2_000_000 })
    expect(second.store.calls).toEqual(['stat a', 'read a 2000000'])
    expect(readdirSync(folder).filter(name => name.includes('fairlead-part'))).toEqual([])
  })

  test('needs no more than its name when all bytes were there already', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, cutAfter(2_000_000))
    first.store.put('a', pattern(big))
    await expect(first.objects.download('a', file)).rejects.toMatchObject({ code: 'permission-denied' })
    const leftovers = join(folder, '.file.fairlead-part')
    for (const name of readdirSync(leftovers)) writeFileSync(join(leftovers, name), pattern(big))
    const second = objectsIn(folder, full, streaming)
    await second.objects.download('a', file)
    expect(second.store.calls).toEqual(['stat a'])
    expect(hashOf(file)).toBe(sha256(pattern(big)))
  })

  test('finds its way with the longest names', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'é'.repeat(127))
    const first = objectsIn(folder, full, cutAfter(2_000_000))
    first.store.put('a', pattern(big))
    await expect(first.objects.download('a', file)).rejects.toMatchObject({ code: 'permission-denied' })
    const events: TransferEvent[] = []
    await objectsIn(folder, full, streaming).objects.download('a', file, { onEvent: event => events.push(event) })
    expect(moved(events).before).toBe(2_000_000)
    expect(hashOf(file)).toBe(sha256(pattern(big)))
  })

  test('starts over when the object changed in between', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, cutAfter(2_000_000))
    first.store.put('a', pattern(big))
    await expect(first.objects.download('a', file)).rejects.toMatchObject({ code: 'permission-denied' })
    const second = objectsIn(folder, full, streaming)
    second.store.put('a', pattern(big, 2))
    const events: TransferEvent[] = []
    await second.objects.download('a', file, { onEvent: event => events.push(event) })
    expect(hashOf(file)).toBe(sha256(pattern(big, 2)))
    expect(moved(events)).toEqual({ now: big, before: 0 })
    expect(readdirSync(folder).filter(name => name.includes('fairlead-part'))).toEqual([])
  })

  test('does not trust what was left when its bytes are wrong', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const first = objectsIn(folder, full, cutAfter(2_000_000))
    first.store.put('a', pattern(big))
    await expect(first.objects.download('a', file)).rejects.toMatchObject({ code: 'permission-denied' })
    const leftovers = join(folder, '.file.fairlead-part')
    for (const name of readdirSync(leftovers)) writeFileSync(join(leftovers, name), pattern(2_000_000, 3))
    const second = objectsIn(folder, full, streaming)
    await expect(second.objects.download('a', file)).rejects.toMatchObject({ code: 'integrity' })
    await second.objects.download('a', file)
    expect(hashOf(file)).toBe(sha256(pattern(big)))
  })

  test('leaves nothing behind where it can not be gone on with', async () => {
    const folder = temporaryFolder()
    const { store, objects } = objectsIn(
      folder,
      { ...full, read: { range: false, versions: false, validator: false } },
      cutAfter(2_000_000),
    )
    store.put('a', pattern(big))
    await expect(objects.download('a', join(folder, 'file'))).rejects.toMatchObject({ code: 'permission-denied' })
    expect(readdirSync(folder).filter(name => name.includes('file'))).toEqual([])
  })

  test('lets two processes with one target in one after the other', async () => {
    const folder = temporaryFolder()
    const [first, second] = [objectsIn(folder, full, streaming), objectsIn(folder, full, streaming)]
    first.store.put('a', pattern(big))
    const file = join(folder, 'file')
    const outcomes = await Promise.allSettled([
      first.objects.download('a', file, { force: true }),
      second.objects.download('a', file, { force: true }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(hashOf(file)).toBe(sha256(pattern(big)))
  })

  test('goes on after its process was killed', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    const { store, objects } = objectsIn(folder, full, streaming)
    store.put('a', pattern(big))
    const child = spawn(process.execPath, ['--conditions=@fairlead/source', join(import.meta.dirname, 'download-child.ts'), folder, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout })) if (line === 'half') break
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(existsSync(file)).toBe(false)
    const events: TransferEvent[] = []
    await objects.download('a', file, { onEvent: event => events.push(event) })
    expect(hashOf(file)).toBe(sha256(pattern(big)))
    expect(moved(events).before).toBeGreaterThanOrEqual(1_500_000)
    expect(moved(events).now + moved(events).before).toBe(big)
  })
})
