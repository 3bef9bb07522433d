import { createHttp, type HttpResponse } from '@fairlead/core'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pumpOf } from '../../src/http/body-pump.ts'
import { failureOf, scripted } from './scripted.ts'
import { authority, secureServer } from './servers.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const pumped = async (response: HttpResponse, take: (piece: Uint8Array) => void): Promise<void> => pumpOf(response.body)?.(take)

/** Runs `work` and gives what was rejected meanwhile without anybody to hear it. */
async function unheard(work: () => Promise<void>): Promise<unknown[]> {
  const reasons: unknown[] = []
  const hear = (reason: unknown): void => void reasons.push(reason)
  process.on('unhandledRejection', hear)
  try {
    await work()
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  } finally {
    process.off('unhandledRejection', hear)
  }
  return reasons
}

describe('a body', () => {
  test('ends with what its taker throws, also where that has a code of the system', async () => {
    await using origin = await scripted((_, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))
    using http = createHttp()
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    const failure = await failureOf(
      pumped(await http.request({ url: origin.url }), () => {
        throw full
      }),
    )
    expect(failure).toBe(full)
  })

  test('ends with the reason of an abort that names none', async () => {
    await using origin = await scripted((_, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))
    using http = createHttp()
    const abort = new AbortController()
    const response = await http.request({ url: origin.url, signal: abort.signal })
    expect(await failureOf(pumped(response, () => abort.abort()))).toBe(abort.signal.reason)
  })

  test('gives nothing to who takes it when the connection is gone', async () => {
    const left = Promise.withResolvers<void>()
    await using origin = await scripted((_, socket) => {
      socket.on('close', () => left.resolve())
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\nde')
    })
    const http = createHttp()
    const response = await http.request({ url: origin.url })
    http[Symbol.dispose]()
    await left.promise
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
    const pieces: string[] = []
    expect(await failureOf(pumped(response, piece => void pieces.push(Buffer.from(piece).toString())))).toMatchObject({ code: 'network' })
    expect(pieces).toEqual([])
  })

  test('gives nothing more to a taker that aborted, though more had come', async () => {
    await using origin = await scripted((_, socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n'),
    )
    using http = createHttp()
    const abort = new AbortController()
    const response = await http.request({ url: origin.url, signal: abort.signal })
    let pieces = 0
    const failure = await failureOf(
      pumped(response, () => {
        pieces++
        abort.abort(new Error('enough'))
      }),
    )
    expect(failure).toMatchObject({ message: 'enough' })
    expect(pieces).toBe(1)
  })

  test('can be let go of with its last piece', async () => {
    await using origin = await scripted((_, socket) => socket.write(ok))
    using http = createHttp()
    const reasons = await unheard(async () => {
      const reader = (await http.request({ url: origin.url })).body.getReader()
      await reader.read()
      await reader.cancel()
    })
    expect(reasons).toEqual([])
  })

  test('waits for a slow reader of its stream longer than for the network', async () => {
    const half = 'x'.repeat(512 * 1024)
    await using origin = await scripted((_, socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * half.length}\r\n\r\n${half}${half}`),
    )
    using http = createHttp({ idleTimeoutMs: 1000 })
    const reader = (await http.request({ url: origin.url })).body.getReader()
    let bytes = (await reader.read()).value?.byteLength ?? 0
    await new Promise(resolve => setTimeout(resolve, 1500))
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) bytes += piece.value.byteLength
    expect(bytes).toBe(2 * half.length)
  })
})

describe('a request before its head', () => {
  test('ends with the reason of an abort that names none', async () => {
    const abort = new AbortController()
    await using origin = await scripted(() => abort.abort())
    using http = createHttp()
    expect(await failureOf(http.request({ url: origin.url, signal: abort.signal }))).toBe(abort.signal.reason)
  })

  test('is repeated for a HEAD that a closed connection may have carried', async () => {
    await using origin = await scripted((_, socket, connection) => {
      if (connection === 0 && origin.requests[0] === 2) return socket.destroy()
      return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')
    })
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect((await http.request({ url: origin.url, method: 'HEAD' })).status).toBe(200)
    expect(origin.requests).toEqual([2, 1])
  })
})

/** The end of a body that is taken, told once its last byte is here. */
async function atEnd(response: HttpResponse, bytes: number, tell: () => void): Promise<void> {
  let arrived = 0
  await pumped(response, piece => {
    arrived += piece.byteLength
    if (arrived === bytes) tell()
  })
}

describe('connections', () => {
  const text = 'x'.repeat(1024 * 1024)
  const big = `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`

  test('are opened for who waits after an abort in the last piece', async () => {
    await using origin = await scripted((request, socket) => socket.write(request.startsWith('GET /big') ? big : ok))
    using http = createHttp({ maxSockets: 1 })
    const abort = new AbortController()
    const response = await http.request({ url: `${origin.url}/big`, signal: abort.signal })
    const next = http.request({ url: origin.url })
    expect(await failureOf(atEnd(response, text.length, () => abort.abort(new Error('enough'))))).toMatchObject({ message: 'enough' })
    expect(await (await next).text()).toBe('ok')
  })

  test('go to the next who waits where the first was told to stop as its turn came', async () => {
    await using origin = await scripted((request, socket) => socket.write(request.startsWith('GET /big') ? big : ok))
    using http = createHttp({ maxSockets: 1 })
    const abort = new AbortController()
    const response = await http.request({ url: `${origin.url}/big` })
    const second = failureOf(http.request({ url: `${origin.url}/second`, signal: abort.signal }))
    const third = http.request({ url: `${origin.url}/third` })
    await atEnd(response, text.length, () => queueMicrotask(() => abort.abort(new Error('enough'))))
    expect(await second).toMatchObject({ message: 'enough' })
    expect(await (await third).text()).toBe('ok')
    expect(origin.requests).toEqual([2])
  })

  test('end for all who use them or wait for one when the rest ends, and none is opened after', async () => {
    const asked = Promise.withResolvers<void>()
    await using origin = await scripted(() => asked.resolve())
    const http = createHttp({ maxSockets: 1 })
    const running = failureOf(http.request({ url: origin.url }))
    const waiting = failureOf(http.request({ url: origin.url }))
    await asked.promise
    http[Symbol.dispose]()
    const late = failureOf(http.request({ url: origin.url }))
    for (const failure of [running, waiting, late]) expect(await failure).toMatchObject({ code: 'network', retry: 'never' })
    expect(origin.requests).toEqual([1])
  })

  test('go to the port that the address names, be it 0', async () => {
    using http = createHttp()
    const failure = await failureOf(http.request({ url: 'http://127.0.0.1:0/' }))
    expect(failure).toMatchObject({ code: 'network' })
    expect(String(failure)).not.toContain('80')
  })

  test('are made by name, whichever of its addresses answers', async () => {
    await using origin = await scripted((_, socket) => socket.write(ok))
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect(await (await http.request({ url: `http://localhost:${origin.port}/` })).text()).toBe('ok')
    expect(origin.requests).toEqual([2])
  })

  test('carry no request to a server whose certificate is not trusted', async () => {
    let asked = 0
    await using origin = await secureServer((_, response) => {
      asked++
      response.end()
    })
    using http = createHttp()
    const request = http.request({ url: origin.url, method: 'PUT', body: 'secret' })
    expect(await failureOf(request)).toMatchObject({ code: 'network', retry: 'never' })
    expect(asked).toBe(0)
  })

  test('say which protocol they speak', async () => {
    await using origin = await secureServer((request, response) => response.end(String(Reflect.get(request.socket, 'alpnProtocol'))))
    using http = createHttp({ ca: [readFileSync(authority, 'utf8')] })
    expect(await (await http.request({ url: origin.url })).text()).toBe('http/1.1')
  })
})
