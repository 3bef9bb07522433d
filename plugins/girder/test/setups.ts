import { randomUUID } from 'node:crypto'
import { faultProxy, girderServer, girderUnavailable, type GirderServer, type Harness, type Setup } from '@fairlead/testkit'
import { RawCollection } from './raw.ts'

/** A Girder from its Python packages behind the fault proxy: one for all groups, a collection for each. */
export const realGirder: Setup = {
  name: 'a real Girder',
  hermetic: false,
  unavailable: girderUnavailable,
  start: async () => await startPlace(await server()),
}

let running: Promise<GirderServer> | undefined

/** Ends with this process. */
function server(): Promise<GirderServer> {
  return (running ??= girderServer())
}

async function startPlace(girder: GirderServer): Promise<Harness> {
  const proxy = await faultProxy(girder.url)
  const name = `place-${randomUUID()}`
  const raw = new RawCollection(girder, await girder.makeCollection(name))
  return {
    settings: { url: proxy.url.href, 'api-key': girder.admin.apiKey, root: `/collection/${name}` },
    faults: proxy,
    child: { module: new URL('../src/index.ts', import.meta.url), export: 'girder' },
    readBack: async path => await raw.read(path),
    seed: async objects => await raw.seed(objects),
    corrupt: async path => await raw.corrupt(path),
    expireUploads: async () => await raw.expireUploads(),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
    },
  }
}
