import { createHash, randomUUID } from 'node:crypto'
import {
  faultProxy,
  seedObject,
  swiftInMemory,
  swiftServer,
  swiftUnavailable,
  type Harness,
  type Setup,
  type SwiftServer,
} from '@fairlead/testkit'
import { Raw } from './raw.ts'

/** Debian's Swift behind the fault proxy: one cluster for all groups, a container for each. */
export const realSwift: Setup = {
  name: 'a real OpenStack Swift',
  hermetic: false,
  unavailable: swiftUnavailable,
  start: async () => await startPlace(await cluster()),
}

let running: Promise<SwiftServer> | undefined

/** Ends with this process. */
function cluster(): Promise<SwiftServer> {
  return (running ??= swiftServer())
}

/** More than so many objects are rows of the listing alone: who seeds them lists them only, and each would cost a write. */
const mostSeeded = 500

async function startPlace(server: SwiftServer): Promise<Harness> {
  const { url, login } = server
  const proxy = await faultProxy(url)
  const container = `place-${randomUUID()}`
  const key = randomUUID()
  const raw = await Raw.logIn(login)
  await raw.makeContainer(container, { 'x-container-meta-temp-url-key': key })
  return {
    settings: {
      'auth-url': new URL(login.authUrl.pathname, proxy.url).href,
      username: login.username,
      password: login.password,
      container,
      'temp-url-key': key,
    },
    faults: proxy,
    child: { module: new URL('../src/index.ts', import.meta.url), export: 'swift' },
    readBack: async path => await raw.read(container, path),
    async seed(objects) {
      const all = [...objects]
      if (all.length <= mostSeeded) return await raw.writeAll(container, all)
      const rows = all.map(({ path, body }) => ({ name: path, bytes: body.byteLength, etag: createHash('md5').update(body).digest('hex') }))
      await server.listRows(container, rows)
    },
    corrupt: async path => server.corrupt(container, path),
    expireUploads: async () => await raw.removeAll(container, '.file-segments/'),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
    },
  }
}

/** A server in this process that answers as Swift does: it always runs. */
export const memorySwift: Setup = {
  name: 'a Swift in memory',
  hermetic: true,
  async start(): Promise<Harness> {
    const server = await swiftInMemory()
    const proxy = await faultProxy(server.url)
    const key = randomUUID()
    const { authUrl, username, password } = server
    const raw = await Raw.logIn({ authUrl, username, password })
    await raw.makeContainer('place', { 'x-container-meta-temp-url-key': key })
    const container = server.account.containers.get('place')
    if (container === undefined) throw new Error('the container is not there')
    return {
      settings: { 'auth-url': new URL('auth/v1.0', proxy.url).href, username, password, container: 'place', 'temp-url-key': key },
      faults: proxy,
      child: { module: new URL('../src/index.ts', import.meta.url), export: 'swift' },
      readBack: async path => await raw.read('place', path),
      async seed(objects) {
        for (const { path, body } of objects) seedObject(container, path, body)
      },
      corrupt: async path => server.corrupt('place', path),
      expireUploads: async () => await raw.removeAll('place', '.file-segments/'),
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  },
}
