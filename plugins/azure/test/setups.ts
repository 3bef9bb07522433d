import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { globalAgent } from 'node:https'
import { azureServer, faultProxy, type AzureServer, type Harness, type Setup } from '@fairlead/testkit'
import { authority, identityEndpoint, serverWithLogins, type IdentityEndpoint } from './identity.ts'

let started: Promise<AzureServer> | undefined
let containers = 0

/** One emulator for all tests of a file; it ends with the process. */
export async function sharedServer(): Promise<AzureServer> {
  started ??= azureServer({ inMemory: true })
  return await started
}

/** A name that no other container of the emulator has. */
export function newContainer(): string {
  containers += 1
  return `place-${process.pid}-${containers}`
}

const prefix = 'some/root'

/** Microsoft's emulator behind the fault proxy: a container of its own, in which a folder is the root. */
export const azurite: Setup = {
  name: 'Azurite',
  hermetic: true,
  lacks: {
    'read/reads an earlier version': 'Azurite keeps no versions',
    'list/lists every version, the newest first within a path, and each can be read': 'Azurite keeps no versions',
  },
  start: async () => await startPlace(await sharedServer()),
}

let withLogins: Promise<AzureServer> | undefined
let identity: Promise<IdentityEndpoint> | undefined

/** The same entered with tokens of Azure AD, each of which is good for a short time only. */
export const azuriteWithLogin: Setup = {
  name: 'Azurite with a login',
  hermetic: true,
  lacks: {
    'token/refreshes a token that expires between two pages, once': 'its 2,500 entries are one page of this service',
  },
  async start() {
    withLogins ??= serverWithLogins()
    // The proxy asks the emulator by https.
    globalAgent.options.ca = readFileSync(authority)
    // Less than what the package keeps a token for; one for all, since the package asks only the first that it found.
    identity ??= identityEndpoint(200)
    await identity
    const place = await startPlace(await withLogins)
    const { account: _account, 'account-key': _key, ...settings } = place.settings
    return { ...place, settings: { ...settings, 'azure-ad': true } }
  },
}

async function startPlace(server: AzureServer): Promise<Harness> {
  const container = newContainer()
  await server.makeContainer(container)
  const faults = await faultProxy(server.url)
  const blobOf = (path: string): string => `/${container}/${`${prefix}/${path}`.split('/').map(encodeURIComponent).join('/')}`
  return {
    settings: { ...server.settings, endpoint: faults.url.href, container, prefix, 'part-size': 1024 * 1024 },
    faults,
    child: { module: new URL('../src/index.ts', import.meta.url), export: 'azure' },
    async readBack(path) {
      const answer = await server.request('GET', blobOf(path))
      const bytes = new Uint8Array(await answer.arrayBuffer())
      return answer.ok ? bytes : undefined
    },
    async seed(objects) {
      const left = Iterator.from(objects)
      const work = async (): Promise<void> => {
        for (const { path, body } of left)
          await done(server.request('PUT', blobOf(path), { headers: { 'x-ms-blob-type': 'BlockBlob' }, body }))
      }
      await Promise.all(Array.from({ length: 16 }, work))
    },
    async corrupt(path) {
      const before = await server.request('GET', blobOf(path))
      const body = new Uint8Array(await before.arrayBuffer())
      const md5 = before.headers.get('content-md5') ?? createHash('md5').update(body).digest('base64')
      body[0] = (body[0] ?? 0) ^ 1
      // Of a list of blocks the service takes any checksum.
      const block = encodeURIComponent(Buffer.from('changed').toString('base64'))
      await done(server.request('PUT', `${blobOf(path)}?comp=block&blockid=${block}`, { body }))
      const kept = [...before.headers].filter(([name]) => name.startsWith('x-ms-meta-'))
      await done(
        server.request('PUT', `${blobOf(path)}?comp=blocklist`, {
          headers: { ...Object.fromEntries(kept), 'x-ms-blob-content-md5': md5 },
          body: `<?xml version="1.0" encoding="utf-8"?><BlockList><Latest>${decodeURIComponent(block)}</Latest></BlockList>`,
        }),
      )
    },
    async expireUploads() {
      const xml = await (await server.request('GET', `/${container}?restype=container&comp=list&include=uncommittedblobs`)).text()
      for (const [, name = '', length] of xml.matchAll(/<Name>([^<]+)<\/Name>.*?<Content-Length>(\d+)</g)) {
        if (length !== '0') continue
        const blob = `/${container}/${name.split('/').map(encodeURIComponent).join('/')}`
        await done(server.request('PUT', blob, { headers: { 'x-ms-blob-type': 'BlockBlob' }, body: '' }))
        await done(server.request('DELETE', blob))
      }
    },
    async [Symbol.asyncDispose]() {
      await faults[Symbol.asyncDispose]()
      await done(server.request('DELETE', `/${container}?restype=container`))
    },
  }
}

async function done(call: Promise<Response>): Promise<void> {
  const answer = await call
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the emulator answered ${answer.status}: ${text}`)
}
