import { createHttp, FairleadError } from '@fairlead/core'
import { httpOptionsFrom } from '../../src/host/application/http-options.ts'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { authority, proxyServer, rawServer, secureServer, server } from './servers.ts'

const hello = (_request: unknown, response: { end(text: string): unknown }) => void response.end('hello')

describe('private certificate authorities', () => {
  test('an unknown authority is refused for good, and the message names the setting', async () => {
    await using origin = await secureServer(hello)
    using http = createHttp()
    const error: unknown = await http.request({ url: origin.url }).catch((cause: unknown) => cause)
    expect(FairleadError.is(error, 'network') && error).toMatchObject({ retry: 'never', hint: expect.stringContaining('FAIRLEAD_CA_FILE') })
  })

  test('FAIRLEAD_CA_FILE adds an authority, for requests and for fetch', async () => {
    await using origin = await secureServer(hello)
    using http = createHttp(httpOptionsFrom({ FAIRLEAD_CA_FILE: authority }))
    expect(await (await http.request({ url: origin.url })).text()).toBe('hello')
    expect(await (await http.fetch(origin.url)).text()).toBe('hello')
  })

  test.each(['/nowhere/ca.pem', import.meta.filename])('a certificate file that holds none is config-invalid: %s', file => {
    expect(() => httpOptionsFrom({ FAIRLEAD_CA_FILE: file })).toThrow(/certificate/)
  })
})

describe('proxies', () => {
  test('plain HTTP goes through HTTP_PROXY, unless NO_PROXY names the host', async () => {
    await using origin = await server(hello)
    await using proxy = await proxyServer()
    using through = createHttp(httpOptionsFrom({ HTTP_PROXY: proxy.url }))
    expect(await (await through.request({ url: `${origin.url}/a` })).text()).toBe('hello')
    expect(proxy.seen).toEqual([`GET ${origin.url}/a`])
    using direct = createHttp(httpOptionsFrom({ HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }))
    expect(await (await direct.request({ url: origin.url })).text()).toBe('hello')
    expect(proxy.seen).toHaveLength(1)
  })

  test('HTTPS goes through a CONNECT tunnel with a login, and trusts the private authority inside it', async () => {
    await using origin = await secureServer(hello)
    await using proxy = await proxyServer({ login: 'ada:hunter2' })
    using http = createHttp(httpOptionsFrom({ https_proxy: `http://ada:hunter2@127.0.0.1:${proxy.port}`, FAIRLEAD_CA_FILE: authority }))
    for (let count = 0; count < 2; count++) expect(await (await http.request({ url: origin.url })).text()).toBe('hello')
    // The tunnel is kept alive as any socket is.
    expect(proxy.seen).toEqual([`CONNECT 127.0.0.1:${origin.port}`])
  })

  test('a proxy that falls silent is timeout, and an abort does not wait for it', async () => {
    await using proxy = await rawServer(socket => void socket.resume())
    using http = createHttp({ ...httpOptionsFrom({ HTTPS_PROXY: proxy.url }), idleTimeoutMs: 50 })
    await expect(http.request({ url: 'https://example.invalid/' })).rejects.toMatchObject({ code: 'timeout' })
    const controller = new AbortController()
    setImmediate(() => controller.abort('stop'))
    await expect(http.request({ url: 'https://example.invalid/', signal: controller.signal, idleTimeoutMs: 60_000 })).rejects.toBe('stop')
  })

  test('a proxy that refuses is network, names the settings, and keeps its password', async () => {
    await using proxy = await proxyServer({ refuse: true })
    using http = createHttp(httpOptionsFrom({ HTTPS_PROXY: `http://ada:hunter2@127.0.0.1:${proxy.port}` }))
    const error: unknown = await http.request({ url: 'https://example.invalid/' }).catch((cause: unknown) => cause)
    expect(FairleadError.is(error, 'network') && error.hint).toContain('HTTPS_PROXY')
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  })
})
