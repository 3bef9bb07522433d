import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { bytesSource, FairleadError, type ApiConnection, type Entry } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { expectError } from '@fairlead/testkit'
import { expect, test } from 'vitest'
import { openAt, startPlace, type Place } from './support.ts'

const signal = new AbortController().signal

/** The same container's name in the other account. */
async function otherAccount({ server, container, open }: Place): Promise<Client> {
  const [, other] = server.accounts
  await server.makeContainer(container, other)
  return await open({ endpoint: server.endpoint(other).href, account: other.name, 'account-key': other.key })
}

async function copyAcross(from: Client, to: Client, source: string, target: string): Promise<Entry | undefined> {
  const connection: ApiConnection = to.connection
  try {
    return await connection.doCopyFrom?.(from.connection, { from: source, to: target }, { signal })
  } catch (cause) {
    throw FairleadError.is(cause) ? cause : connection.toError(cause, { name: 'copy', path: target })
  }
}

test('copies from another account within the service, with type, metadata and time', async () => {
  await using place = await startPlace()
  const other = await otherAccount(place)
  const modified = new Date('2001-02-03T04:05:06.000Z')
  await place.client.write('from', bytesSource('body'), { contentType: 'text/x-note', metadata: { 'My-Key': 'größe' }, modified })
  expect(await copyAcross(place.client, other, 'from', 'to')).toMatchObject({ path: 'to', size: 4 })
  expect(await other.stat('to')).toMatchObject({ contentType: 'text/x-note', metadata: { 'My-Key': 'größe' }, modified })
  expect(Buffer.from((await other.readBytes('to')).bytes).toString()).toBe('body')
})

test('copies what is too big for one request in blocks, all or nothing', async () => {
  await using place = await startPlace({ 'part-size': 1024 * 1024 })
  const other = await otherAccount(place)
  const body = Buffer.alloc(9 * 1024 * 1024 + 7, 'all of it')
  await place.client.write('big', bytesSource(body), { contentType: 'video/x-test', metadata: { note: 'kept' } })
  const entry = await copyAcross(place.client, other, 'big', 'copy/big')
  expect(entry).toMatchObject({ size: body.byteLength, contentType: 'video/x-test', metadata: { note: 'kept' } })
  expect(Buffer.compare((await other.readBytes('copy/big', { maxBytes: body.byteLength })).bytes, body)).toBe(0)
})

test('says not-found for what is not there in the other account', async () => {
  await using place = await startPlace()
  const other = await otherAccount(place)
  expect((await expectError(copyAcross(place.client, other, 'nothing', 'to'), 'not-found')).path).toBe('nothing')
  const nowhere = await place.open({ container: 'no-such-container' })
  expect((await expectError(copyAcross(nowhere, other, 'nothing', 'to'), 'not-found')).message).toContain('"no-such-container"')
})

test('leaves a copy to the host where the service can not reach the source', async () => {
  await using place = await startPlace()
  const far = await openAt(place.folder, { account: 'acme', container: 'assets', 'account-key': 'AAAA' })
  expect(await copyAcross(far, place.client, 'from', 'to')).toBeUndefined()
})

/** A service that takes its time to copy: it says how often it was asked, and whether it was told to stop. */
async function slowService(polls: number): Promise<{ readonly server: Server; readonly asked: string[]; readonly endpoint: string }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[1]?.split('=')[0] ?? ''}`)
    const copying = asked.filter(line => line.startsWith('HEAD')).length <= polls
    const headers = { 'x-ms-copy-id': 'c1', 'x-ms-copy-status': copying ? 'pending' : 'success', etag: '"e"', 'content-length': '4' }
    request
      .resume()
      .on('end', () =>
        response
          .writeHead(request.method === 'PUT' ? 202 : 200, request.method === 'PUT' ? { ...headers, 'content-length': '0' } : headers)
          .end(),
      )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, asked, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme` }
}

test('waits for a copy that takes its time', async () => {
  await using place = await startPlace()
  const { server, asked, endpoint } = await slowService(2)
  await using client = await openAt(place.folder, { endpoint, container: 'assets', 'account-key': 'AAAA' })
  expect(await client.copy('from', 'to')).toMatchObject({ path: 'to', size: 4 })
  expect(asked).toEqual(['PUT ', 'HEAD ', 'HEAD ', 'HEAD ', 'HEAD '])
  server.close()
})

test('tells the service to stop a copy that is given up', async () => {
  await using place = await startPlace()
  const { server, asked, endpoint } = await slowService(1000)
  await using client = await openAt(place.folder, { endpoint, container: 'assets', 'account-key': 'AAAA' })
  const controller = new AbortController()
  const reason = new Error('enough')
  const call = client.copy('from', 'to', { signal: controller.signal }).catch((cause: unknown) => cause)
  await expect.poll(() => asked.filter(line => line.startsWith('HEAD')).length, { timeout: 30_000 }).toBeGreaterThan(0)
  controller.abort(reason)
  expect(await call).toBe(reason)
  await expect.poll(() => asked.at(-1)).toBe('PUT comp')
  server.close()
})
