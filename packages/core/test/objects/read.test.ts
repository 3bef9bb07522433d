import { FairleadError } from '@fairlead/core'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import type { TransferEvent } from '../../src/host/client.ts'
import { openBody, type DoRead } from '../../src/host/objects/object-body.ts'
import { createGate } from '../../src/host/objects/refuse.ts'
import type { Faults } from './folder-store.ts'
import { full } from './folder-store.ts'
import { moved, objectsIn, pattern, sha256, streamOf } from './harness.ts'

const reset = (): FairleadError => new FairleadError('network', 'the connection was reset.')

/** Each body breaks after `bytes`, as often as `times` says. */
function breaking(bytes: number, times: number): Faults {
  let left = times
  return {
    body: (_request, body) => (left-- > 0 ? streamOf([body.subarray(0, bytes)], reset()) : streamOf([body])),
  }
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return buffer(stream)
}

describe('reading an object', () => {
  test('gives its bytes, its entry and its progress', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    const bytes = pattern(10_000)
    store.put('a/b', bytes)
    const events: TransferEvent[] = []
    const { entry, body } = await objects.read('a/b', { onEvent: event => events.push(event) })
    expect(entry).toMatchObject({ path: 'a/b', size: 10_000 })
    expect(sha256(await readAll(body))).toBe(sha256(bytes))
    expect(moved(events)).toEqual({ now: 10_000, before: 0 })
    expect(events.map(({ type }) => type)).toEqual(['transfer-start', 'transfer-delta', 'transfer-end'])
  })

  test('goes on at the next byte after each break, and tells no byte twice', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), full, breaking(1000, 4))
    const bytes = pattern(10_000)
    store.put('a', bytes)
    const events: TransferEvent[] = []
    const { body } = await objects.read('a', { onEvent: event => events.push(event) })
    expect(sha256(await readAll(body))).toBe(sha256(bytes))
    expect(store.asked('read')).toEqual(['read a 0', 'read a 1000', 'read a 2000', 'read a 3000', 'read a 4000'])
    expect(moved(events).now).toBe(10_000)
    expect(events.filter(({ type }) => type === 'retry')).toHaveLength(4)
  })

  test('takes a body that ends early for a break', async () => {
    let first = true
    const faults: Faults = {
      body: (_request, body) => {
        const cut = first ? body.subarray(0, 300) : body
        first = false
        return streamOf([cut])
      },
    }
    const { store, objects } = objectsIn(temporaryFolder(), full, faults)
    store.put('a', pattern(1000))
    const { bytes } = await objects.readBytes('a')
    expect(sha256(bytes)).toBe(sha256(pattern(1000)))
  })

  test('never splices two versions: an object that changed in between is precondition-failed', async () => {
    let first = true
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      body(_request, body) {
        if (!first) return body
        first = false
        store.put('a', pattern(5000, 2))
        return streamOf([body.subarray(0, 1000)], reset())
      },
    })
    store.put('a', pattern(5000, 1))
    const { body } = await objects.read('a')
    await expect(readAll(body)).rejects.toMatchObject({ code: 'precondition-failed' })
  })

  test('fails at a break where the service has no validator to go on with', async () => {
    const capabilities = { ...full, read: { range: true, versions: false, validator: false } }
    const { store, objects } = objectsIn(temporaryFolder(), capabilities, breaking(1000, 1))
    store.put('a', pattern(5000))
    const { body } = await objects.read('a')
    await expect(readAll(body)).rejects.toMatchObject({ code: 'network', connection: 'test', path: 'a' })
    expect(store.asked('read')).toHaveLength(1)
  })

  test('gives up with the last failure when no byte comes any more', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), full, breaking(0, 1000))
    store.put('a', pattern(5000))
    const { body } = await objects.read('a')
    await expect(readAll(body)).rejects.toMatchObject({ code: 'network', retry: 'exhausted' })
  })

  test('goes on within a range', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), full, breaking(100, 2))
    const bytes = pattern(5000)
    store.put('a', bytes)
    const { body } = await objects.read('a', { range: { start: 1000, end: 2000 } })
    expect(sha256(await readAll(body))).toBe(sha256(bytes.subarray(1000, 2000)))
    expect(store.asked('read')).toEqual(['read a 1000', 'read a 1100', 'read a 1200'])
  })

  test.each([
    ['a flipped byte', (body: Uint8Array) => Buffer.from(body).fill(0, 5, 6)],
    ['a body that is too long', (body: Uint8Array) => Buffer.concat([body, body])],
  ])('finds %s', async (_what, change) => {
    for (const whole of [true, false]) {
      const { store, objects } = objectsIn(temporaryFolder(), full, {
        body: (_request, body) => (whole ? change(body) : streamOf([change(body)])),
      })
      store.put('a', pattern(5000))
      await expect(objects.readBytes('a')).rejects.toMatchObject({ code: 'integrity' })
    }
  })

  test('stops with the reason of the signal in mid-body', async () => {
    const stop = new AbortController()
    const never = new Promise<never>(() => undefined)
    const { store, objects } = objectsIn(temporaryFolder(), full, {
      body: (_request, body) =>
        new ReadableStream(
          {
            pull(controller) {
              if (controller.desiredSize === 0) return never
              controller.enqueue(body.subarray(0, 10))
            },
          },
          { highWaterMark: 0 },
        ),
    })
    store.put('a', pattern(5000))
    const { body } = await objects.read('a', { signal: stop.signal })
    const reading = readAll(body)
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })

  test('holds no more than it was allowed to in memory', async () => {
    const { store, objects } = objectsIn(temporaryFolder(), full, { body: (_request, body) => streamOf([body]) })
    store.put('a', pattern(5000))
    await expect(objects.readBytes('a', { maxBytes: 4999 })).rejects.toMatchObject({ code: 'input-invalid' })
    expect((await objects.readBytes('a', { maxBytes: 5000 })).bytes).toHaveLength(5000)
  })

  test.each([
    ['a range', { range: { start: 0, end: 5 } }],
    ['a condition', { ifMatch: 'x' }],
    ['a version', { version: 'x' }],
  ])('refuses %s that the client does not declare, without a request', async (_what, options) => {
    const { store, objects } = objectsIn(temporaryFolder(), { ...full, read: { range: false, versions: false, validator: false } })
    store.put('a', 'abc')
    await expect(objects.read('a', options)).rejects.toMatchObject({ code: 'unsupported', connection: 'test' })
    expect(store.calls).toEqual([])
  })

  test.each([{ start: -1 }, { start: 0.5 }, { start: 5, end: 4 }])('refuses the range %j', async range => {
    const { store, objects } = objectsIn(temporaryFolder())
    await expect(objects.read('a', { range })).rejects.toMatchObject({ code: 'range-invalid' })
    expect(store.calls).toEqual([])
  })

  test.each(['', '/', '../a', 'a//b', 'a/../b', 'a\0'])('refuses the path %j without a request', async path => {
    const { store, objects } = objectsIn(temporaryFolder())
    await expect(objects.read(path)).rejects.toMatchObject({ code: 'path-invalid' })
    await expect(objects.stat(path)).rejects.toMatchObject({ code: 'path-invalid' })
    expect(store.calls).toEqual([])
  })

  test('lets go of a body when who takes its pieces can not', async () => {
    let cancelled = false
    const { store, runtime } = objectsIn(temporaryFolder(), full, {
      body: (_request, bytes) =>
        new ReadableStream<Uint8Array>(
          { pull: controller => controller.enqueue(bytes.subarray(0, 5000)), cancel: () => void (cancelled = true) },
          { highWaterMark: 0 },
        ),
    })
    store.put('a', pattern(9000))
    const doRead: DoRead = request => store.doRead(request)
    const body = await openBody(runtime, createGate(runtime), doRead, { logical: 'a', stored: 'a' }, {}, false)
    const refuse = (): never => {
      throw new Error('no space left')
    }
    await expect(body.each(refuse)).rejects.toThrow('no space left')
    expect(cancelled).toBe(true)
  })

  test('quotes for the plugin what its store can not keep, and takes it back', async () => {
    const { store, objects } = objectsIn(temporaryFolder())
    store.put('a%3Ab', 'x')
    expect((await objects.stat('a:b')).path).toBe('a:b')
    expect((await objects.readBytes('a:b')).entry.path).toBe('a:b')
    expect(store.calls).toEqual(['stat a%3Ab', 'read a%3Ab 0'])
  })
})
