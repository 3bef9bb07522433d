import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bytesSource } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { collect, connect } from './support.ts'

/** A client of a service that answers listings so. */
async function clientOf(
  answer: (asked: URLSearchParams) => unknown,
  status: (method: string, isObject: boolean) => number | undefined = () => undefined,
) {
  const server = createServer((request, response) => {
    const bare = status(request.method ?? '', (request.url ?? '').split('?')[0]?.split('/').length === 5)
    if (bare !== undefined) return void response.writeHead(bare).end()
    response.setHeader('content-type', 'text/html')
    response.end(JSON.stringify(answer(new URL(request.url ?? '', 'http://host').searchParams)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return await connect({ 'storage-url': `http://127.0.0.1:${port}/v1/AUTH_x`, token: 'token', container: 'films' })
}

test('is whole where the service gives fewer in a page than it is asked for, as Ceph does', async () => {
  const names = Array.from({ length: 2500 }, (_, index) => `frame-${String(index).padStart(5, '0')}`)
  const client = await clientOf(asked => {
    const marker = asked.get('marker') ?? ''
    return names
      .filter(name => name > marker)
      .slice(0, Math.min(1000, Number(asked.get('limit'))))
      .map(name => ({ name, bytes: 1 }))
  })
  expect((await collect(client.list('', { recursive: true }))).map(({ path }) => path)).toEqual(names)
})

test.each([{ error: 'busy' }, null, 'text'])('is an error, and no end, where the answer is no listing: %j', async answer => {
  const client = await clientOf(() => answer)
  await expectError(collect(client.list('')), 'unexpected')
})

test('an object and a write are none where a web page answered', async () => {
  const client = await clientOf(asked => (asked.has('format') ? [] : 'Please log in.'))
  for (const call of [() => client.write('x', bytesSource('x')), () => client.readBytes('x'), () => client.stat('x')])
    expect((await expectError(call, 'config-invalid')).message).toContain('is not an object store')
})

test.each([201, 204])('a write that a gateway answers with %i alone is one', async status => {
  const client = await clientOf(
    asked => (asked.has('format') ? [] : {}),
    (method, isObject) => (method === 'PUT' && isObject ? status : undefined),
  )
  expect(await client.write('x', bytesSource('text'))).toMatchObject({ path: 'x', size: 4 })
})
