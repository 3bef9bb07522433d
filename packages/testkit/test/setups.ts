import { randomUUID } from 'node:crypto'
import type { Harness, Setup } from '../src/index.ts'
import { FaultProxy } from '../src/fault-proxy.ts'
import { MemoryServer } from '../src/memory-server/server.ts'
import type { StoreRules } from '../src/memory-server/store.ts'

/** Which of the memory clients, and what its stores can't keep. */
export interface MemorySetupOptions {
  /** The export of `module` that is the plugin. */
  readonly plugin: string
  /** Default: the memory plugins. */
  readonly module?: URL
  readonly rules?: Partial<StoreRules>
}

/** The setup of a memory client: a server of its own behind a fault proxy, for every group a new store. */
export function memorySetup({
  plugin,
  module = new URL('../src/memory/index.ts', import.meta.url),
  rules = {},
}: MemorySetupOptions): Setup {
  return {
    name: 'a server in memory',
    hermetic: true,
    async start(): Promise<Harness> {
      const server = await new MemoryServer({ key: `memory-key-${randomUUID()}` }).listen()
      const proxy = await new FaultProxy(server.url).listen()
      const name = `store-${randomUUID().slice(0, 8)}`
      const { objects, uploads } = server.store(name, rules)
      return {
        settings: { url: proxy.url.href, key: server.key, store: name },
        faults: proxy,
        child: { module, export: plugin },
        readBack: async path => objects.find(path)?.body,
        seed: async entries => {
          for (const { path, body } of entries) objects.put(path, body, {}, { absent: false })
        },
        corrupt: async path => objects.corrupt(path),
        expireUploads: async () => uploads.expire(),
        async [Symbol.asyncDispose]() {
          await proxy[Symbol.asyncDispose]()
          await server[Symbol.asyncDispose]()
        },
      }
    },
  }
}
