import { FairleadError } from '../../contract/errors.ts'
import { environmentValue, type Environment } from './environment.ts'
import { nearest } from '../settings/nearest.ts'
import type { Registry } from './registry.ts'
import type { SettingsFile } from '../settings/settings-file.ts'
import { environmentNames } from '../settings/settings-sources.ts'
import type { SettingInput } from '../settings/settings-values.ts'

/** A connection that is there without being configured. */
export interface BuiltIn {
  readonly client: string
  /** Asked for when it is connected to: making its folder can wait until then. */
  settings(): Readonly<Record<string, SettingInput>>
}

/** A connection as lists show it. */
export interface ConnectionInfo {
  readonly name: string
  readonly client: string
  /** `settings`: stored; `built-in`: there by itself; `client`: a client's default connection. */
  readonly source: 'settings' | 'built-in' | 'client'
  readonly active: boolean
  /** False: its client is not installed. */
  readonly installed: boolean
}

/** Which connections there are and which is active. */
export interface Connections {
  list(): readonly ConnectionInfo[]
  active(): { readonly name: string; readonly source: 'argument' | 'environment' | 'settings' | 'default' }
  /** The client of a connection; `config-invalid` when there is none of that name. */
  clientOf(name: string): string
  /** What each variable of the environment sets, for connections that exist and for Fairlead itself. */
  environmentNames(): ReadonlyMap<string, string>
}

/** Variables of Fairlead's own, which no connection's setting may share. */
const reserved = [
  'FAIRLEAD_HOME',
  'FAIRLEAD_CLIENT',
  'FAIRLEAD_SECRETS',
  'FAIRLEAD_LOG_LEVEL',
  'FAIRLEAD_LOG_FORMAT',
  'FAIRLEAD_CA_FILE',
  'FAIRLEAD_BANDWIDTH',
  'FAIRLEAD_CONCURRENCY',
]

/** The connections of the settings file, the built-in ones, and each client's default one. */
export function createConnections(init: {
  readonly registry: Registry
  readonly file: SettingsFile
  readonly builtIns: Readonly<Record<string, BuiltIn>>
  readonly env: Environment
  /** `--client`. */
  readonly client?: string
}): Connections {
  const { registry, file, builtIns, env } = init

  const active: Connections['active'] = () => {
    if (init.client !== undefined) return { name: init.client, source: 'argument' }
    const fromEnvironment = environmentValue(env, 'FAIRLEAD_CLIENT')
    if (fromEnvironment !== undefined) return { name: fromEnvironment, source: 'environment' }
    const used = file.read().active
    return used === undefined ? { name: 'local', source: 'default' } : { name: used, source: 'settings' }
  }

  const known = (): ReadonlyMap<string, Pick<ConnectionInfo, 'client' | 'source'>> => {
    const all = new Map<string, Pick<ConnectionInfo, 'client' | 'source'>>()
    for (const { name } of registry.manifests) all.set(name, { client: name, source: 'client' })
    for (const [name, { client }] of Object.entries(builtIns))
      if (registry.find(client) !== undefined) all.set(name, { client, source: 'built-in' })
    for (const [name, { client }] of Object.entries(file.read().connections)) all.set(name, { client, source: 'settings' })
    return all
  }

  return {
    active,
    list() {
      const current = active().name
      return [...known()]
        .map(([name, connection]) => ({
          name,
          ...connection,
          active: name === current,
          installed: registry.find(connection.client) !== undefined,
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    },
    clientOf(name) {
      const all = known()
      const connection = all.get(name)
      if (connection !== undefined) return connection.client
      registry.refuseUnusable(name)
      const missing = Object.hasOwn(builtIns, name) ? builtIns[name]?.client : undefined
      const meant = nearest(name, all.keys())
      throw new FairleadError('config-invalid', `there is no connection "${name}"`, {
        connection: name,
        hint:
          (meant === undefined ? '' : `Did you mean "${meant}"? `) +
          `If it is a client, install it with \`${registry.installCommand(missing ?? name)}\`; otherwise, add it with \`fairlead client add ${name} CLIENT\`.`,
      })
    },
    environmentNames() {
      const taken = new Map(reserved.map(variable => [variable, 'Fairlead itself']))
      for (const [connection, { client }] of known()) {
        for (const variable of environmentNames(connection, registry.find(client)?.options ?? {}).keys())
          taken.set(variable, `connection "${connection}"`)
      }
      return taken
    },
  }
}
