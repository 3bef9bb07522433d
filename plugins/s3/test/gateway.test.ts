import { bytesSource } from '@fairlead/core'
import { faultProxy, s3Server, s3Unavailable, type FaultProxy, type PlainSettings, type S3Server } from '@fairlead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clockOff, errorAnswer, failureOf, open, temporaryHome } from './support.ts'

const home = temporaryHome()
let server: S3Server
let proxy: FaultProxy

/** A gateway that insists on its region, as AWS does. */
describe.skipIf(s3Unavailable() !== undefined)('on a gateway', () => {
  beforeAll(async () => {
    server = await s3Server({ region: 'eu-test-1' })
    proxy = await faultProxy(server.url)
  })
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    home[Symbol.dispose]()
  })
  const settings = (): PlainSettings => ({ ...server.settings, endpoint: proxy.url.href })
  const connect = async (more: Readonly<Record<string, string | boolean>> = {}) =>
    await open({ ...settings(), ...more }, { home: home.path })

  describe('wrong settings', () => {
    test('an access key that nobody has is named', async () => {
      await using client = await connect({ 'access-key-id': 'NOBODY' })
      expect(await failureOf(client.stat('x'))).toMatchObject({
        code: 'unauthenticated',
        message: expect.stringContaining('InvalidAccessKeyId'),
      })
    })

    test('a wrong secret is told from a wrong key, without showing it', async () => {
      await using client = await connect({ 'secret-access-key': 'not-the-secret' })
      const error = await failureOf(client.readBytes('x'))
      expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('SignatureDoesNotMatch') })
      expect(JSON.stringify(error)).not.toContain('not-the-secret')
    })

    test('one half of the keys is refused before any request', async () => {
      const { 'secret-access-key': _secret, ...half } = settings()
      expect(await failureOf(open(half, { home: home.path }))).toMatchObject({
        code: 'config-invalid',
        message: expect.stringContaining('secret-access-key'),
      })
    })

    test('a bucket that is not there is named, with the way to make it', async () => {
      await using client = await connect({ bucket: 'nowhere' })
      for (const call of [
        async () => await client.write('x', bytesSource('x')),
        async () => await client.stat('x'),
        async () => await Array.fromAsync(client.list('')),
      ])
        expect(await failureOf(call())).toMatchObject({
          code: 'not-found',
          message: expect.stringContaining('no bucket "nowhere"'),
          hint: expect.stringContaining('create-bucket=true'),
        })
    })

    test.each(['arn:aws:s3:eu-west-1:123456789012:accesspoint/name', 'express--use1-az4--x-s3', 'a/b', '..'])(
      '%s is no bucket',
      async bucket => {
        expect(await failureOf(connect({ bucket }))).toMatchObject({ code: 'config-invalid', hint: expect.any(String) })
      },
    )

    test.each([
      [{ 'sse-kms-key-id': 'key' }, 'sse'],
      [{ acl: 'private', 'public-acl': 'public-read' }, 'public-acl'],
      [{ tags: 'a=1,a=2' }, 'twice'],
      [{ prefix: '../up' }, 'prefix'],
    ])('%o is refused', async (more, word) => {
      expect(await failureOf(connect(more))).toMatchObject({ code: 'config-invalid', message: expect.stringContaining(word) })
    })

    test('what the keys may not do says which permission is missing', async () => {
      await using client = await open({ ...(await server.addAccount('visitor')), endpoint: proxy.url.href }, { home: home.path })
      expect(await failureOf(client.write('x', bytesSource('x')))).toMatchObject({
        code: 'permission-denied',
        hint: expect.stringContaining('s3:PutObject'),
      })
      expect(await failureOf(Array.fromAsync(client.list('')))).toMatchObject({
        code: 'permission-denied',
        hint: expect.stringContaining('s3:ListBucket'),
      })
      expect(await failureOf(client.stat('x'))).toMatchObject({ code: 'permission-denied', hint: expect.stringContaining('s3:GetObject') })
    })

    test('a clock that is off is told with both times', async () => {
      await using client = await open(settings(), { home: home.path, clock: clockOff(-3600_000) })
      const error = await failureOf(client.write('x', bytesSource('x')))
      expect(error).toMatchObject({
        code: 'config-invalid',
        message: expect.stringContaining('clock'),
        hint: expect.stringContaining('Set the clock'),
      })
      expect(await failureOf(client.stat('x'))).toMatchObject({ code: 'config-invalid', message: expect.stringContaining('clock') })
    })
  })

  describe('a wrong region', () => {
    test('is corrected by what the service answers, once for all', async () => {
      await using client = await connect({ region: 'us-west-2' })
      await client.write('region/one', bytesSource('one'))
      const before = proxy.requests.length
      await client.write('region/two', bytesSource('two'))
      expect(proxy.requests.length - before).toBe(1)
    })

    test('is remembered by the next process', async () => {
      await using client = await connect({ region: 'us-west-2' })
      const before = proxy.requests.length
      expect((await client.readBytes('region/one')).bytes).toHaveLength(3)
      expect(proxy.requests.length - before).toBe(1)
    })

    test('is an error with the next step where the service does not name the right one', async () => {
      await using client = await connect()
      proxy.inject({ kind: 'status', status: 301, answer: errorAnswer('PermanentRedirect') })
      expect(await failureOf(client.readBytes('region/one'))).toMatchObject({
        code: 'config-invalid',
        hint: expect.stringContaining('region='),
      })
    })
  })

  describe('the bucket', () => {
    test('is made at the first write when that is asked for, and only then', async () => {
      await using client = await connect({ bucket: 'made-here', 'create-bucket': true })
      expect(await failureOf(client.readBytes('x'))).toMatchObject({ code: 'not-found' })
      await Promise.all([client.write('a', bytesSource('a')), client.write('b', bytesSource('b'))])
      expect((await Array.fromAsync(client.list(''))).map(({ path }) => path)).toEqual(['a', 'b'])
    })

    test('is made for a body in parts too, and in us-east-1, which must not be named', async () => {
      await using east = await s3Server()
      await using client = await open({ ...east.settings, bucket: 'made-east', 'create-bucket': true }, { home: home.path })
      const body = new Uint8Array(20 * 1024 * 1024)
      expect((await client.write('big', bytesSource(body))).size).toBe(body.byteLength)
    })
  })

  describe('what is written', () => {
    test('keeps time, type, hash and metadata where other tools find them', async () => {
      await using client = await connect({ prefix: 'kept' })
      const sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'
      await client.write('one', bytesSource('foo'), {
        contentType: 'text/x-note',
        modified: new Date('2001-02-03T04:05:06.789Z'),
        metadata: { Note: 'n' },
        sha256,
      })
      const { headers } = await server.request('HEAD', '/fairlead/kept/one')
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/x-note',
        'x-amz-meta-mtime': '981173106.789',
        'x-amz-meta-note': 'n',
        'x-amz-meta-sha256': sha256,
      })
      const entry = await client.stat('one')
      expect(entry).toMatchObject({ path: 'one', modified: new Date('2001-02-03T04:05:06.789Z'), metadata: { note: 'n' } })
      expect(entry.checksums).toContainEqual({ algorithm: 'sha256', value: sha256, scope: 'object' })
      expect(entry.checksums).toContainEqual({ algorithm: 'crc32', value: '8c736521', scope: 'object' })
    })

    test('keeps a checksum of the whole of a body in parts, and a read is held against it', async () => {
      await using client = await connect()
      const body = new Uint8Array(20 * 1024 * 1024).fill(7)
      await client.write('parts', bytesSource(body))
      expect((await client.stat('parts')).checksums).toEqual([
        { algorithm: 'crc32', value: expect.stringMatching(/^[0-9a-f]{8}$/), scope: 'object' },
      ])
    })

    test.each(['sha256', 'sha1', 'md5', 'none'])('goes along with %s when that is set, in one piece and in parts', async checksum => {
      await using client = await connect({ checksum, prefix: checksum })
      for (const size of [10, 20 * 1024 * 1024]) {
        const body = new Uint8Array(size).fill(size % 251)
        await client.write(`of-${size}`, bytesSource(body))
        expect(Buffer.compare((await client.readBytes(`of-${size}`, { maxBytes: size })).bytes, body)).toBe(0)
      }
    })

    test('is sent again when the service says that it arrived damaged', async () => {
      await using client = await connect()
      proxy.inject({ kind: 'status', status: 400, answer: errorAnswer('BadDigest'), match: { method: /PUT/ } })
      expect((await client.write('again', bytesSource('again'))).size).toBe(5)
    })

    test('carries tags, class and encryption as set, and nothing public', async () => {
      await using client = await connect({ tags: 'project=cat001, state=final', acl: 'private' })
      await client.write('tagged', bytesSource('x'))
      const tags = await (await server.request('GET', '/fairlead/tagged?tagging')).text()
      expect(tags).toContain('<Key>project</Key><Value>cat001</Value>')
    })
  })

  describe('an answer that came as a success and is none of S3', () => {
    const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html><body>Please log in.</body></html>' }
    const answers = [page, { body: page.body }, { body: '' }, { headers: { 'content-type': 'application/json' }, body: '{}' }]

    test.each(answers)('is never taken for a write: %j', async answer => {
      await using client = await connect()
      proxy.inject({ kind: 'status', status: 200, answer, match: { method: /PUT/ } })
      expect(await failureOf(client.write('portal', bytesSource('x')))).toMatchObject({
        code: 'config-invalid',
        message: expect.stringContaining('is not an S3 service'),
      })
    })

    test.each(answers)('is never taken for an empty listing: %j', async answer => {
      await using client = await connect()
      proxy.inject({ kind: 'status', status: 200, answer, match: { method: /GET/ } })
      expect(await failureOf(Array.fromAsync(client.list('')))).toMatchObject({ hint: expect.any(String) })
    })

    test('is never taken for an object, nor for the end of one', async () => {
      await using client = await connect()
      await client.write('portal', bytesSource('x'))
      for (const call of [() => client.readBytes('portal'), () => client.stat('portal'), () => client.delete(['portal'])]) {
        proxy.inject({ kind: 'status', status: 200, answer: page })
        expect(await failureOf(call())).toMatchObject({ code: 'config-invalid', hint: expect.stringContaining('web page') })
      }
      await client.write('page.html', bytesSource(page.body), { contentType: 'text/html' })
      expect((await client.readBytes('page.html')).bytes).toHaveLength(page.body.length)
    })
  })

  test('a listing that is cut off without a way to go on is no whole one', async () => {
    await using client = await connect()
    for (const [root, versions] of [
      ['ListBucketResult', false],
      ['ListVersionsResult', true],
    ] as const) {
      const body = `<${root}><IsTruncated>true</IsTruncated></${root}>`
      proxy.inject({ kind: 'status', status: 200, answer: { body }, match: { method: /GET/ } })
      const listed = client.connection.doList?.({ prefix: '', recursive: true, ...(versions && { versions }) }, undefined, {
        signal: new AbortController().signal,
      })
      expect(await failureOf(Promise.resolve(listed))).toMatchObject({ code: 'unexpected', hint: expect.stringContaining('list-type=2') })
    }
  })

  describe('errors inside of a success', () => {
    const inject = (code: string, method: RegExp, path: RegExp) =>
      proxy.inject({ kind: 'status', status: 200, answer: errorAnswer(code), match: { method, path } })

    test('of the end of an upload are noticed, and tried again where that helps', async () => {
      await using client = await connect()
      const body = new Uint8Array(20 * 1024 * 1024)
      inject('InternalError', /POST/, /uploadId=/)
      expect((await client.write('late', bytesSource(body))).size).toBe(body.byteLength)
      inject('AccessDenied', /POST/, /uploadId=/)
      expect(await failureOf(client.write('late-denied', bytesSource(body)))).toMatchObject({ code: 'permission-denied' })
    })

    test.each([
      [412, 'PreconditionFailed'],
      [404, 'NoSuchUpload'],
    ])('of an end that was reached already, %i, are none: the object is known by its parts', async (status, code) => {
      await using client = await connect({ checksum: 'none' })
      const { connection } = client
      const context = { signal: new AbortController().signal }
      const path = `ended-${status}`
      const state = (await connection.doBeginUpload?.({ path, condition: { if: 'absent' } }, context)) ?? {}
      const part = { number: 1, offset: 0, last: true, body: bytesSource('all of it') }
      const receipts = [await connection.doUploadPart?.(state, part, context)].flatMap(receipt => receipt ?? [])
      const complete = async () => await connection.doCompleteUpload?.(state, receipts, context)
      const first = await complete()
      proxy.inject({ kind: 'status', status, answer: errorAnswer(code), match: { method: /POST/, path: /uploadId=/ } })
      expect(await complete()).toMatchObject({ path, etag: first?.etag, size: 9 })
      await client.write(path, bytesSource('of another'))
      proxy.inject({ kind: 'status', status, answer: errorAnswer(code), match: { method: /POST/, path: /uploadId=/ } })
      expect(await failureOf(complete())).toMatchObject({ status })
    })

    test('of a copy are noticed', async () => {
      await using client = await connect()
      await client.write('from', bytesSource('x'))
      inject('SlowDown', /PUT/, /\/to$/)
      expect((await client.copy('from', 'to')).path).toBe('to')
      inject('AccessDenied', /PUT/, /\/denied$/)
      expect(await failureOf(client.copy('from', 'denied'))).toMatchObject({ code: 'permission-denied' })
    })

    test('of single keys of a delete are told by their path, and those that may pass are tried again', async () => {
      await using client = await connect()
      for (const name of ['d1', 'd2']) await client.write(name, bytesSource('x'))
      const refused = (code: string) =>
        proxy.inject({
          kind: 'status',
          status: 200,
          answer: { body: `<DeleteResult><Error><Key>d2</Key><Code>${code}</Code><Message>no</Message></Error></DeleteResult>` },
          match: { method: /POST/, path: /delete/ },
        })
      refused('AccessDenied')
      expect(await failureOf(client.delete(['d1', 'd2']))).toMatchObject({
        code: 'permission-denied',
        message: expect.stringContaining('d2'),
      })
      refused('InternalError')
      await client.delete(['d1', 'd2'])
      expect(await Array.fromAsync(client.list('')).then(entries => entries.filter(({ path }) => /^d\d$/.test(path)))).toEqual([])
    })
  })

  test('a copy between two buckets of one service moves no byte through here', async () => {
    await server.makeBucket('other')
    await using source = await connect({ prefix: 'there' })
    await using target = await connect({ bucket: 'other' })
    await source.write('one', bytesSource('across'), { contentType: 'text/x-note', metadata: { note: 'n' } })
    const { connection } = target
    const signal = new AbortController().signal
    const entry = await connection.doCopyFrom?.(source.connection, { from: 'one', to: 'copied' }, { signal })
    expect(entry).toMatchObject({ path: 'copied', kind: 'object' })
    expect(await target.stat('copied')).toMatchObject({ contentType: 'text/x-note', metadata: { note: 'n' }, size: 6 })
  })

  test('a copy on a condition keeps type and metadata, whatever its size', async () => {
    await using client = await connect()
    for (const size of [0, 5]) {
      await client.write(`sized-${size}`, bytesSource(new Uint8Array(size)), { contentType: 'text/x-note', metadata: { note: 'n' } })
      await client.copy(`sized-${size}`, `copied-${size}`, { condition: { if: 'absent' } })
      expect(await client.stat(`copied-${size}`)).toMatchObject({ size, contentType: 'text/x-note', metadata: { note: 'n' } })
      expect(await failureOf(client.copy(`sized-${size}`, `copied-${size}`, { condition: { if: 'absent' } }))).toMatchObject({
        code: 'precondition-failed',
      })
    }
  })

  test('a copy in parts keeps the tags, as a copy in one request does', async () => {
    await using tagging = await connect({ tags: 'project=cat 001,state=a b' })
    await tagging.write('labelled/from', bytesSource('x'))
    await using client = await connect()
    await client.copy('labelled/from', 'labelled/one')
    const found = await server.request('GET', '/fairlead/labelled/one?tagging')
    expect(await found.text()).toContain('<Value>a b</Value>')
    // This gateway takes conditions at the end of a copy in parts only.
    await client.copy('labelled/from', 'labelled/parts', { condition: { if: 'absent' } })
    expect(proxy.requests.some(({ path }) => path.includes('labelled/parts?partNumber=1'))).toBe(true)
    expect(await (await server.request('GET', '/fairlead/labelled/parts?tagging')).text()).toContain('<Value>a b</Value>')
  })

  test('anybody may read what a policy opens, without keys', async () => {
    const policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::open/*'] }],
    })
    await server.makeBucket('open')
    expect((await server.request('PUT', '/open?policy', { body: policy })).ok).toBe(true)
    await server.request('PUT', '/open/one', { body: 'seen' })
    await using client = await open({ endpoint: proxy.url.href, bucket: 'open', region: 'eu-test-1', anonymous: true }, { home: home.path })
    expect(Buffer.from((await client.readBytes('one')).bytes).toString()).toBe('seen')
    expect(client.capabilities.share).toBe(false)
    expect(await failureOf(client.write('two', bytesSource('x')))).toMatchObject({ code: 'permission-denied' })
  })
})
