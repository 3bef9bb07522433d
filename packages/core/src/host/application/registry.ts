import { FairleadError } from '../../contract/errors.ts'
import type { AnyPlugin, Manifest } from '../../contract/manifest.ts'
import { nearest } from '../settings/nearest.ts'

/** A client whose code is loaded at its first connection; its manifest is known before. */
export interface LazyClient {
  readonly manifest: Manifest
  load(): Promise<AnyPlugin>
}

/** The clients of an application, by name. */
export interface Registry {
  /** In the order they were given. */
  readonly manifests: readonly Manifest[]
  find(client: string): Manifest | undefined
  /** `config-invalid` that names the package to install when there is none of that name. */
  manifest(client: string): Manifest
  load(client: string): Promise<AnyPlugin>
}

/** A registry of these clients. Two of one name are `config-invalid`. */
export function createRegistry(clients: ReadonlyArray<AnyPlugin | LazyClient>): Registry {
  const byName = new Map<string, AnyPlugin | LazyClient>()
  for (const client of clients) {
    const { name } = client.manifest
    if (byName.has(name))
      throw new FairleadError('config-invalid', `two clients are called "${name}"`, { hint: 'Register each client once.' })
    byName.set(name, client)
  }
  const get = (name: string): AnyPlugin | LazyClient => {
    const client = byName.get(name)
    if (client === undefined) throw unknownClient(name, byName.keys())
    return client
  }
  return {
    manifests: [...byName.values()].map(({ manifest }) => manifest),
    find: name => byName.get(name)?.manifest,
    manifest: name => get(name).manifest,
    async load(name) {
      const client = get(name)
      if (!('load' in client)) return client
      const plugin = await client.load()
      if (plugin.manifest.name !== name) {
        throw new FairleadError('plugin-invalid', `the package of client "${name}" holds the client "${plugin.manifest.name}"`)
      }
      return plugin
    },
  }
}

/** The `config-invalid` of a client that is not installed. */
export function unknownClient(name: string, known: Iterable<string>): FairleadError {
  const names = [...known]
  const meant = nearest(name, names)
  const listed = names.length === 0 ? 'No client is installed.' : `Installed: ${names.join(', ')}.`
  return new FairleadError('config-invalid', `no client called "${name}" is installed`, {
    hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}Install it with \`npm install @fairlead/client-${name}\`. ${listed}`,
  })
}
