import { bytesSource, createHttp, errorFromResponse, FairleadError, streamSource } from '@fairlead/core'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { rawServer, received, serial, server } from './servers.ts'

const failureOf = async (promise: Promise<unknown>): Promise<FairleadError> => {
  const thrown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!FairleadError.is(thrown)) throw new Error('no FairleadError came out', { cause: thrown })
  return thrown
}
const streamOf = (...chunks: readonly string[]): ReadableStream<Uint8Array> =>
  ReadableStream.from(chunks.map(chunk => new TextEncoder().encode(chunk)))
/** Answers with method, headers and body as JSON. */
const echo = () =>
  server((request, response) => {
    received(request, body => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }))
    })
  })

describe('a request', () => {
  test('bytes are sent with their length, and arrive', async () => {
    await using origin = await echo()
    using http = createHttp()
    const response = await http.request({
      method: 'PUT',
      url: `${origin.url}/a?b=c`,
      headers: { 'X-One': '1' },
      body: new Uint8Array([104, 105]),
    })
    expect(response.status).toBe(200)
    expect(response.headers['content-type']).toBe('application/json')
    expect(await response.json()).toMatchObject({
      method: 'PUT',
      url: '/a?b=c',
      body: 'hi',
      headers: { 'content-length': '2', 'x-one': '1' },
    })
  })

  test('a stream is sent in chunks, or with the length the caller announces', async () => {
    await using origin = await echo()
    using http = createHttp()
    const chunked = await http.request({ method: 'POST', url: origin.url, body: streamOf('ab', 'cd') })
    expect(await chunked.json()).toMatchObject({ body: 'abcd', headers: { 'transfer-encoding': 'chunked' } })
    const announced = await http.request({
      method: 'POST',
      url: origin.url,
      headers: { 'Content-Length': '4' },
      body: streamOf('ab', 'cd'),
    })
    expect(await announced.json()).toMatchObject({ body: 'abcd', headers: { 'content-length': '4' } })
  })

  test('a stream that ends before its announced length is input-invalid', async () => {
    await using origin = await echo()
    using http = createHttp()
    const error = await failureOf(
      http.request({ method: 'PUT', url: origin.url, headers: { 'content-length': '9' }, body: streamOf('abcd') }),
    )
    expect(error).toMatchObject({ code: 'input-invalid', message: 'the body has 4 bytes, but 9 were announced' })
  })

  test('a source is sent whole and announced with its size, in one piece or as a stream', async () => {
    await using origin = await echo()
    using http = createHttp()
    const { bytes: _bytes, ...streamed } = bytesSource('abcd')
    for (const body of [bytesSource('abcd'), streamed, streamed]) {
      const response = await http.request({ method: 'PUT', url: origin.url, body })
      expect(await response.json()).toMatchObject({ body: 'abcd', headers: { 'content-length': '4' } })
    }
    const unknown = await http.request({ method: 'PUT', url: origin.url, body: streamSource(streamOf('ab', 'cd')) })
    expect(await unknown.json()).toMatchObject({ body: 'abcd', headers: { 'transfer-encoding': 'chunked' } })
  })

  test('what the body stream throws comes out as it is', async () => {
    await using origin = await echo()
    using http = createHttp()
    const cause = new Error('the disk is gone')
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(cause)
      },
    })
    await expect(http.request({ method: 'PUT', url: origin.url, body })).rejects.toBe(cause)
  })

  test('a body is cancelled when the server has answered and closed without reading it', async () => {
    await using origin = await server((_request, response) => {
      response.writeHead(413, { connection: 'close' })
      response.end('too much')
    })
    using http = createHttp()
    let cancelled: () => void = () => undefined
    const done = new Promise<void>(resolve => {
      cancelled = resolve
    })
    const body = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => cancelled(),
    })
    const outcome = await http.request({ method: 'PUT', url: origin.url, body }).then(
      response => response.status,
      (cause: unknown) => (FairleadError.is(cause) ? cause.code : 'other'),
    )
    // Whether the answer or the closed socket is seen first is the kernel's choice.
    expect([413, 'network']).toContain(outcome)
    await done
  })

  test('sockets are used again, also after a body that nobody read because it is empty', async () => {
    const ports = new Set<number | undefined>()
    await using origin = await server((request, response) => {
      ports.add(request.socket.remotePort)
      response.statusCode = request.method === 'DELETE' ? 204 : 200
      if (request.method === 'HEAD') response.setHeader('content-length', '7')
      response.end()
    })
    using http = createHttp()
    for (const method of ['DELETE', 'HEAD', 'GET', 'DELETE']) await http.request({ method, url: origin.url })
    expect(ports.size).toBe(1)
  })

  test('at most maxSockets sockets are open to one origin', async () => {
    const ports = new Set<number | undefined>()
    await using origin = await server((request, response) => {
      ports.add(request.socket.remotePort)
      setImmediate(() => response.end('ok'))
    })
    using http = createHttp({ maxSockets: 2 })
    await Promise.all(Array.from({ length: 10 }, async () => (await http.request({ url: origin.url })).text()))
    expect(ports.size).toBeLessThanOrEqual(2)
  })

  test('redirects are not followed', async () => {
    await using origin = await server((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    })
    using http = createHttp()
    expect(await http.request({ url: origin.url })).toMatchObject({ status: 302, headers: { location: '/elsewhere' } })
  })

  test('an address that is no http address is refused', async () => {
    using http = createHttp()
    for (const url of ['file:///etc/passwd', 'nonsense', 'ftp://host/x', 'http://me%zz@host/']) {
      expect(await failureOf(http.request({ url }))).toMatchObject({ code: 'input-invalid' })
    }
  })
})

describe('a response that is a failure', () => {
  test('is an error with the method, the address, what the service said, its wait and its request id', async () => {
    await using origin = await server((_request, response) => {
      response.writeHead(429, { 'retry-after': '7', 'x-request-id': 'r-1' }).end('{"message":"slow down"}')
    })
    using http = createHttp()
    const error = await errorFromResponse(await http.request({ method: 'PUT', url: `${origin.url}/a?token=t0p` }))
    expect(error).toMatchObject({ code: 'rate-limited', status: 429, retryAfterMs: 7000, requestId: 'r-1' })
    expect(error.message).toBe(`PUT ${origin.url}/a?token=[redacted]: status 429, slow down`)
  })

  test('keeps its code when its body breaks off', async () => {
    await using origin = await rawServer(socket => {
      socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 100\r\n\r\nhalf')
    })
    using http = createHttp()
    expect(await errorFromResponse(await http.request({ url: origin.url }))).toMatchObject({ code: 'unavailable', status: 503 })
  })
})

describe('a response body', () => {
  test('is a stream, or bytes, but not both', async () => {
    await using origin = await server((_request, response) => response.end('hello'))
    using http = createHttp()
    expect(await serial((await http.request({ url: origin.url })).body)).toBe('hello')
    const response = await http.request({ url: origin.url })
    expect(await response.text()).toBe('hello')
    await expect(response.bytes()).rejects.toThrow(/being read/)
  })

  test('is handed over compressed as it was sent, unless decoding is asked for', async () => {
    const packed = gzipSync('hello')
    const accepted: unknown[] = []
    await using origin = await server((request, response) => {
      accepted.push(request.headers['accept-encoding'])
      response.setHeader('content-encoding', 'gzip')
      response.end(packed)
    })
    using http = createHttp()
    expect(Buffer.from(await (await http.request({ url: origin.url })).bytes())).toEqual(packed)
    expect(await (await http.request({ url: origin.url, decode: true })).text()).toBe('hello')
    expect(accepted).toEqual([undefined, 'gzip, deflate, br'])
  })

  test('larger than allowed is refused, announced or not, compressed or not', async () => {
    await using origin = await server((request, response) => {
      if (request.url === '/announced') return void response.end(Buffer.alloc(2_000))
      if (request.url === '/packed') {
        response.setHeader('content-encoding', 'gzip')
        return void response.end(gzipSync(Buffer.alloc(1_000_000)))
      }
      response.write(Buffer.alloc(1_500))
      response.end(Buffer.alloc(500))
    })
    using http = createHttp()
    for (const path of ['/announced', '/chunked', '/packed']) {
      const response = await http.request({ url: origin.url + path, decode: true })
      expect(await failureOf(response.bytes(1_999))).toMatchObject({ code: 'unexpected' })
    }
  })

  test('that is no JSON is unexpected, without its content', async () => {
    await using origin = await server((_request, response) => response.end('<html>secret</html>'))
    using http = createHttp()
    const error = await failureOf((await http.request({ url: origin.url })).json())
    expect(error.code).toBe('unexpected')
    expect(error.message).not.toContain('secret')
  })

  test('of several megabytes comes through a slow reader whole', async () => {
    const content = Buffer.alloc(5_000_000, '0123456789')
    await using origin = await server((_request, response) => response.end(content))
    using http = createHttp()
    let length = 0
    for await (const chunk of (await http.request({ url: origin.url })).body) {
      length += chunk.byteLength
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(length).toBe(content.length)
  })
})

describe('failures of the network', () => {
  const half = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'

  test('nobody listening is network, to be tried later', async () => {
    const { url } = await (async () => {
      await using gone = await echo()
      return { url: gone.url }
    })()
    using http = createHttp()
    expect(await failureOf(http.request({ url }))).toMatchObject({ code: 'network', retry: 'later' })
  })

  test('a reset before the answer is network', async () => {
    await using origin = await rawServer(socket => socket.on('data', () => socket.resetAndDestroy()))
    using http = createHttp()
    expect(await failureOf(http.request({ url: origin.url }))).toMatchObject({ code: 'network', retry: 'later' })
  })

  test.each(['end', 'resetAndDestroy'] as const)('half a body (%s) is network, read as bytes or as a stream', async way => {
    await using origin = await rawServer(socket => socket.once('data', () => socket.write(half, () => socket[way]())))
    using http = createHttp()
    expect(await failureOf(http.request({ url: origin.url }).then(response => response.bytes()))).toMatchObject({ code: 'network' })
    expect(await failureOf(http.request({ url: origin.url }).then(response => serial(response.body)))).toMatchObject({ code: 'network' })
  })

  test('half a compressed body is network', async () => {
    const packed = gzipSync(Buffer.alloc(100_000, 'abc'))
    await using origin = await rawServer(socket =>
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`)
        socket.end(packed.subarray(0, 50))
      }),
    )
    using http = createHttp()
    const response = await http.request({ url: origin.url, decode: true })
    expect(await failureOf(response.bytes())).toMatchObject({ code: 'network' })
  })

  test('an answer that is no HTTP is network, without what was sent', async () => {
    await using origin = await rawServer(socket => socket.once('data', () => socket.end('hunter2 is my password\r\n\r\n')))
    using http = createHttp()
    const error = await failureOf(http.request({ url: origin.url }))
    expect(error.code).toBe('network')
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  })

  test.each([
    ['before the answer', ''],
    ['in the middle of the body', half],
  ])('a server that falls silent %s is timeout', async (_where, start) => {
    await using origin = await rawServer(socket => socket.once('data', () => socket.write(start)))
    using http = createHttp({ idleTimeoutMs: 50 })
    const error = await failureOf(http.request({ url: origin.url }).then(response => response.bytes()))
    expect(error).toMatchObject({ code: 'timeout', retry: 'later' })
    expect(error.message).toContain('no byte moved for 50 ms')
  })

  test('a server that stops reading an upload is timeout', async () => {
    await using origin = await rawServer(socket => socket.pause())
    using http = createHttp({ idleTimeoutMs: 50 })
    const body = new ReadableStream<Uint8Array>({ pull: controller => controller.enqueue(new Uint8Array(1_000_000)) })
    expect(await failureOf(http.request({ method: 'PUT', url: origin.url, body }))).toMatchObject({ code: 'timeout' })
  })

  test('a reader that takes its time is no timeout', async () => {
    await using origin = await server((_request, response) => response.end(Buffer.alloc(300_000)))
    using http = createHttp({ idleTimeoutMs: 300 })
    const response = await http.request({ url: origin.url })
    await new Promise(resolve => setTimeout(resolve, 700))
    expect(await response.bytes()).toHaveLength(300_000)
  })

  test('a source that takes its time is no timeout', async () => {
    await using origin = await echo()
    using http = createHttp({ idleTimeoutMs: 300 })
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        await new Promise(resolve => setTimeout(resolve, 700))
        controller.enqueue(new TextEncoder().encode('late'))
        controller.close()
      },
    })
    expect(await (await http.request({ method: 'PUT', url: origin.url, body })).json()).toMatchObject({ body: 'late' })
  })

  test('no secret of address or headers gets into an error', async () => {
    await using origin = await rawServer(socket => socket.destroy())
    using http = createHttp()
    const url = `http://ada:hunter2@127.0.0.1:${origin.port}/x?X-Amz-Signature=hunter2&list-type=2`
    const error = await failureOf(http.request({ url, headers: { authorization: 'Bearer hunter2' } }))
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('hunter2')
    expect(error.message).toContain('list-type=2')
  })

  test('a header that can not be sent is input-invalid, without its value', async () => {
    await using origin = await echo()
    using http = createHttp()
    const error = await failureOf(http.request({ url: origin.url, headers: { authorization: 'Bearer hunter2\n' } }))
    expect(error.code).toBe('input-invalid')
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  })
})

describe('aborting', () => {
  test('before the request, the reason comes out and nothing is sent', async () => {
    let requests = 0
    await using origin = await server((_request, response) => {
      requests++
      response.end()
    })
    using http = createHttp()
    await expect(http.request({ url: origin.url, signal: AbortSignal.abort('stop') })).rejects.toBe('stop')
    expect(requests).toBe(0)
  })

  test('while waiting for the answer, the reason comes out', async () => {
    const controller = new AbortController()
    await using origin = await server(() => controller.abort('stop'))
    using http = createHttp()
    await expect(http.request({ url: origin.url, signal: controller.signal })).rejects.toBe('stop')
  })

  test.each(['bytes', 'stream'])('in the middle of a body read as %s, the reason comes out', async way => {
    const controller = new AbortController()
    await using origin = await server((_request, response) => void response.write('half'))
    using http = createHttp()
    const response = await http.request({ url: origin.url, signal: controller.signal })
    const reading = way === 'bytes' ? response.bytes() : serial(response.body)
    setImmediate(() => controller.abort('stop'))
    await expect(reading).rejects.toBe('stop')
  })

  test('while waiting for a socket, the reason comes out at once', async () => {
    const controller = new AbortController()
    await using origin = await server(() => controller.abort('stop'))
    using http = createHttp({ maxSockets: 1 })
    const holding = http.request({ url: origin.url, idleTimeoutMs: 60_000 })
    await expect(http.request({ url: origin.url, signal: controller.signal })).rejects.toBe('stop')
    http[Symbol.dispose]()
    expect(await failureOf(holding)).toMatchObject({ code: 'network' })
  })

  test('a cancelled stream closes its socket', async () => {
    let closed: () => void = () => undefined
    const done = new Promise<void>(resolve => {
      closed = resolve
    })
    await using origin = await server((_request, response) => {
      response.on('close', closed)
      response.write('half')
    })
    using http = createHttp()
    await (await http.request({ url: origin.url })).body.cancel()
    await done
  })
})
