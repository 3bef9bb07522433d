import { createHash, randomUUID } from 'node:crypto'
import { faultProxy, swiftServer, swiftUnavailable, type Harness, type Setup, type SwiftServer } from '@fairlead/testkit'
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
