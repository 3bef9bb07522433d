import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { openAt } from './support.ts'

/** A client of something that answers everything with this, as a success; `service`: with the header that Azure always sends. */
async function clientOf(body: string, service: boolean): Promise<{ readonly client: Client } & AsyncDisposable> {
  const server = createServer((request, response) => {
    request.resume()
    if (service) response.setHeader('x-ms-request-id', 'one')
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const home = mkdtempSync(join(tmpdir(), 'fairlead-azure-'))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme`
  const client = await openAt(home, { endpoint, container: 'assets', 'account-key': 'AAAA' })
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      server.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const listing = (blobs: string, end = '</EnumerationResults>') =>
  `<?xml version="1.0"?><EnumerationResults><Blobs>${blobs}</Blobs><NextMarker/>${end}`
const blob = (name: string, attributes = '') =>
  `<Blob><Name${attributes}>${name}</Name><Properties><Content-Length>1</Content-Length></Properties></Blob>`

describe('a success that something else than the service answered', () => {
  test.each(['<html><body>Please log in.</body></html>', '', '{}'])('is no listing, no object and no write: %j', async body => {
    await using strange = await clientOf(body, false)
    const { client } = strange
    for (const call of [
      () => client.write('x', bytesSource('x')),
      () => client.readBytes('x'),
      () => client.stat('x'),
      () => client.delete(['x']),
      () => Array.fromAsync(client.list('')),
    ])
      expect((await expectError(call(), 'config-invalid')).hint).toContain('endpoint=')
  })
})

describe('a listing', () => {
  test.each(['', '<html><body>Please log in.</body></html>', listing(blob('a'), '')])('that is not whole is an error: %j', async body => {
    await using strange = await clientOf(body, true)
    await expectError(Array.fromAsync(strange.client.list('')), 'unexpected')
  })

  test('leaves out names that nobody can read, and shows the rest', async () => {
    await using strange = await clientOf(listing(blob('%ff%zz', ' Encoded="true"') + blob('a&#x7fffffff;b') + blob('c')), true)
    const found = await Array.fromAsync(strange.client.list('', { recursive: true }))
    expect(found.map(({ path }) => path)).toEqual(['a&#x7fffffff;b', 'c'])
  })
})
