import { randomUUID } from 'node:crypto'
import { bytesSource, FairleadError } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { faultProxy, swiftInMemory, swiftServer, swiftUnavailable, type FaultProxy } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Raw, type RawLogin } from './raw.ts'
import { bigBody, collect, connect, type SwiftSettings } from './support.ts'

interface Service extends AsyncDisposable {
  readonly url: URL
  readonly login: RawLogin
}

const services: ReadonlyArray<{ readonly name: string; readonly unavailable: string | undefined; start(): Promise<Service> }> = [
  {
    name: 'a Swift in memory',
    unavailable: undefined,
    async start() {
      const server = await swiftInMemory()
      const { authUrl, username, password } = server
      return { url: server.url, login: { authUrl, username, password }, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
    },
  },
  { name: 'a real OpenStack Swift', unavailable: swiftUnavailable(), start: async () => await swiftServer() },
]

for (const { name, unavailable, start } of services) {
  describe.skipIf(unavailable !== undefined)(`${name}${unavailable === undefined ? '' : ` (left out: ${unavailable})`}`, () => {
    let service: Service
    let proxy: FaultProxy
    let raw: Raw

    beforeAll(async () => {
      service = await start()
      proxy = await faultProxy(service.url)
      raw = await Raw.logIn(service.login)
    })
    afterAll(async () => {
      await proxy[Symbol.asyncDispose]()
      await service[Symbol.asyncDispose]()
    })

    const place = async (
      settings: Partial<SwiftSettings> = {},
      make = true,
    ): Promise<{ readonly client: Client; readonly container: string }> => {
      const container = `films-${randomUUID()}`
      if (make) await raw.makeContainer(container)
      const { authUrl, username, password } = service.login
      const login = { 'auth-url': new URL(authUrl.pathname, proxy.url).href, username, password }
      return { client: await connect({ ...login, container, ...settings }), container }
    }
    const segments = async (container: string) => await raw.list(container, '.file-segments/')

    describe('large objects', () => {
      test('go in segments that no listing of ours shows, and take them along when they are removed', async () => {
        const { client, container } = await place()
        await client.write('shot/big.mov', bytesSource(bigBody()))
        expect((await segments(container)).length).toBe(3)
        expect((await collect(client.list(''))).map(({ path }) => path)).toEqual(['shot'])
        expect((await collect(client.list('', { recursive: true }))).map(({ path, size }) => [path, size])).toEqual([
          ['shot/big.mov', bigBody().byteLength],
        ])
        await client.delete(['shot/big.mov', 'shot/nothing'])
        expect(await raw.list(container, '')).toEqual([])
      })

      test('free the segments of the one that they replace, as small ones do', async () => {
        const { client, container } = await place()
        await client.write('big', bytesSource(bigBody(1)))
        const first = await segments(container)
        await client.write('big', bytesSource(bigBody(2)))
        const second = await segments(container)
        expect(second).toHaveLength(3)
        expect(second.filter(segment => first.includes(segment))).toEqual([])
        expect(Buffer.compare((await client.readBytes('big', { maxBytes: 1e8 })).bytes, bigBody(2))).toBe(0)
        await client.write('big', bytesSource('small'))
        expect(await raw.list(container, '')).toEqual(['big'])
      })

      test('that join objects of their own give none of them away when they are replaced', async () => {
        const { client, container } = await place()
        await raw.makeContainer(`${container}_segments`)
        await raw.write(`${container}_segments`, 'theirs', 'x')
        const { etag = '' } = await client.write('part', bytesSource('abc'))
        const manifest = JSON.stringify([{ path: `/${container}/part`, etag, size_bytes: 3 }])
        await raw.send('PUT', `${container}/joined?multipart-manifest=put`, { body: manifest })
        await client.write('joined', bytesSource('new'))
        expect(await raw.list(container, '')).toEqual(['joined', 'part'])
      })

      test('are found by a client that did not write them', async () => {
        const { client, container } = await place()
        await client.write('big', bytesSource(bigBody()))
        const other = await connect({ ...settingsOf(client), container })
        await other.delete('big')
        expect(await raw.list(container, '')).toEqual([])
      })

      test('are copied with segments of their own, so that neither needs the other', async () => {
        const { client, container } = await place()
        await client.write('big', bytesSource(bigBody()), { contentType: 'video/quicktime', metadata: { shot_name: 'größe' } })
        const copy = await client.copy('big', 'copy of big')
        expect(copy).toMatchObject({ size: bigBody().byteLength, contentType: 'video/quicktime', metadata: { shot_name: 'größe' } })
        await client.delete('big')
        expect(Buffer.compare((await client.readBytes('copy of big', { maxBytes: 1e8 })).bytes, bigBody())).toBe(0)
        expect(await segments(container)).toHaveLength(3)
      })

      test('that nobody completed are pending, and their segments go when they are put away', async () => {
        const { client, container } = await place()
        await client.write('done', bytesSource(bigBody()))
        const { connection } = client
        const context = { signal: new AbortController().signal }
        const state = await connection.doBeginUpload?.({ path: 'half/way' }, context)
        if (state === undefined) throw new Error('no upload was begun')
        await connection.doUploadPart?.(state, { number: 1, offset: 0, last: false, body: bytesSource('x'.repeat(1000)) }, context)
        const pending = await connection.doListUploads?.(undefined, context)
        expect(pending?.items.map(({ path, started }) => [path, started instanceof Date])).toEqual([['half/way', true]])
        const [found] = pending?.items ?? []
        await connection.doAbortUpload?.(found?.state ?? {}, context)
        expect(await segments(container)).toHaveLength(3)
        expect((await connection.doListUploads?.(undefined, context))?.items).toEqual([])
      })

      test('that were completed are not put away by who missed it', async () => {
        const { client } = await place()
        const { connection } = client
        const context = { signal: new AbortController().signal }
        const state = (await connection.doBeginUpload?.({ path: 'whole' }, context)) ?? {}
        const receipt = await connection.doUploadPart?.(state, { number: 1, offset: 0, last: true, body: bytesSource('whole') }, context)
        if (receipt === undefined) throw new Error('no part was sent')
        await connection.doCompleteUpload?.(state, [receipt], context)
        await connection.doCompleteUpload?.(state, [receipt], context)
        await connection.doAbortUpload?.(state, context)
        expect(Buffer.from((await client.readBytes('whole')).bytes).toString()).toBe('whole')
      })

      test('may keep their segments in a container of their own, which is made', async () => {
        const { client, container } = await place({ 'segment-container': `parts-${randomUUID()}` })
        await client.write('big', bytesSource(bigBody()))
        expect(await raw.list(container, '')).toEqual(['big'])
        await client.delete('big')
        expect(await raw.list(String(settingsOf(client)['segment-container']), '')).toEqual([])
      })

      test('are none where they are switched off: a body goes in one request', async () => {
        const { client, container } = await place({ 'large-objects': 'none' })
        await client.write('big', bytesSource(bigBody()))
        expect(await raw.list(container, '')).toEqual(['big'])
      })
    })

    describe('a container', () => {
      test('that is not there is named, with the command that lets it be made', async () => {
        const { client, container } = await place({}, false)
        await expect(client.write('a', bytesSource('x'))).rejects.toMatchObject({ code: 'not-found' })
        const error: unknown = await collect(client.list('')).catch((cause: unknown) => cause)
        expect(FairleadError.is(error) && [error.message, error.hint]).toEqual([
          expect.stringContaining(container),
          expect.stringContaining('fairlead client set swift create-container=true'),
        ])
      })

      test('is made at the first write where that is wanted, and let in is nobody', async () => {
        const { client, container } = await place({ 'create-container': true }, false)
        expect(await collect(client.list(''))).toEqual([])
        await client.write('a', bytesSource('x'))
        const answer = await raw.send('HEAD', container)
        expect(answer.headers.get('x-container-read')).toBeNull()
        expect((await fetch(`${raw.storageUrl}/${container}/a`)).status).toBe(401)
      })

      test('is made for a big body too', async () => {
        const { client, container } = await place({ 'create-container': true }, false)
        await client.write('big', bytesSource(bigBody()))
        expect(await raw.list(container, 'big')).toEqual(['big'])
      })

      test('may be shared: below a prefix nothing else is seen or touched', async () => {
        const { client, container } = await place({ prefix: '/studio/a/' })
        await raw.write(container, 'studio/ab', 'not ours')
        await client.write('b/c', bytesSource('ours'))
        expect(await raw.list(container, '')).toEqual(['studio/a/b/c', 'studio/ab'])
        expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['b/c'])
      })

      test('has names that stand for folders or are no paths: they are left out of listings', async () => {
        const { client, container } = await place()
        for (const odd of ['dir/', 'a//b']) await raw.write(container, odd, '')
        await raw.write(container, 'marker', '', { 'content-type': 'application/directory' })
        await raw.write(container, 'dir/file', 'x')
        expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['dir/file'])
      })
    })

    describe('links', () => {
      const key = 'a key of the tests'
      const linked = async (settings: Partial<SwiftSettings> = {}) => {
        const made = await place({ 'temp-url-key': key, ...settings })
        await raw.send('POST', made.container, { headers: { 'x-container-meta-temp-url-key': key } })
        await made.client.write('dir/a b.txt', bytesSource('shared'))
        return made
      }

      test('say that they can not be taken back, and when they end: in an hour', async () => {
        const { client } = await linked()
        const [link] = await client.share(':/dir/a b.txt')
        expect(link?.revocable).toBe(false)
        expect(Math.abs((link?.expires?.getTime() ?? 0) - Date.now() - 3_600_000)).toBeLessThan(5000)
      })

      test.each(['sha256', 'sha512', 'sha1'] as const)('work signed by %s', async digest => {
        const { client } = await linked({ 'temp-url-digest': digest })
        const [link] = await client.share(':/dir/a b.txt')
        expect(await (await fetch(link?.url ?? '')).text()).toBe('shared')
      })

      test('for HEAD and PUT do that and nothing else', async () => {
        const { client } = await linked()
        const [head] = await client.share(':/dir/a b.txt', { method: 'HEAD' })
        expect((await fetch(head?.url ?? '', { method: 'HEAD' })).status).toBe(200)
        expect((await fetch(head?.url ?? '')).status).toBe(401)
        const [put] = await client.share(':/inbox/new', { method: 'PUT' })
        expect((await fetch(put?.url ?? '', { method: 'PUT', body: 'sent by somebody' })).status).toBe(201)
        expect(Buffer.from((await client.readBytes('inbox/new')).bytes).toString()).toBe('sent by somebody')
      })

      test('of a folder open every object in it, and none beside it', async () => {
        const { client } = await linked()
        await client.write('dir2', bytesSource('not shared'))
        const [link] = await client.share(':/dir')
        if (link === undefined) throw new Error('no link was made')
        const of = (path: string) => new URL(link.url.href.replace('/dir/?', `/${path}?`))
        expect(await (await fetch(of('dir/a%20b.txt'))).text()).toBe('shared')
        expect((await fetch(of('dir2'))).status).toBe(401)
      })

      test('give a name to what is saved, and let a browser show it', async () => {
        const { client } = await linked({ 'link-filename': 'for you.txt', 'link-inline': true })
        const [link] = await client.share(':/dir/a b.txt')
        expect(link?.url.searchParams.get('filename')).toBe('for you.txt')
        const disposition = (await fetch(link?.url ?? '')).headers.get('content-disposition')
        if (disposition !== null) expect(disposition).toMatch(/^inline.*for(%20| )you\.txt/)
      })

      test('open for the address that they name only', async () => {
        const here = await linked({ 'link-ip': '127.0.0.1' })
        const [opened] = await here.client.share(':/dir/a b.txt')
        expect((await fetch(opened?.url ?? '')).status).toBe(200)
        const elsewhere = await linked({ 'link-ip': '192.0.2.7' })
        const [closed] = await elsewhere.client.share(':/dir/a b.txt')
        expect((await fetch(closed?.url ?? '')).status).toBe(401)
      })

      test('of large objects work too, signed by a key of the container', async () => {
        const { client } = await linked()
        await client.write('big', bytesSource(bigBody()))
        const [link] = await client.share(':/big')
        expect(Buffer.compare(Buffer.from(await (await fetch(link?.url ?? '')).arrayBuffer()), bigBody())).toBe(0)
      })

      test('need a key: a strong one is made on the container, and the next one leaves links of this one open', async () => {
        const { client, container } = await place()
        await client.write('a', bytesSource('shared'))
        await expect(client.share(':/a')).rejects.toMatchObject({
          code: 'config-invalid',
          hint: expect.stringContaining('fairlead client set swift temp-url-key --generate'),
        })
        const first = (await client.generate('temp-url-key')).reveal()
        expect(Buffer.from(first, 'base64url').byteLength).toBe(32)
        const [one] = await client.share(':/a')
        const opens = async () => (await fetch(one?.url ?? '')).status
        const second = (await client.generate('temp-url-key')).reveal()
        expect(await opens()).toBe(200)
        const headers = (await raw.send('HEAD', container)).headers
        expect([headers.get('x-container-meta-temp-url-key'), headers.get('x-container-meta-temp-url-key-2')]).toEqual([second, first])
        await client.generate('temp-url-key')
        expect(await opens()).toBe(401)
        const stale = await connect({ ...settingsOf(client), 'temp-url-key': first })
        await expect(stale.share(':/a')).rejects.toMatchObject({
          code: 'config-invalid',
          hint: expect.stringContaining('It was replaced.'),
        })
      })
    })

    describe('what goes wrong says what to do', () => {
      const failing: ReadonlyArray<readonly [status: number, code: string, word: string]> = [
        [403, 'permission-denied', 'owner of the container'],
        [413, 'input-invalid', 'large-objects=slo'],
        [507, 'quota-exceeded', 'space'],
      ]
      test.each(failing)('status %i is %s', async (status, code, word) => {
        const { client } = await place()
        await client.write('before', bytesSource('x'))
        proxy.inject({ kind: 'status', status })
        await expect(client.write('a', bytesSource('x'))).rejects.toMatchObject({ code, hint: expect.stringContaining(word) })
      })

      test('too many requests are waited for, by either status', async () => {
        const { client } = await place()
        await client.write('before', bytesSource('x'))
        for (const status of [498, 429]) {
          proxy.inject({ kind: 'status', status, retryAfterSeconds: 1 })
          expect((await client.write('a', bytesSource('x'))).size).toBe(1)
        }
      })

      test('metadata that a header has no room for is refused before any request', async () => {
        const { client } = await place()
        const refused = client.write('a', bytesSource('x'), { metadata: { note: 'x'.repeat(257) } })
        await expect(refused).rejects.toMatchObject({ code: 'input-invalid', message: expect.stringContaining('at most 256') })
      })
    })

    test('a cluster without bulk deletes is asked for each object', async () => {
      const { client, container } = await place()
      const paths = Array.from({ length: 5 }, (_, index) => `o${index}`)
      for (const path of paths) await client.write(path, bytesSource('x'))
      proxy.inject({ kind: 'status', status: 405, match: { path: /bulk-delete/ } })
      await client.delete(paths)
      expect(await raw.list(container, '')).toEqual([])
    })
  })
}

/** The settings of a client, as they were given. */
function settingsOf({ connection: { settings } }: Client): SwiftSettings {
  const given = Object.entries(settings).map(([name, value]) => [
    name,
    typeof value === 'object' && 'reveal' in value ? value.reveal() : value,
  ])
  return Object.fromEntries(given)
}
