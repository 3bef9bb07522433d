import { describe, expect, test } from 'vitest'
import { s3Server, s3Unavailable, type S3Server } from '../src/index.ts'

const missing = s3Unavailable()

/** What a client of S3 must be able to rely on; each on the real server, through none of our client's code. */
describe.skipIf(missing !== undefined)(`an S3 server${missing === undefined ? '' : `: ${missing}`}`, () => {
  async function withServer(work: (server: S3Server) => Promise<void>, options?: Parameters<typeof s3Server>[0]): Promise<void> {
    await using server = await s3Server(options)
    await work(server)
  }
  const put = async (server: S3Server, key: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    await server.request('PUT', `/fairlead/${key}`, { body, headers })

  test('keeps what is put, under names of every kind', async () => {
    await withServer(async server => {
      for (const key of ['plain', 'a%20b', 'a%2Bb', '%25', '%C3%A9%E2%82%AC/x', 'q%3Fq']) {
        expect((await put(server, key, `body of ${key}`)).status).toBe(200)
        expect(await (await server.request('GET', `/fairlead/${key}`)).text()).toBe(`body of ${key}`)
      }
    })
  })

  test('refuses a second writer under If-None-Match, and one with an old ETag under If-Match', async () => {
    await withServer(async server => {
      const first = await put(server, 'one', '1', { 'if-none-match': '*' })
      expect([first.status, (await put(server, 'one', '2', { 'if-none-match': '*' })).status]).toEqual([200, 412])
      const etag = first.headers.get('etag') ?? ''
      expect((await put(server, 'one', '2', { 'if-match': etag })).status).toBe(200)
      expect((await put(server, 'one', '3', { 'if-match': etag })).status).toBe(412)
      expect((await put(server, 'none', '3', { 'if-match': etag })).status).toBe(404)
    })
  })

  test('lists, completes and aborts uploads in parts', async () => {
    await withServer(async server => {
      const begin = async (): Promise<string> => {
        const answer = await (await server.request('POST', '/fairlead/big?uploads')).text()
        return /<UploadId>(.+?)<\/UploadId>/.exec(answer)?.[1] ?? ''
      }
      const upload = await begin()
      const part = await server.request('PUT', `/fairlead/big?partNumber=1&uploadId=${upload}`, { body: 'part' })
      expect(await (await server.request('GET', '/fairlead/?uploads')).text()).toContain(upload)
      expect(await (await server.request('GET', `/fairlead/big?uploadId=${upload}`)).text()).toContain('<PartNumber>1</PartNumber>')
      const listed = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.get('etag')}</ETag></Part>`
      const body = `<CompleteMultipartUpload>${listed}</CompleteMultipartUpload>`
      expect((await server.request('POST', `/fairlead/big?uploadId=${upload}`, { body })).status).toBe(200)
      expect(await (await server.request('GET', '/fairlead/big')).text()).toBe('part')
      const other = await begin()
      expect((await server.request('DELETE', `/fairlead/big?uploadId=${other}`)).status).toBe(204)
      expect(await (await server.request('GET', '/fairlead/?uploads')).text()).not.toContain(other)
    })
  })

  test('checks the checksum that comes with a body', async () => {
    await withServer(async server => {
      expect((await put(server, 'sum', '123456789', { 'x-amz-checksum-crc32': 'y/Q5Jg==' })).status).toBe(200)
      expect((await put(server, 'sum', '123456780', { 'x-amz-checksum-crc32': 'y/Q5Jg==' })).status).toBe(400)
      const head = await server.request('HEAD', '/fairlead/sum', { headers: { 'x-amz-checksum-mode': 'ENABLED' } })
      expect(head.headers.get('x-amz-checksum-crc32')).toBe('y/Q5Jg==')
    })
  })

  test('keeps the versions of a bucket that asks for it', async () => {
    await withServer(
      async server => {
        for (const body of ['1', '2']) await put(server, 'one', body)
        const answer = await (await server.request('GET', '/fairlead/?versions')).text()
        const ids = [...answer.matchAll(/<VersionId>(.+?)<\/VersionId>/g)].map(([, id]) => id)
        expect(ids).toHaveLength(2)
        const bodies = await Promise.all(ids.map(async id => await (await server.request('GET', `/fairlead/one?versionId=${id}`)).text()))
        expect(bodies).toEqual(['2', '1'])
      },
      { versions: true },
    )
  })

  test('copies inside itself, and keeps metadata and content type', async () => {
    await withServer(async server => {
      await put(server, 'from', 'text', { 'content-type': 'text/x-own', 'x-amz-meta-colour': 'red' })
      expect((await put(server, 'to', '', { 'x-amz-copy-source': '/fairlead/from' })).status).toBe(200)
      const copy = await server.request('GET', '/fairlead/to')
      expect([copy.headers.get('content-type'), copy.headers.get('x-amz-meta-colour'), await copy.text()]).toEqual([
        'text/x-own',
        'red',
        'text',
      ])
    })
  })

  test('refuses strangers, wrong keys, other regions and accounts without a right', async () => {
    await withServer(
      async server => {
        await put(server, 'one', '1')
        expect((await fetch(new URL('/fairlead/one', server.url))).status).toBe(403)
        const asked = async (keys: Partial<S3Server['keys']>): Promise<string | undefined> => {
          const answer = await (await server.request('GET', '/fairlead/one', { keys: { ...server.keys, ...keys } })).text()
          return /<Code>(.+?)<\/Code>/.exec(answer)?.[1]
        }
        const { 'secret-access-key': secret } = await server.addAccount('guest')
        expect(await asked({ secretAccessKey: 'wrong' })).toBe('SignatureDoesNotMatch')
        expect(await asked({ accessKeyId: 'nobody' })).toBe('InvalidAccessKeyId')
        expect(await asked({ region: 'us-east-1' })).toBe('AuthorizationHeaderMalformed')
        expect(await asked({ accessKeyId: 'guest', secretAccessKey: String(secret) })).toBe('AccessDenied')
      },
      { region: 'eu-central-1' },
    )
  })
})
