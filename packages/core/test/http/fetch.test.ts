import { createHttp, FairleadError } from '@fairlead/core'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { received, server, type Running } from './servers.ts'

/** Answers with what it got; `/to?status=…&place=…` redirects. */
function origin(): Promise<Running> {
  return server((request, response) => {
    received(request, body => {
      const url = new URL(request.url ?? '/', 'http://localhost')
      const place = url.searchParams.get('place')
      if (place !== null) response.writeHead(Number(url.searchParams.get('status') ?? 302), { location: place })
      response.end(JSON.stringify({ method: request.method, path: url.pathname, headers: request.headers, body }))
    })
  })
}
const to = (status: number, place: string) => `/to?status=${status}&place=${encodeURIComponent(place)}`

describe('fetch', () => {
  test('answers as the standard says: status, headers, address, body', async () => {
    await using target = await server((_request, response) => {
      response.writeHead(201, 'Made', { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'] })
      response.end('hello')
    })
    using http = createHttp()
    const response = await http.fetch(`${target.url}/a`)
    expect([response.status, response.statusText, response.ok, response.url, response.redirected]).toEqual([
      201,
      'Made',
      true,
      `${target.url}/a`,
      false,
    ])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('hello')
  })

  test.each([
    ['text', () => 'hello', '5'],
    ['bytes', () => new TextEncoder().encode('hello'), '5'],
    ['a blob', () => new Blob(['hello']), '5'],
    ['a stream', () => new Blob(['hello']).stream(), undefined],
  ])('sends %s', async (_kind, body, length) => {
    await using target = await origin()
    using http = createHttp()
    const response = await http.fetch(target.url, { method: 'POST', body: body() })
    const answer: { body: string; headers: Record<string, string> } = JSON.parse(await response.text())
    expect([answer.body, answer.headers['content-length']]).toEqual(['hello', length])
  })

  test('takes a Request, and form fields with their content type', async () => {
    await using target = await origin()
    using http = createHttp()
    const form = await http.fetch(new URL(target.url), { method: 'POST', body: new URLSearchParams({ a: '1' }) })
    expect(await form.json()).toMatchObject({ body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } })
    const request = await http.fetch(new Request(target.url, { method: 'PUT', body: 'x', headers: { 'x-two': '2' } }))
    expect(await request.json()).toMatchObject({ method: 'PUT', body: 'x', headers: { 'x-two': '2' } })
  })

  test('decodes a compressed body', async () => {
    await using target = await server((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('hello'))
    })
    using http = createHttp()
    expect(await (await http.fetch(target.url)).text()).toBe('hello')
  })

  test('an answer without a body has none', async () => {
    await using target = await server((request, response) => {
      response.statusCode = request.method === 'HEAD' ? 200 : 204
      response.end()
    })
    using http = createHttp()
    expect((await http.fetch(target.url)).body).toBeNull()
    expect((await http.fetch(target.url, { method: 'HEAD' })).body).toBeNull()
  })

  test('an abort comes out as its own reason, before and in the middle of a body', async () => {
    await using target = await server((_request, response) => void response.write('half'))
    using http = createHttp()
    await expect(http.fetch(target.url, { signal: AbortSignal.abort('stop') })).rejects.toBe('stop')
    const controller = new AbortController()
    const response = await http.fetch(target.url, { signal: controller.signal })
    setImmediate(() => controller.abort('stop'))
    await expect(response.text()).rejects.toBe('stop')
  })

  test('a failure of the network is a FairleadError', async () => {
    await using target = await server(request => request.socket.destroy())
    using http = createHttp()
    const error: unknown = await http.fetch(target.url).catch((cause: unknown) => cause)
    expect(FairleadError.is(error, 'network')).toBe(true)
  })
})

describe('redirects', () => {
  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [302, 'PUT', 'PUT', 'hello'],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'hello'],
    [308, 'PUT', 'PUT', 'hello'],
  ])('%i after %s asks with %s', async (status, method, followed, body) => {
    await using target = await origin()
    using http = createHttp()
    const response = await http.fetch(target.url + to(status, '/end'), { method, body: 'hello' })
    expect(await response.json()).toMatchObject({ method: followed, path: '/end', body })
    expect([response.redirected, response.url]).toEqual([true, `${target.url}/end`])
  })

  test('what lets someone in stays within the origin', async () => {
    await using home = await origin()
    await using away = await origin()
    using http = createHttp()
    const headers = { authorization: 'Bearer x', cookie: 'a=1', 'x-auth-token': 't', 'x-plain': 'kept' }
    const within = await http.fetch(home.url + to(302, '/end'), { headers })
    expect(await within.json()).toMatchObject({ headers })
    const beyond: { headers: Record<string, string> } = JSON.parse(
      await (await http.fetch(home.url + to(302, `${away.url}/end`), { headers })).text(),
    )
    expect(Object.keys(beyond.headers)).toEqual(expect.not.arrayContaining(['authorization', 'cookie', 'x-auth-token']))
    expect(beyond.headers['x-plain']).toBe('kept')
    expect(beyond.headers.host).toBe(`127.0.0.1:${away.port}`)
  })

  test('manual hands the redirect over, error refuses it', async () => {
    await using target = await origin()
    using http = createHttp()
    const response = await http.fetch(target.url + to(302, '/end'), { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/end'])
    await response.body?.cancel()
    await expect(http.fetch(target.url + to(302, '/end'), { redirect: 'error' })).rejects.toMatchObject({ code: 'network', retry: 'never' })
  })

  test.each([
    ['a body that can be read once', 307, '/end', 'read once'],
    ['another scheme', 302, 'file:///etc/passwd', 'no http address'],
  ])('%s is not followed', async (_what, status, place, words) => {
    await using target = await origin()
    using http = createHttp()
    const body = new Blob(['hello']).stream()
    await expect(http.fetch(target.url + to(status, place), { method: 'PUT', body })).rejects.toThrow(words)
  })

  test('a circle ends', async () => {
    await using target = await server((_request, response) => {
      response.writeHead(302, { location: '/again' })
      response.end()
    })
    using http = createHttp()
    await expect(http.fetch(target.url)).rejects.toThrow('more than 20 redirects')
  })
})
