import { randomUUID } from 'node:crypto'
import { faultProxy, girderInMemory, girderServer, girderUnavailable, type GirderServer, type Harness, type Setup } from '@fairlead/testkit'
import { toName } from '../src/mapping.ts'
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

/** A server in this process that answers as Girder does: it always runs. */
export const memoryGirder: Setup = {
  name: 'a Girder in memory',
  hermetic: true,
  async start(): Promise<Harness> {
    const girder = await girderInMemory()
    const { store } = girder
    const proxy = await faultProxy(girder.url)
    const collection = store.add('collection', '', 'place')
    const folderOf = (parts: readonly string[]): string => {
      let parent = collection._id
      for (const name of parts) parent = (store.children(parent, 'folder', name)[0] ?? store.add('folder', parent, name))._id
      return parent
    }
    const namesOf = (path: string): readonly string[] => {
      const names = path.split('/').map(toName)
      return names.length === 1 ? ['(root)', ...names] : names
    }
    return {
      settings: { url: proxy.url.href, 'api-key': girder.apiKey, root: '/collection/place' },
      faults: proxy,
      child: { module: new URL('../src/index.ts', import.meta.url), export: 'girder' },
      readBack: async path => girder.file(['place', ...namesOf(path)])?.body,
      async seed(objects) {
        for (const { path, body } of objects) {
          const names = namesOf(path)
          const name = names.at(-1) ?? ''
          store.addFile(store.add('item', folderOf(names.slice(0, -1)), name)._id, name, 'application/octet-stream', Buffer.from(body))
        }
      },
      async corrupt(path) {
        const file = girder.file(['place', ...namesOf(path)])
        if (file === undefined) throw new Error(`nothing is at ${path}`)
        file.body = Buffer.from(file.body)
        file.body[0] = (file.body[0] ?? 0) ^ 1
      },
      expireUploads: async () => store.uploads.clear(),
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]()
        await girder[Symbol.asyncDispose]()
      },
    }
  },
}
