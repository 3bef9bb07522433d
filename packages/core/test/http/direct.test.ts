import { createHttp, FairleadError, type HttpRequest } from '@fairlead/core'
import { hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { pumpOf } from '../../src/http/body-pump.ts'
import { failureOf, scripted, taken } from './scripted.ts'
import { authority, proxyServer, rawServer, secureServer, server } from './servers.ts'

const body = randomBytes(3 * 1024 * 1024 + 7)
const digest = hash('sha256', body)
const ask = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ url, ...more })

describe("a request over a connection of the host's own", () => {
  test('hands over a big body whole, and uses one connection for the next', async () => {
    await using origin = await scripted((_, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.byteLength}\r\nETag: "a"\r\n\r\n`)
      socket.write(body)
    })
    using http = createHttp()
    for (let time = 0; time < 3; time++) {
      const response = await http.request(ask(origin.url))
      expect(response.status).toBe(200)
      expect(response.headers['etag']).toBe('"a"')
      expect(hash('sha256', await taken(response))).toBe(digest)
    }
    expect(origin.requests).toEqual([3])
  })

  test.each([false, true])('hands over bodies that come at once, each with its own bytes (TLS: %s)', async secure => {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      const bytes = Buffer.alloc(2_000_003, request.url)
      response.writeHead(200, request.url === '/chunks' ? {} : { 'content-length': bytes.byteLength })
      response.write(bytes.subarray(0, 1_000_000))
      response.end(bytes.subarray(1_000_000))
    }
    await using origin = await (secure ? secureServer(answer) : server(answer))
    using http = createHttp({ ca: [readFileSync(authority, 'utf8')] })
    const fetched = async (path: string): Promise<void> => {
      const bytes = await taken(await http.request(ask(`${origin.url}${path}`)))
      expect(bytes.equals(Buffer.alloc(2_000_003, path))).toBe(true)
    }
    await Promise.all(['/chunks', '/a', '/b', '/c', '/d', '/e', '/f', '/g'].map(fetched))
  })

  test('sends its headers and its path as they are', async () => {
    const seen: unknown[] = []
    await using origin = await server((request, response) => {
      seen.push(request.url, request.headers['range'], request.headers['host'])
      response.writeHead(206, { 'content-length': 2 }).end('ok')
    })
    using http = createHttp()
    expect(await (await http.request(ask(`${origin.url}/a%20b?c=d`, { headers: { Range: 'bytes=1-2' } }))).text()).toBe('ok')
    expect(seen).toEqual(['/a%20b?c=d', 'bytes=1-2', new URL(origin.url).host])
  })

  test('says of a PUT or POST without a body that it has none', async () => {
    const seen: unknown[] = []
    await using origin = await server((request, response) => {
      seen.push([request.method, request.headers['content-length'], request.headers['transfer-encoding']])
      response.end()
    })
    using http = createHttp()
    for (const method of ['PUT', 'POST', 'PATCH', 'GET', 'DELETE', 'HEAD']) await http.request(ask(origin.url, { method }))
    expect(seen).toEqual([
      ['PUT', '0', undefined],
      ['POST', '0', undefined],
      ['PATCH', '0', undefined],
      ['GET', undefined, undefined],
      ['DELETE', undefined, undefined],
      ['HEAD', undefined, undefined],
    ])
  })

  test('reads a head that comes byte by byte, behind an interim answer', async () => {
    await using origin = await scripted((_, socket) => {
      void (async () => {
        socket.setNoDelay(true)
        for (const letter of 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\na') {
          socket.write(letter)
          await new Promise(resolve => setImmediate(resolve))
        }
        socket.write('bc')
      })()
    })
    using http = createHttp()
    const response = await http.request(ask(origin.url))
    expect(response.headers['x-a']).toBe('1, 2')
    expect((await taken(response)).toString()).toBe('abc')
  })

  test('gives a stream of pieces that stay as they are', async () => {
    await using origin = await server((_, response) => response.writeHead(200, { 'content-length': body.byteLength }).end(body))
    using http = createHttp()
    const pieces = await Array.fromAsync((await http.request(ask(origin.url))).body)
    expect(hash('sha256', Buffer.concat(pieces))).toBe(digest)
  })

  test('reads a body in chunks', async () => {
    await using origin = await server((_, response) => {
      response.write(body)
      response.end()
    })
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect(hash('sha256', await (await http.request(ask(origin.url))).bytes())).toBe(digest)
  })

  test.each([
    ['in one piece', 1e6],
    ['byte by byte', 1],
    ['in threes', 3],
  ])('takes chunks with extensions and trailers apart %s', async (_, size) => {
    const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a="b"\r\nab\n\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n'
    await using origin = await scripted((_request, socket) => {
      void (async () => {
        socket.setNoDelay(true)
        for (let at = 0; at < text.length; at += size) {
          socket.write(text.slice(at, at + size))
          await new Promise(resolve => setImmediate(resolve))
        }
      })()
    })
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect((await taken(await http.request(ask(origin.url)))).toString()).toBe('ab\n0123456789')
    expect(origin.requests).toEqual([2])
  })

  test('takes an answer without a length to its end', async () => {
    await using origin = await scripted((_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'))
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect(await (await http.request(ask(origin.url))).text()).toBe('all of it')
    expect(origin.requests).toEqual([1, 1])
  })

  test('reads an error in chunks, and the object after it', async () => {
    await using origin = await server((request, response) => {
      if (request.url === '/big') return response.writeHead(200, { 'content-length': 3 }).end('big')
      response.writeHead(404)
      response.write('<Error>')
      return response.end('</Error>')
    })
    using http = createHttp()
    const missing = await http.request(ask(`${origin.url}/missing`))
    expect([missing.status, await missing.text()]).toEqual([404, '<Error></Error>'])
    expect(await (await http.request(ask(`${origin.url}/big`))).text()).toBe('big')
  })

  test.each([204, 304])('takes %i for an answer without a body', async status => {
    await using origin = await scripted((_, socket) => socket.write(`HTTP/1.1 ${status} None\r\nContent-Length: 5\r\n\r\n`))
    using http = createHttp()
    expect((await taken(await http.request(ask(origin.url)))).byteLength).toBe(0)
  })

  test('asks on a new connection when the kept one was closed', async () => {
    await using origin = await scripted((_, socket, connection) => {
      if (connection === 0 && origin.requests[0] === 2) return socket.destroy()
      return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect(await (await http.request(ask(origin.url))).text()).toBe('ok')
    expect(origin.requests).toEqual([2, 1])
  })

  test('does not ask on a connection that the server closed while nobody used it', async () => {
    const closed = Promise.withResolvers<void>()
    await using origin = await scripted((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab')
      setImmediate(() => socket.write('cd'))
      socket.on('close', () => closed.resolve())
      setTimeout(() => socket.end(), 50)
    })
    using http = createHttp()
    expect(await (await http.request(ask(origin.url))).text()).toBe('abcd')
    await closed.promise
    expect(await (await http.request(ask(origin.url, { method: 'PUT', body: 'x' }))).text()).toBe('abcd')
    expect(origin.requests).toEqual([1, 1])
  })

  test.each([
    ['timeout=1', 2],
    ['timeout=60, max=9', 1],
  ])('keeps a connection as long as the server says: %s', async (told, connections) => {
    await using origin = await scripted((_, socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nKeep-Alive: ${told}\r\nContent-Length: 2\r\n\r\nok`),
    )
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect(await (await http.request(ask(origin.url))).text()).toBe('ok')
    expect(origin.requests).toHaveLength(connections)
  })

  test('keeps no connection that the server wants to end', async () => {
    await using origin = await scripted((_, socket) => socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'))
    using http = createHttp()
    for (let time = 0; time < 2; time++) expect(await (await http.request(ask(origin.url))).text()).toBe('ok')
    expect(origin.requests).toEqual([1, 1])
  })

  test.each([
    ['a body that breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', 'ECONNRESET'],
    ['more than was announced', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc', 'HPE_INVALID'],
    ['something that is no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n', 'HPE_INVALID'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nwrong\r\n\r\n', 'HPE_INVALID'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc', 'HPE_INVALID'],
    [
      'a length beside chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
      'HPE_INVALID',
    ],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n', 'HPE_INVALID'],
    ['a chunk that is too long', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n', 'HPE_INVALID'],
    ['something behind the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nab', 'HPE_INVALID'],
    ['chunks that break off', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n', 'ECONNRESET'],
    ['no answer at all', '', 'ECONNRESET'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`, 'HPE_HEADER_OVERFLOW'],
  ])('fails as network for %s', async (_, text, code) => {
    await using origin = await scripted((_request, socket) => socket.end(text))
    using http = createHttp()
    const failure = await failureOf(http.request(ask(origin.url)).then(async response => taken(response)))
    expect(failure).toMatchObject({ code: 'network', cause: { code } })
  })

  test('refuses headers that would end early', async () => {
    await using origin = await server((_, response) => response.end())
    using http = createHttp()
    const failure = await failureOf(http.request(ask(origin.url, { headers: { 'if-match': 'a\r\nx: y' } })))
    expect(failure).toMatchObject({ code: 'input-invalid' })
  })

  test('ends with the reason of its signal in the middle of a body', async () => {
    await using origin = await server((_, response) => void response.writeHead(200, { 'content-length': 9 }).write('abc'))
    using http = createHttp()
    const abort = new AbortController()
    const response = await http.request(ask(origin.url, { signal: abort.signal }))
    const pump = pumpOf(response.body)
    const failure = await failureOf(pump?.(() => abort.abort(new Error('enough'))) ?? Promise.resolve())
    expect(failure).toMatchObject({ message: 'enough' })
  })

  test('ends with what its taker throws, and closes the connection', async () => {
    const closed = Promise.withResolvers<void>()
    await using origin = await server((request, response) => {
      request.socket.on('close', () => closed.resolve())
      response.writeHead(200, { 'content-length': 9 }).write('abc')
    })
    using http = createHttp()
    const failure = await failureOf(
      pumpOf((await http.request(ask(origin.url))).body)?.(() => {
        throw new RangeError('full')
      }) ?? Promise.resolve(),
    )
    expect(failure).toBeInstanceOf(RangeError)
    await closed.promise
  })

  test('gives up where nothing moves, but not while nobody reads', async () => {
    const heads = new Set<Socket>()
    await using origin = await scripted((request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc')
      if (request.startsWith('GET /ends')) setTimeout(() => socket.write('def'), 300)
      heads.add(socket)
    })
    using http = createHttp({ idleTimeoutMs: 150 })
    const slow = await http.request(ask(`${origin.url}/ends`))
    await new Promise(resolve => setTimeout(resolve, 500))
    expect((await taken(slow)).toString()).toBe('abcdef')
    const failure = await failureOf(http.request(ask(`${origin.url}/never`)).then(async response => taken(response)))
    expect(failure).toMatchObject({ code: 'timeout' })
  })

  test('goes over TLS, and trusts what it was told to', async () => {
    await using origin = await secureServer((_, response) => response.writeHead(200, { 'content-length': body.byteLength }).end(body))
    using trusting = createHttp({ ca: [readFileSync(authority, 'utf8')] })
    for (let time = 0; time < 2; time++) {
      expect(hash('sha256', await taken(await trusting.request(ask(origin.url))))).toBe(digest)
    }
    using strict = createHttp()
    expect(await failureOf(strict.request(ask(origin.url)))).toMatchObject({ code: 'network', retry: 'never' })
  })

  test('goes through the proxy that all others go through', async () => {
    await using origin = await server((_, response) => response.writeHead(200, { 'content-length': 2 }).end('ok'))
    await using proxy = await proxyServer()
    using http = createHttp({ proxyEnv: { HTTP_PROXY: proxy.url } })
    expect(await (await http.request(ask(`${origin.url}/x`))).text()).toBe('ok')
    expect(proxy.seen).toHaveLength(1)
  })

  test('keeps to the bandwidth', async () => {
    await using origin = await server((_, response) => response.writeHead(200, { 'content-length': body.byteLength }).end(body))
    using http = createHttp({ bytesPerSecond: 1024 })
    const abort = new AbortController()
    const response = await http.request(ask(origin.url, { signal: abort.signal }))
    const sizes: number[] = []
    const failure = await failureOf(
      pumpOf(response.body)?.(piece => {
        sizes.push(piece.byteLength)
        setTimeout(() => abort.abort(new Error('enough')), 100)
      }) ?? Promise.resolve(),
    )
    expect(failure).toMatchObject({ message: 'enough' })
    expect(sizes).toHaveLength(1)
  })

  test('says at once that there is nobody', async () => {
    const { port } = await rawServer(() => undefined).then(async running => {
      await running[Symbol.asyncDispose]()
      return running
    })
    using http = createHttp()
    const failure = await failureOf(http.request(ask(`http://127.0.0.1:${port}/`)))
    expect(FairleadError.is(failure, 'network') && failure.message).toContain('refused')
  })

  test.each(['PUT', 'DELETE'])('does not repeat a %s that a closed connection may have carried', async method => {
    await using origin = await scripted((_, socket, connection) => {
      if (connection === 0 && origin.requests[0] === 2) return socket.destroy()
      return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    using http = createHttp()
    expect(await (await http.request(ask(origin.url))).text()).toBe('ok')
    expect(await failureOf(http.request(ask(origin.url, { method })))).toMatchObject({ code: 'network' })
    expect(origin.requests).toEqual([2])
  })

  test('does not use a connection again whose server answered before it had read all', async () => {
    const ports = new Set<number | undefined>()
    await using origin = await server((request, response) => {
      ports.add(request.socket.remotePort)
      if (request.method === 'GET') return response.writeHead(200, { 'content-length': 2 }).end('ok')
      return response.writeHead(413, { 'content-length': 0 }).end()
    })
    using http = createHttp()
    const refused = await http.request(ask(origin.url, { method: 'PUT', body: new Uint8Array(32 * 1024 * 1024) }))
    expect(refused.status).toBe(413)
    expect(await (await http.request(ask(origin.url))).text()).toBe('ok')
    expect(ports.size).toBe(2)
  })

  test('waits for a connection where as many are open as may be, and leaves the queue when it is told to', async () => {
    const held: Socket[] = []
    await using origin = await scripted((_, socket) => held.push(socket))
    using http = createHttp({ maxSockets: 1 })
    const first = http.request(ask(origin.url))
    const abort = new AbortController()
    const second = failureOf(http.request(ask(origin.url, { signal: abort.signal })))
    const third = http.request(ask(origin.url))
    abort.abort(new Error('enough'))
    expect(await second).toMatchObject({ message: 'enough' })
    for (const answer of [first, third]) {
      while (held.length === 0) await new Promise(resolve => setImmediate(resolve))
      held.shift()?.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      expect(await (await answer).text()).toBe('ok')
    }
    expect(origin.requests).toEqual([2])
  })

  test('opens another connection for who waits when one breaks', async () => {
    await using origin = await scripted((_, socket, connection) =>
      connection === 0 ? socket.destroy() : socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    )
    using http = createHttp({ maxSockets: 1 })
    const first = failureOf(http.request(ask(origin.url)))
    expect(await (await http.request(ask(origin.url))).text()).toBe('ok')
    expect(await first).toMatchObject({ code: 'network' })
  })

  test('closes its connections with the rest', async () => {
    const closed = Promise.withResolvers<unknown>()
    await using origin = await scripted((_, socket) => {
      void once(socket, 'close').then(closed.resolve)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    const http = createHttp()
    await (await http.request(ask(origin.url))).text()
    http[Symbol.dispose]()
    await closed.promise
  })
})
