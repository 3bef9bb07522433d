import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { faultProxy, type FaultProxy } from '../src/index.ts'

/** Answers with the size of what it got, or with as many bytes as the path says. */
async function withProxy(work: (proxy: FaultProxy) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    let size = 0
    request.on('data', (chunk: Buffer) => (size += chunk.byteLength))
    request.on('end', () => response.end(request.method === 'GET' ? Buffer.alloc(Number(request.url?.slice(1)), 'x') : String(size)))
    request.on('error', () => response.destroy())
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
