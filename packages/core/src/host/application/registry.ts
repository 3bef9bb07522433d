import { FairleadError } from '../../contract/errors.ts'
import type { AnyPlugin, Manifest } from '../../contract/manifest.ts'
import { nearest } from '../settings/nearest.ts'

/** A client whose code is loaded at its first connection; its manifest is known before. */
export interface LazyClient {
  readonly manifest: Manifest
  load(): Promise<AnyPlugin>
}

/** What an application knows of clients beside those it has. */
export interface ClientHints {
  /** Clients that are there and can't be used, by name: what is said when one is asked for. */
  readonly unusable?: ReadonlyMap<string, FairleadError>
  /** The command that installs a client; default `npm install @fairlead/client-NAME`. */
  readonly installCommand?: (client: string) => string
}

/** The clients of an application, by name. */
export interface Registry {
  /** In the order they were given. */
  readonly manifests: readonly Manifest[]
  find(client: string): Manifest | undefined
  /** `config-invalid` that names the package to install when there is none of that name; why it can't be used where it can't. */
  manifest(client: string): Manifest
  load(client: string): Promise<AnyPlugin>
  /** Throws why a client can't be used, where one of that name is there and can't. */
  refuseUnusable(client: string): void
  /** The command that installs a client. */
  installCommand(client: string): string
}

/** A registry of these clients. Two of one name are `config-invalid`. */
export function createRegistry(clients: ReadonlyArray<AnyPlugin | LazyClient>, hints: ClientHints = {}): Registry {
  const { unusable, installCommand = (client: string) => `npm install @fairlead/client-${client}` } = hints
  const byName = new Map<string, AnyPlugin | LazyClient>()
  for (const client of clients) {
    const { name } = client.manifest
    if (byName.has(name))
      throw new FairleadError('config-invalid', `two clients are called "${name}"`, { hint: 'Register each client once.' })
    byName.set(name, client)
  }
  const refuseUnusable = (name: string): void => {
    const reason = byName.has(name) ? undefined : unusable?.get(name)
    if (reason !== undefined) throw reason
  }
  const get = (name: string): AnyPlugin | LazyClient => {
    const client = byName.get(name)
    if (client !== undefined) return client
    refuseUnusable(name)
    throw unknownClient(name, byName.keys(), installCommand(name))
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
        throw new FairleadError('plugin-invalid', `the package of client "${name}" contains the client "${plugin.manifest.name}"`)
      }
      return plugin
    },
    refuseUnusable,
    installCommand,
  }
}

/** The `config-invalid` of a client that is not installed. */
function unknownClient(name: string, known: Iterable<string>, installCommand: string): FairleadError {
  const names = [...known]
  const meant = nearest(name, names)
  const listed = names.length === 0 ? 'No client is installed.' : `Installed: ${names.join(', ')}.`
  return new FairleadError('config-invalid', `no client called "${name}" is installed`, {
    hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}Install it with \`${installCommand}\`. ${listed}`,
  })
}
