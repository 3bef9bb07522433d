import { bytesSource, createHttp } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { createThrottle } from '../../src/http/throttle.ts'
import { server } from './servers.ts'

describe('a bound on bytes a second', () => {
  test('lets a tenth of a second through at once, and makes the rest wait as long as it takes', async () => {
    let at = 0
    const throttle = createThrottle(100_000, () => at)
    expect(throttle.turn(10_000)).toBeUndefined()
    const waiting = throttle.turn(1000)
    expect(waiting).toBeDefined()
    at += 10
    expect(throttle.turn(1)).toBeDefined()
    await waiting
    at += 1000
    expect(throttle.turn(10_000)).toBeUndefined()
    expect(throttle.turn(1)).toBeDefined()
  })

  test('ends a wait with the reason of its signal', async () => {
    const throttle = createThrottle(1000, () => 0)
    const controller = new AbortController()
    const waiting = throttle.turn(1_000_000, controller.signal)
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    await expect(throttle.turn(1, controller.signal)).rejects.toBe('enough')
  })

  const big = new Uint8Array(200_000).fill(7)

  test.each([
    ['bytes', () => big],
    ['a source', () => bytesSource(big)],
    ['a stream', () => new Blob([big]).stream()],
  ])('holds %s that is sent to pieces', async (_what, body) => {
    const pieces: number[] = []
    await using origin = await server((request, response) => {
      request.on('data', (piece: Buffer) => pieces.push(piece.byteLength))
      request.on('end', () => response.end())
    })
    using http = createHttp({ bytesPerSecond: 1_000_000 })
    const before = performance.now()
    expect((await http.request({ method: 'PUT', url: origin.url, body: body() })).status).toBe(200)
    expect(pieces.reduce((sum, piece) => sum + piece, 0)).toBe(big.byteLength)
    // Of 200 kB a tenth of a second goes at once; what is left can't take less than its time.
    expect(performance.now() - before).toBeGreaterThan(90)
  })

  test('holds what arrives, in one piece and as a stream', async () => {
    await using origin = await server((_request, response) => void response.end(big))
    using http = createHttp({ bytesPerSecond: 1_000_000 })
    const before = performance.now()
    expect((await (await http.request({ url: origin.url })).bytes()).byteLength).toBe(big.byteLength)
    let streamed = 0
    for await (const piece of (await http.request({ url: origin.url })).body) streamed += piece.byteLength
    expect(streamed).toBe(big.byteLength)
    expect(performance.now() - before).toBeGreaterThan(250)
  })

  test('an abort ends a body that waits its turn', async () => {
    await using origin = await server((request, response) => void request.on('end', () => response.end()).resume())
    using http = createHttp({ bytesPerSecond: 1000 })
    const controller = new AbortController()
    const sending = http.request({ method: 'PUT', url: origin.url, body: big, signal: controller.signal })
    setImmediate(() => controller.abort('enough'))
    await expect(sending).rejects.toBe('enough')
  })
})
