import { randomUUID } from 'node:crypto'
import { faultProxy, swiftServer, swiftUnavailable, type Harness, type Setup, type SwiftServer } from '@fairlead/testkit'
import { Raw, type RawLogin } from './raw.ts'

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

async function startPlace({ url, login }: { readonly url: URL; readonly login: RawLogin }): Promise<Harness> {
  const proxy = await faultProxy(url)
  const container = `place-${randomUUID()}`
  const raw = await Raw.logIn(login)
  await raw.makeContainer(container)
  return {
    settings: {
      'auth-url': new URL(login.authUrl.pathname, proxy.url).href,
      username: login.username,
      password: login.password,
      container,
    },
    faults: proxy,
    child: { module: new URL('../src/index.ts', import.meta.url), export: 'swift' },
    readBack: async path => await raw.read(container, path),
    seed: async objects => await raw.writeAll(container, objects),
    corrupt: async path => await raw.corrupt(container, path),
    expireUploads: async () => await raw.removeAll(container, '.file-segments/'),
    async [Symbol.asyncDispose]() {
      await raw.removeAll(container, '')
      await proxy[Symbol.asyncDispose]()
    },
  }
}
