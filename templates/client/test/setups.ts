import { faultProxy, type Harness, type Setup } from '@fairlead/testkit'
import { startFake } from './fake/server.ts'

/** The made-up service in this process, behind a proxy that can break connections and end tokens. */
export const fake: Setup = {
  name: 'a fake of the service',
  hermetic: true,
  async start(): Promise<Harness> {
    const server = await startFake()
    const faults = await faultProxy(server.url)
    return {
      settings: { url: faults.url.href, ...server.settings },
      faults,
      child: { module: new URL('../src/index.ts', import.meta.url), export: 'shelf' },
      readBack: async path => server.files.find(path)?.body,
      async seed(objects) {
        for (const { path, body } of objects) server.files.put(path, body)
      },
      corrupt: async path => server.files.corrupt(path),
      async [Symbol.asyncDispose]() {
        await faults[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  },
}
