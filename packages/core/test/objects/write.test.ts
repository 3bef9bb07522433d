import { bytesSource, FairleadError, streamSource, type Source } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import type { TransferEvent, WriteOptions } from '../../src/host/client.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { full } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256, streamOf } from './harness.ts'

const single = { ...full, write: { ...full.write, resumable: false } } as const

/** Without `bytes`, so that it is streamed. */
function streamed(bytes: Uint8Array): Source {
  const source = bytesSource(bytes)
  return { size: bytes.byteLength, replayable: true, open: range => source.open(range) }
}

describe('writing an object', () => {
  test.each([
    ['bytes', bytesSource],
    ['a stream that can be opened again', streamed],
    ['a stream that can not', (bytes: Uint8Array) => streamSource(streamOf([bytes]), { size: bytes.byteLength })],
    ['a stream of unknown size', (bytes: Uint8Array) => streamSource(streamOf([bytes]))],
  ])('stores %s and tells its progress', async (_what, source) => {
    const { store, objects } = objectsIn(temporaryFolder(), single)
    const bytes = pattern(5000)
    const events: TransferEvent[] = []
    const entry = await objects.write('a:b', source(bytes), { onEvent: event => events.push(event) })
    expect(entry).toMatchObject({ path: 'a:b', size: 5000 })
    expect(sha256(store.get('a%3Ab') ?? pattern(0))).toBe(sha256(bytes))
    expect(moved(events)).toEqual({ now: 5000, before: 0 })
    expect(events.at(-1)).toEqual({ type: 'transfer-end', path: 'a:b', loaded: 5000 })
  })

  test('sends again what broke, and tells no byte twice', async () => {
    let failures = 2
    const { store, objects } = objectsIn(temporaryFolder(), single, {
      keep(_path, bytes) {
        if (failures-- > 0) throw new FairleadError('unavailable', 'busy')
        return bytes
      },
    })
    const events: TransferEvent[] = []
    await objects.write('a', streamed(pattern(5000)), { onEvent: event => events.push(event) })
    expect(store.asked('write')).toHaveLength(3)
    expect(moved(events).now).toBe(5000)
  })

  test('never sends again what can be read once only', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), single, {
      before: () => {
        throw new FairleadError('unavailable', 'busy')
      },
    })
    await expect(objects.write('a', streamSource(streamOf([pattern(10)]), { size: 10 }))).rejects.toMatchObject({ code: 'unavailable' })
    expect(store.asked('write')).toHaveLength(1)
  })

  test.each([
    ['fails', streamOf([pattern(50)], new Error('disk gone'))],
    ['is shorter than it said', streamOf([pattern(50)])],
    ['is longer than it said', streamOf([pattern(150)])],
  ])('blames a source that %s, once, and leaves what was there', async (_what, stream) => {
    const { store, objects } = objectsIn(temporaryFolder(), single)
    store.put('a', 'old')
    const source: Source = { size: 100, replayable: true, open: async () => stream }
    await expect(objects.write('a', source)).rejects.toMatchObject({ code: 'input-invalid', path: 'a' })
    expect(store.asked('write')).toHaveLength(1)
    expect(store.get('a')?.toString()).toBe('old')
  })

  test('holds the body against the hash the caller knows, before it is sent', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), single)
    const bytes = pattern(100)
    await expect(objects.write('a', bytesSource(bytes), { sha256: `sha256:${sha256(pattern(100, 2))}` })).rejects.toMatchObject({
      code: 'integrity',
    })
    expect(store.calls).toEqual([])
    await objects.write('a', bytesSource(bytes), { sha256: `sha256:${sha256(bytes)}` })
    expect(sha256(store.get('a') ?? pattern(0))).toBe(sha256(bytes))
  })

  test('holds a stream against the hash the caller knows, and leaves nothing of a wrong one', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), single)
    await expect(objects.write('a', streamed(pattern(100)), { sha256: sha256(pattern(100, 2)) })).rejects.toMatchObject({
      code: 'integrity',
    })
    expect(store.get('a')).toBeUndefined()
  })

  test.each([
    ['a flipped byte', (bytes: Uint8Array) => Buffer.from(bytes).fill(0, 3, 4)],
    ['a lost byte', (bytes: Uint8Array) => bytes.subarray(1)],
  ])('finds %s in what the service stored, and removes it', async (_what, keep) => {
    for (const source of [bytesSource(pattern(100)), streamed(pattern(100))]) {
      const { store, objects } = objectsIn(temporaryFolder(), single, { keep: (_path, bytes) => keep(bytes) })
      await expect(objects.write('a', source)).rejects.toMatchObject({ code: 'integrity' })
      expect(store.get('a')).toBeUndefined()
    }
  })

  test('passes the condition on to the service', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    store.put('a', 'old')
    await expect(objects.write('a', bytesSource('new'), { condition: { if: 'absent' } })).rejects.toMatchObject({
      code: 'precondition-failed',
    })
    expect(store.get('a')?.toString()).toBe('old')
  })

  const limited = {
    ...full,
    write: {
      ...full.write,
      unknownSize: false,
      empty: false,
      maxBytes: 10,
      conditions: [],
      modified: false,
      metadata: { maxBytes: 8, keys: 'token', values: 'ascii' },
    },
  } as const
  const refusals: Array<[string, Source, WriteOptions, string]> = [
    ['a body of unknown size', streamSource(streamOf([])), {}, 'unsupported'],
    ['an empty body', bytesSource(''), {}, 'unsupported'],
    ['a body that is too big', bytesSource('12345678901'), {}, 'input-invalid'],
    ['a condition', bytesSource('a'), { condition: { if: 'absent' } }, 'unsupported'],
    ['a modification time', bytesSource('a'), { modified: new Date() }, 'unsupported'],
    ['too much metadata', bytesSource('a'), { metadata: { key: '123456' } }, 'input-invalid'],
    ['a metadata key with a space', bytesSource('a'), { metadata: { 'a b': '' } }, 'input-invalid'],
    ['a metadata value beyond ASCII', bytesSource('a'), { metadata: { a: 'é' } }, 'input-invalid'],
    ['a hash that is none', bytesSource('a'), { sha256: 'sha256:abc' }, 'input-invalid'],
  ]
  test.each(refusals)('refuses %s that the client has no place for, without a request', async (_what, source, options, code) => {
    const { store, objects } = objectsIn(temporaryFolder(), limited)
    await expect(objects.write('a', source, options)).rejects.toMatchObject({ code })
    expect(store.calls).toEqual([])
  })

  test('starts nothing after an abort', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    const reason = new Error('enough')
    await expect(objects.write('a', bytesSource('a'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(objects.stat('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(objects.delete('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(store.calls).toEqual([])
  })
})
