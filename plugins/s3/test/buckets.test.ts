import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { bytesSource } from '@fairlead/core'
import { freePort, s3Server, s3Unavailable, type S3Server } from '@fairlead/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { failureOf, open, temporaryHome } from './support.ts'

const home = temporaryHome()

/** What stands before a server and keeps the requests that make buckets. */
interface Recorder extends AsyncDisposable {
  readonly endpoint: string
  /** The body of each. */
  readonly made: readonly string[]
}

async function recorder(target: URL): Promise<Recorder> {
  const made: string[] = []
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url = '/', headers } = request
    const body = await buffer(request)
    if (method === 'PUT' && /^\/[^/?]+\/?$/.test(url)) made.push(body.toString())
    const sent = forward({ host: target.hostname, port: target.port, method, path: url, headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    sent.end(body)
  }
  const server = createServer((request, response) => void pass(request, response))
  const port = await freePort()
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${port}`,
    made,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

describe.skipIf(s3Unavailable() !== undefined)('a bucket that is made', () => {
  const servers: S3Server[] = []
  const start = async (region: string): Promise<S3Server> => {
    const server = await s3Server({ region })
    servers.push(server)
    return server
  }
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]()
    home[Symbol.dispose]()
  })
  const connect = async (settings: Parameters<typeof open>[0]) => await open({ 'create-bucket': true, ...settings }, { home: home.path })

  test.each(['eu-central-1', 'mx-central-1', 'nobody-lists-this-9'])(
    'is made in the region %s that is set, whatever it is called',
    async region => {
      const server = await start(region)
      await using between = await recorder(server.url)
      await using client = await connect({ ...server.settings, endpoint: between.endpoint, bucket: 'made' })
      await client.write('one', bytesSource('one'))
      expect(between.made).toEqual([expect.stringContaining(`<LocationConstraint>${region}</LocationConstraint>`)])
    },
  )

  test('is made in us-east-1 without naming it, which the service would refuse', async () => {
    const server = await start('us-east-1')
    await using between = await recorder(server.url)
    await using client = await connect({ ...server.settings, endpoint: between.endpoint, bucket: 'made' })
    await client.write('one', bytesSource('one'))
    expect(between.made).toEqual([expect.not.stringContaining('LocationConstraint')])
  })

  test('is refused with the permission that making buckets needs', async () => {
    const server = await start('us-east-1')
    await using client = await connect({ ...(await server.addAccount('visitor')), bucket: 'not-mine' })
    expect(await failureOf(client.write('one', bytesSource('one')))).toMatchObject({
      code: 'permission-denied',
      hint: expect.stringContaining('s3:CreateBucket'),
    })
  })
})

describe.skipIf(s3Unavailable() !== undefined)('a bucket that is not there', () => {
  test('is the one failure that is taken for a missing bucket: any other makes none', async () => {
    await using server = await s3Server()
    await using between = await recorder(server.url)
    const settings = { ...server.settings, endpoint: between.endpoint, 'create-bucket': true }
    const wrong = [
      { 'secret-access-key': 'wrong' },
      { 'access-key-id': 'NOBODY' },
      { ...(await server.addAccount('guest')), endpoint: between.endpoint },
    ]
    for (const more of wrong) {
      await using client = await open({ ...settings, ...more }, { home: home.path })
      expect(await failureOf(client.write('one', bytesSource('one')))).not.toMatchObject({ code: 'not-found' })
    }
    expect(between.made).toEqual([])
  })

  test('is told of a conditional write without a word about the object that would have shown what the endpoint honours', async () => {
    await using server = await s3Server()
    const warnings: string[] = []
    await using client = await open({ ...server.settings, bucket: 'nowhere' }, { home: home.path, warnings })
    expect(await failureOf(client.write('one', bytesSource('x'), { condition: { if: 'absent' } }))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no bucket "nowhere"'),
    })
    expect(warnings).toEqual([])
  })
})
