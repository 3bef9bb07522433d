import { BlockBlobClient, newPipeline, StorageSharedKeyCredential, type StoragePipelineOptions } from '@azure/storage-blob'
import { bytesSource } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sharedKey } from '../src/service/signing.ts'
import { startPlace } from './support.ts'

type HttpClient = NonNullable<StoragePipelineOptions['httpClient']>
type Sent = Parameters<HttpClient['sendRequest']>[0]

const account = 'acme'
const key = Buffer.from('not a key, but long enough for one')

/** What the SDK would send to give a blob this metadata. */
async function signedBySdk(metadata: Record<string, string>): Promise<Sent> {
  const sent: Sent[] = []
  const httpClient: HttpClient = {
    async sendRequest(request) {
      sent.push(request)
      return { request, status: 200, headers: request.headers.clone() }
    },
  }
  const credential = new StorageSharedKeyCredential(account, key.toString('base64'))
  const pipeline = newPipeline(credential, { httpClient, retryOptions: { maxTries: 1 } })
  await new BlockBlobClient(`https://${account}.blob.core.windows.net/assets/a/b`, pipeline).setMetadata(metadata)
  const [request] = sent
  if (request === undefined) throw new Error('the SDK sent nothing')
  return request
}

describe('a signature by the key of an account', () => {
  test('is the one of the SDK, whatever the names of metadata are', async () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/)
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.stringMatching(/^[a-z]{1,5}$/), { minKeys: 1 }), async metadata => {
        const request = await signedBySdk({ ...metadata })
        const { authorization, ...headers } = request.headers.toJson()
        const { pathname, search } = new URL(request.url)
        const query = Object.fromEntries(new URLSearchParams(search))
        const contentLength = Number(headers['content-length'] ?? 0)
        expect(sharedKey(account, key, { method: request.method, path: pathname, query, headers, contentLength })).toBe(authorization)
      }),
    )
  })

  test('is taken by the service for keys whose order depends on how "_" counts', async () => {
    await using place = await startPlace()
    const metadata = { a1: 'one', a_b: 'two', ab: 'three', 'a-b': 'four' }
    await place.client.write('named', bytesSource('x'), { metadata })
    expect(await place.client.stat('named')).toMatchObject({ metadata })
  })
})
