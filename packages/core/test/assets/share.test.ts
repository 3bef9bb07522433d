import { connect } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveShares } from '../../src/host/shares/share-server.ts'
import { bench, tree, type Bench } from './support.ts'

const code = (code: string) => expect.objectContaining({ code })
const noSharing = { targets: ['object'], kinds: ['signed-url'], methods: ['GET'], password: false, list: false, revoke: false } as const

describe('share', () => {
  it('links to an object for an hour', async () => {
    const { client, store } = bench()
    store.put('inbox/a b.png', 'x')
    const [share] = await client.share(':/inbox/a b.png')
    expect(share?.path).toBe('inbox/a b.png')
    const seconds = ((share?.expires?.getTime() ?? 0) - Date.now()) / 1000
    expect(seconds > 3500 && seconds <= 3600).toBe(true)
  })

  it('speaks of paths as they are stored to the connection, and as they are named to the caller', async () => {
    const { client, store } = bench()
    store.put('what%3F', 'x')
    const [share] = await client.share('store:/what?')
    expect([share?.path, [...store.links.values()][0]?.path]).toEqual(['what?', 'what%3F'])
  })

  it('links to the folder of an asset, or to each file where folders are not shared', async () => {
    const path = (here: Bench) => tree(join(here.folder, 'x'), { a: '1', 'b/c': '2' })
    const folders = bench()
    await folders.client.push(path(folders), 'shows/hero')
    expect((await folders.client.share('shows/hero')).map(({ path }) => path)).toEqual([
      expect.stringMatching(/^assets\/shows\/hero\/_[0-9a-f]{16}$/),
    ])
    const objects = bench({ share: noSharing })
    await objects.client.push(path(objects), 'shows/hero')
    expect((await objects.client.share('shows/hero')).map(({ path }) => path.split(/_[0-9a-f]{16}\//)[1])).toEqual(['a', 'b/c'])
  })

  it('refuses before any request what is not declared', async () => {
    const { client, store } = bench({ share: { ...noSharing, maxExpirySeconds: 600 } })
    store.put('a', 'x')
    await expect(client.share(':/a', { method: 'PUT' })).rejects.toThrow(code('unsupported'))
    await expect(client.share(':/a', { kind: 'public-link' })).rejects.toThrow(code('unsupported'))
    await expect(client.share(':/a', { password: 'x' })).rejects.toThrow(code('unsupported'))
    await expect(client.share(':/a', { expiresInSeconds: 601 })).rejects.toThrow(code('input-invalid'))
    await expect(client.share(':/a', { to: ['ann@example.org'] })).rejects.toThrow(code('unsupported'))
    await expect(Array.fromAsync(client.shares.list())).rejects.toThrow(code('unsupported'))
    await expect(client.shares.revoke('x')).rejects.toThrow(code('unsupported'))
    await expect(bench({ share: false }).client.share(':/a')).rejects.toThrow(code('unsupported'))
    expect(store.calls).toEqual([])
  })

  it('says not-found for what is not there, and lets nobody write an asset', async () => {
    const { client, folder } = bench()
    await expect(client.share(':/nothing')).rejects.toThrow(code('not-found'))
    await expect(client.share('shows/nothing')).rejects.toThrow(code('not-found'))
    await client.push(tree(join(folder, 'x'), { a: '1' }), 'shows/hero')
    await expect(client.share('shows/hero', { method: 'PUT' })).rejects.toThrow(code('input-invalid'))
    expect(await client.share(':/inbox/new', { method: 'PUT' })).toHaveLength(1)
  })

  it('lists links page by page and takes them back', async () => {
    const { client, store } = bench()
    for (const path of ['a', 'b', 'c']) store.put(path, 'x')
    for (const path of ['a', 'b', 'c']) await client.share(`:/${path}`)
    const shares = await Array.fromAsync(client.shares.list())
    expect(shares.map(({ path }) => path)).toEqual(['a', 'b', 'c'])
    await client.shares.revoke(shares[0]?.id ?? '')
    expect(await Array.fromAsync(client.shares.list())).toHaveLength(2)
  })
})

async function listed(url: URL): Promise<ReadonlyArray<{ readonly name: string; readonly href: string }>> {
  const response = await fetch(url, { headers: { accept: 'application/json' } })
  return JSON.parse(await response.text())
}

describe('the share server', () => {
  async function served(here: Bench, target: string, options: { readonly password?: string } = {}) {
    const server = await serveShares(here.client)
    const [share] = await here.client.share(target, options)
    const url = new URL(`${share?.url.pathname ?? ''}${share?.url.search ?? ''}`, server.url)
    return { server, url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  }

  it('answers an object whole, in ranges, and as its head, as a download', async () => {
    const here = bench()
    here.store.put('dir/ü".html', '<script>0123456789')
    await using running = await served(here, ':/dir/ü".html')
    const whole = await fetch(running.url)
    expect(await whole.text()).toBe('<script>0123456789')
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="__.html"; filename*=UTF-8''%C3%BC%22.html`,
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    })
    const part = await fetch(running.url, { headers: { range: 'bytes=-3' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 15-17/18', '789'])
    const head = await fetch(running.url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '18', ''])
    expect((await fetch(running.url, { headers: { range: 'bytes=18-' } })).status).toBe(416)
    const etag = whole.headers.get('etag') ?? ''
    expect((await fetch(running.url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await fetch(running.url, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })).status).toBe(200)
    expect((await fetch(running.url, { method: 'POST', body: 'x' })).status).toBe(405)
  })

  it('lists a folder with names that can do no harm, and serves what is in it', async () => {
    const here = bench()
    here.store.put('dir/<img src=x onerror=1>', 'one')
    here.store.put('dir/sub/b%3F.txt', 'two')
    await using running = await served(here, ':/dir')
    const html = await (await fetch(running.url)).text()
    expect(html).not.toContain('<img')
    expect(html).toContain('&#60;img')
    const lines = await listed(running.url)
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'sub/' }),
        expect.objectContaining({ name: '<img src=x onerror=1>', size: 3 }),
      ]),
    )
    const sub = new URL('./sub/', running.url)
    const [line] = await listed(sub)
    expect(line?.name).toBe('b?.txt')
    expect(await (await fetch(new URL(line?.href ?? '', sub))).text()).toBe('two')
  })

  it('lets nobody out of a shared folder', async () => {
    const here = bench()
    here.store.put('dir/a', 'one')
    here.store.put('secret', 'two')
    await using running = await served(here, ':/dir')
    for (const path of ['%2e%2e/secret', '..%2Fsecret', '..%5csecret', 'a/../../secret']) {
      const socket = connect(Number(running.server.url.port), '127.0.0.1')
      socket.end(`GET ${running.url.pathname}${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
      let answer = ''
      socket.on('data', data => (answer += data.toString()))
      await once(socket, 'close')
      expect(answer).toMatch(/^HTTP\/1\.1 404/)
    }
  })

  it('says no more than that of a link that is not, was revoked, or needs its password', async () => {
    const here = bench()
    here.store.put('a', 'one')
    await using running = await served(here, ':/a', { password: 'open' })
    expect((await fetch(running.url)).status).toBe(401)
    const authorization = `Basic ${Buffer.from('any:open').toString('base64')}`
    expect(await (await fetch(running.url, { headers: { authorization } })).text()).toBe('one')
    for await (const { id } of here.client.shares.list()) await here.client.shares.revoke(id ?? '')
    const gone = await fetch(running.url, { headers: { authorization } })
    expect([gone.status, await gone.text()]).toEqual([404, expect.not.stringContaining('/')])
    expect((await fetch(`${running.server.url.origin}//evil.example/x`)).status).toBe(404)
  })

  it('is there only for clients whose links have no server of their own', async () => {
    await expect(serveShares(bench({ share: noSharing }).client)).rejects.toThrow(code('unsupported'))
  })
})
