import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { ArrivedParts } from '../src/service/arrived-parts.ts'
import { contentHash } from '../src/service/content-hash.ts'
import { bigBody, callsOf, startPlace, temporaryFolder } from './support.ts'

describe('an upload in parts', () => {
  test('sends whole blocks at once, and closes with the last part behind all others', async () => {
    const place = await startPlace()
    const client = await place.connect()
    const body = bigBody(3, 26 * 1024 * 1024 + 7)
    // The first part is refused for a while: the last one has to wait for it.
    place.proxy.inject({ kind: 'status', status: 503, match: { path: /append_v2$/ }, times: 2 })
    const entry = await client.write('big', bytesSource(body))
    expect(entry.checksums?.[0]?.value).toBe(contentHash(body))
    expect(Buffer.compare(place.server.read('/big') ?? Buffer.alloc(0), body)).toBe(0)
    expect(callsOf(place, 'files/upload_session/append_v2')).toBe(4 + 2)
    expect(callsOf(place, 'files/upload_session/finish')).toBe(1)
  })

  test('goes on when an answer was lost, though the part had arrived', async () => {
    for (const parallel of [true, false]) {
      const place = await startPlace()
      const client = await place.connect({ 'parallel-parts': parallel })
      const body = bigBody(4)
      place.proxy.inject({ kind: 'reset', of: 'response', afterBytes: 0, match: { path: /append_v2$/ }, times: 3 })
      await client.write('big', bytesSource(body))
      expect(Buffer.compare(place.server.read('/big') ?? Buffer.alloc(0), body)).toBe(0)
    }
  })

  test('is whole though the answer to its end was lost', async () => {
    const place = await startPlace()
    const client = await place.connect()
    const body = bigBody(5)
    place.proxy.inject({ kind: 'reset', of: 'response', afterBytes: 0, match: { path: /finish$/ } })
    expect((await client.write('big', bytesSource(body))).size).toBe(body.byteLength)
    expect(Buffer.compare(place.server.read('/big') ?? Buffer.alloc(0), body)).toBe(0)
  })

  test('keeps its condition until its end', async () => {
    const place = await startPlace()
    const client = await place.connect()
    await client.write('big', bytesSource('there'))
    await expectError(client.write('big', bytesSource(bigBody()), { condition: { if: 'absent' } }), 'precondition-failed')
    expect(Buffer.from(place.server.read('/big') ?? []).toString()).toBe('there')
  })

  test('leaves nothing in the cache folder', async () => {
    const place = await startPlace()
    const home = temporaryFolder()
    const client = await place.connect({}, { env: { FAIRLEAD_HOME: home } })
    await client.write('big', bytesSource(bigBody()))
    const left = readdirSync(home, { recursive: true, withFileTypes: true }).filter(
      entry => entry.isFile() && entry.parentPath.endsWith('uploads'),
    )
    expect(left).toEqual([])
  })
})

describe('the parts that have arrived', () => {
  test('are known to another process, each once, though the last line was cut off', async () => {
    const folder = join(temporaryFolder(), 'uploads')
    const one = new ArrivedParts(() => folder)
    for (const part of [
      { number: 2, offset: 10, size: 10 },
      { number: 1, offset: 0, size: 10 },
      { number: 2, offset: 10, size: 10 },
    ])
      one.note('session', part)
    const other = new ArrivedParts(() => folder)
    expect(other.list('session').map(({ number }) => number)).toEqual([1, 2])
    expect(other.list('another')).toEqual([])
  })

  test('let the last one go when all before it are there', async () => {
    const folder = temporaryFolder()
    const arrived = new ArrivedParts(() => folder)
    const signal = new AbortController().signal
    let gone = false
    const last = arrived.before('session', 20, signal).then(() => (gone = true))
    arrived.note('session', { number: 2, offset: 10, size: 10 })
    await Promise.resolve()
    expect(gone).toBe(false)
    arrived.note('session', { number: 1, offset: 0, size: 10 })
    await last
    expect(gone).toBe(true)
  })

  test('are not waited for by one that is aborted', async () => {
    const folder = temporaryFolder()
    const arrived = new ArrivedParts(() => folder)
    const stop = new AbortController()
    const waiting = arrived.before('session', 20, stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
