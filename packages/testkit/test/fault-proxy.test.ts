import { createServer, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { faultProxy, s3Server, s3Unavailable, signedHeaders, type FaultProxy } from '../src/index.ts'

/** Answers with the size of what it got, or with as many bytes as the path says. */
async function withProxy(work: (proxy: FaultProxy) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    let size = 0
    request.on('data', (chunk: Buffer) => (size += chunk.byteLength))
    request.on('end', () => response.end(request.method === 'GET' ? Buffer.alloc(Number(request.url?.slice(1)), 'x') : String(size)))
    request.on('error', () => response.destroy())
  })
  // Bodies that are announced are refused, but for short ones.
  server.on('checkContinue', (request, response) => {
    if (Number(request.headers['content-length']) > 10) return response.writeHead(507, { connection: 'close' }).end('full')
    response.writeContinue()
    server.emit('request', request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  try {
    await using proxy = await faultProxy(new URL(`http://127.0.0.1:${address.port}/`))
    await work(proxy)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('passes requests on and counts their bytes', async () => {
  await withProxy(async proxy => {
    const answer = await fetch(proxy.url, { method: 'PUT', body: 'hello' })
    expect(await answer.text()).toBe('5')
    expect(proxy.requests).toEqual([{ method: 'PUT', path: '/', status: 200, requestBytes: 5, responseBytes: 1 }])
  })
})

test('answers a status as often as it was told, with Retry-After, to matching requests only', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'status', status: 429, retryAfterSeconds: 7, times: 2, match: { method: /GET/, path: /^\/3/ } })
    const statuses = [
      await fetch(new URL('1', proxy.url)),
      await fetch(new URL('3', proxy.url)),
      await fetch(new URL('3', proxy.url)),
      await fetch(new URL('3', proxy.url)),
    ]
    expect(statuses.map(answer => answer.status)).toEqual([200, 429, 429, 200])
    expect(statuses[1]?.headers.get('retry-after')).toBe('7')
  })
})

test('resets a response after its bytes, and leaves shorter bodies alone', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'reset', afterBytes: 1000 })
    expect(await (await fetch(new URL('1000', proxy.url))).text()).toHaveLength(1000)
    const broken = await fetch(new URL('200000', proxy.url))
    await expect(broken.text()).rejects.toThrow()
    expect(proxy.requests.at(-1)).toMatchObject({ responseBytes: 1000, fault: 'reset' })
    expect(await (await fetch(new URL('200000', proxy.url))).text()).toHaveLength(200_000)
  })
})

test('resets a request after its bytes', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'reset', afterBytes: 500, of: 'request' })
    await expect(fetch(proxy.url, { method: 'PUT', body: Buffer.alloc(100_000) })).rejects.toThrow()
    expect(proxy.requests.at(-1)).toMatchObject({ requestBytes: 500, fault: 'reset' })
  })
})

test('stalls until the client gives up', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'stall', afterBytes: 10 })
    const answer = await fetch(new URL('100', proxy.url))
    const reader = answer.body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(10)
    const next = await Promise.race([reader?.read(), new Promise(resolve => setTimeout(resolve, 100, 'nothing'))])
    expect(next).toBe('nothing')
    await reader?.cancel()
  })
})

test('slows a body down without losing a byte', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'slow', bytesPerSecond: 50_000 })
    expect(await (await fetch(new URL('5000', proxy.url))).text()).toHaveLength(5000)
    expect(proxy.requests.at(-1)?.fault).toBe('slow')
  })
})

test('expires a token for good: another one passes', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'expire-token' })
    const status = async (token?: string): Promise<number> =>
      (await fetch(new URL('1', proxy.url), { headers: token === undefined ? {} : { authorization: token } })).status
    expect([
      await status(),
      await status('Bearer a'),
      await status('Bearer a'),
      await status('Bearer b'),
      await status('Bearer a'),
    ]).toEqual([200, 401, 401, 200, 401])
  })
})

test('answers what a service would: status, headers and text of its own', async () => {
  await withProxy(async proxy => {
    const answer = { headers: { 'content-type': 'application/xml', date: 'Thu, 01 Jan 1970 00:00:00 GMT' }, body: '<Code>Skewed</Code>' }
    proxy.inject({ kind: 'status', status: 403, answer })
    const refused = await fetch(proxy.url)
    expect([refused.status, refused.headers.get('content-type'), refused.headers.get('date'), await refused.text()]).toEqual([
      403,
      'application/xml',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      '<Code>Skewed</Code>',
    ])
  })
})

test('expires what signs requests: a session of AWS, or a key without one', async () => {
  await withProxy(async proxy => {
    const sign = (key: string, signature: string): string =>
      `AWS4-HMAC-SHA256 Credential=${key}/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=${signature}`
    const status = async (authorization: string, session?: string): Promise<number> => {
      const headers = { authorization, ...(session !== undefined && { 'x-amz-security-token': session }) }
      return (await fetch(new URL('1', proxy.url), { headers })).status
    }
    proxy.inject({ kind: 'expire-token', status: 400, answer: { body: '<Code>ExpiredToken</Code>' } })
    expect([await status(sign('A', '1'), 's1'), await status(sign('A', '2'), 's1'), await status(sign('A', '3'), 's2')]).toEqual([
      400, 400, 200,
    ])
    proxy.inject({ kind: 'expire-token' })
    expect([await status(sign('B', '1')), await status(sign('B', '2')), await status(sign('C', '3'))]).toEqual([401, 401, 200])
  })
})

test('leaves it to the server whether an announced body is sent', async () => {
  await withProxy(async proxy => {
    const announce = async (size: number): Promise<readonly [continued: boolean, status: number | undefined, text: string]> => {
      const request = httpRequest(proxy.url, { method: 'PUT', headers: { expect: '100-continue', 'content-length': size } })
      let continued = false
      const answer = new Promise<readonly [boolean, number | undefined, string]>((resolve, reject) => {
        request.on('continue', () => {
          continued = true
          request.end(Buffer.alloc(size))
        })
        request.on('response', response => {
          text(response).then(body => resolve([continued, response.statusCode, body]), reject)
        })
        request.on('error', reject)
      })
      request.flushHeaders()
      return await answer.finally(() => request.destroy())
    }
    expect(await announce(5)).toEqual([true, 200, '5'])
    expect(await announce(500)).toEqual([false, 507, 'full'])
    expect(proxy.requests.map(({ requestBytes }) => requestBytes)).toEqual([5, 0])
  })
})

test('stalls a request and keeps its connection', async () => {
  await withProxy(async proxy => {
    proxy.inject({ kind: 'stall', of: 'request', afterBytes: 10 })
    const request = httpRequest(proxy.url, { method: 'PUT' })
    const ended = new Promise(resolve => request.on('error', resolve).on('response', resolve).on('close', resolve))
    request.end(Buffer.alloc(1000))
    expect(await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 150, 'nothing'))])).toBe('nothing')
    expect(proxy.requests.at(-1)).toMatchObject({ requestBytes: 10, fault: 'stall' })
    request.destroy()
  })
})

test.skipIf(s3Unavailable() !== undefined)('passes on signatures, which cover the host that the client sees', async () => {
  await using server = await s3Server()
  await using proxy = await faultProxy(server.url)
  const url = new URL('/fairlead/a%20b%2Bc', proxy.url)
  const { host: _host, ...headers } = signedHeaders({ method: 'PUT', url, body: 'body' }, server.keys)
  expect((await fetch(url, { method: 'PUT', headers, body: 'body' })).status).toBe(200)
  expect(await (await server.request('GET', url.pathname)).text()).toBe('body')
})
