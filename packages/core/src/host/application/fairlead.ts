import { FairleadError } from '../../contract/errors.ts'
import type { Log } from '../../contract/host.ts'
import type { AnyPlugin, Manifest } from '../../contract/manifest.ts'
import { isConnectionName } from '../../contract/reference.ts'
import { buildClient } from './build-client.ts'
import type { Client } from '../client.ts'
import { createConnections, type BuiltIn, type ConnectionInfo } from './connections.ts'
import type { Environment } from './environment.ts'
import { createRegistry, type ClientHints, type LazyClient } from './registry.ts'
import type { LoginVerbs } from '../login/login-verbs.ts'
import type { Folders, Locks } from '../runtime.ts'
import { createSettingsFile, storedConnection, type StoredConnection, type StoredSettings } from '../settings/settings-file.ts'
import { environmentNames } from '../settings/settings-sources.ts'
import type { SettingInput } from '../settings/settings-values.ts'
import type { SyncVerbs } from '../sync/sync-verbs.ts'
import { createConnectionSettings, type ConnectionSettings, type SavedSetting } from '../settings/settings.ts'
import { createSurroundings, type SurroundingsOptions } from './surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { copyPairs } from '../transfer/copy.ts'
import type { CopyFilesOptions, CopyFilesResult } from '../transfer/copy-types.ts'
import { resolveCopy } from '../transfer/ends.ts'

/** What an application runs on; only the clients are needed. */
export interface FairleadOptions extends SurroundingsOptions, ClientHints {
  readonly clients: ReadonlyArray<AnyPlugin | LazyClient>
  /** `--set`: `connection.setting` for that connection, `setting` for every connection that has it. */
  readonly set?: Readonly<Record<string, string>>
  /** `--client`: the active connection. */
  readonly client?: string
  /** Connections that are there without being configured; default `local`, a disk connection, where that client is. */
  readonly builtIns?: Readonly<Record<string, BuiltIn>>
}

/** The connections of this machine, and the way to them. */
export interface Fairlead extends SyncVerbs, LoginVerbs, AsyncDisposable {
  readonly env: Environment
  readonly folders: Folders
  readonly locks: Locks
  readonly log: Log
  readonly terminal: Terminal
  /** The file of the named connections. */
  readonly settingsPath: string
  /** The manifests of the registered clients. */
  clients(): readonly Manifest[]
  /** Every connection that can be connected to, the active one marked. */
  connections(): readonly ConnectionInfo[]
  /** `--client` > `FAIRLEAD_CLIENT` > `client use` > `local`, and which of them it was. */
  active(): { readonly name: string; readonly source: 'argument' | 'environment' | 'settings' | 'default' }
  /** Connects by name (default: the active one); settings given here come before all others. The caller disposes the client, or the Fairlead does. */
  connect(name?: string, settings?: Readonly<Record<string, SettingInput | undefined>>): Promise<Client>
  /**
   * Copies files and objects between this machine and connections, or between two connections, as `fairlead copy` does: see
   * {@link resolveCopy} for what the ends mean, {@link copyPairs} for what becomes of each file.
   */
  copy(source: string | readonly string[], destination: string, options?: CopyFilesOptions): Promise<CopyFilesResult>
  /** The settings of a connection, without connecting. */
  settings(name: string): ConnectionSettings
  /** A new named connection; `already-exists` for a name that is taken. */
  add(name: string, client: string, settings?: Readonly<Record<string, SettingInput>>): Promise<readonly SavedSetting[]>
  /** Makes a connection the active one. */
  use(name: string): Promise<void>
  set(name: string, settings: Readonly<Record<string, SettingInput>>): Promise<readonly SavedSetting[]>
  /** Connects, lets the client make a new value for a setting that is `generated`, and stores it. */
  generate(name: string, setting: string): Promise<SavedSetting>
  /** Forgets stored settings; `left` names those whose secret a keychain that did not answer may still hold. */
  unset(name: string, settings: readonly string[]): Promise<{ readonly removed: readonly string[]; readonly left: readonly string[] }>
  /** Forgets a connection with its settings, secrets and tokens. What it stores stays. `not-found` when nothing of it is stored. */
  remove(name: string): Promise<void>
}

/** The connections over these clients. Nothing is opened, loaded or made before the first use. */
export function createFairlead(options: FairleadOptions): Fairlead {
  const around = createSurroundings(options)
  const registry = createRegistry(options.clients, options)
  const file = createSettingsFile(around.configFolder, around.locks)
  const builtIns: Readonly<Record<string, BuiltIn>> = options.builtIns ?? {
    local: { client: 'disk', settings: () => ({ root: around.folders.data }) },
  }
  const connections = createConnections({
    registry,
    file,
    builtIns,
    env: around.env,
    ...(options.client !== undefined && { client: options.client }),
  })
  const open = new Set<Client>()

  /** The `--set` of one connection; a name with its connection wins over one without. */
  const setFor = (connection: string, manifest: Manifest): Readonly<Record<string, string>> => {
    const given = Object.entries(options.set ?? {})
    // One that names a connection which isn't there would be lost without a word.
    for (const [name] of given) if (name.includes('.')) connections.clientOf(name.slice(0, name.indexOf('.')))
    const general = given.filter(([name]) => !name.includes('.') && (Object.hasOwn(manifest.options, name) || !isSettingOfAny(name)))
    const own = given
      .filter(([name]) => name.startsWith(`${connection}.`))
      .map(([name, value]) => [name.slice(connection.length + 1), value] as const)
    return Object.fromEntries([...general, ...own])
  }
  const isSettingOfAny = (setting: string): boolean => registry.manifests.some(({ options: table }) => Object.hasOwn(table, setting))

  const settingsOf = (
    connection: string,
    argument: Readonly<Record<string, SettingInput | undefined>> = {},
    client?: string,
  ): ConnectionSettings => {
    const manifest = registry.manifest(client ?? connections.clientOf(connection))
    const builtIn = Object.hasOwn(builtIns, connection) ? builtIns[connection]?.settings() : undefined
    const scope = { connection, manifest, argument, set: setFor(connection, manifest), env: around.env, builtIn: builtIn ?? {} }
    return createConnectionSettings({ scope, file, secrets: around.secrets })
  }

  const checkNewName = (name: string, client: string): void => {
    if (!isConnectionName(name)) {
      throw new FairleadError('input-invalid', `"${name}" is not a valid connection name`, {
        hint: 'Use letters, digits, "-" and "_", at most 64 characters, starting with a letter or digit.',
      })
    }
    if (connections.list().some(connection => connection.name === name)) throw nameTaken(name)
    const wanted = environmentNames(name, registry.manifest(client).options)
    const taken = connections.environmentNames()
    const clash = [...wanted.keys()].find(variable => taken.has(variable))
    if (clash !== undefined) {
      throw new FairleadError(
        'input-invalid',
        `"${name}" can't be used as a connection name: ${clash} would be a setting of both it and ${taken.get(clash) ?? ''}`,
        {
          hint: 'Choose another name.',
        },
      )
    }
  }

  const connect: Fairlead['connect'] = async (name = connections.active().name, argument = {}) => {
    const client = connections.clientOf(name)
    const resolve = (): ReturnType<ConnectionSettings['resolve']> => settingsOf(name, argument).resolve()
    const built = await buildClient(await registry.load(client), name, await resolve(), around, resolve)
    const owned: Client = {
      ...built,
      async [Symbol.asyncDispose]() {
        open.delete(owned)
        await built[Symbol.asyncDispose]()
      },
    }
    open.add(owned)
    return owned
  }

  /** Loaded when it is needed: most runs do without. */
  const syncVerbs = async (): Promise<SyncVerbs> => {
    const { createSyncVerbs } = await import('../sync/sync-verbs.ts')
    const { folders, concurrency } = around
    return createSyncVerbs({ folders, connect, ...(concurrency !== undefined && { concurrency }) })
  }

  const loginVerbs = async (): Promise<LoginVerbs> => {
    const { createLoginVerbs } = await import('../login/login-verbs.ts')
    const { clock, log, locks, secrets, redactor } = around
    const manifestOf = (name: string): Manifest => registry.manifest(connections.clientOf(name))
    return createLoginVerbs({ manifestOf, settingsOf, http: () => around.http, clock, log, locks, secrets, redactor })
  }

  return {
    env: around.env,
    folders: around.folders,
    locks: around.locks,
    log: around.log,
    terminal: around.terminal,
    settingsPath: file.path,
    clients: () => registry.manifests,
    connections: () => connections.list(),
    active: () => connections.active(),
    connect,
    async copy(source, destination, copyOptions = {}) {
      const opened = new Map<string, Promise<Client>>()
      const connectEnd = (name = connections.active().name): Promise<Client> => {
        const client = opened.get(name) ?? connect(name)
        opened.set(name, client)
        return client
      }
      try {
        const pairs = await resolveCopy(typeof source === 'string' ? [source] : source, destination, connectEnd, copyOptions)
        return await copyPairs(pairs, { ...(around.concurrency !== undefined && { concurrency: around.concurrency }), ...copyOptions })
      } finally {
        for (const client of await Promise.allSettled(opened.values())) {
          if (client.status === 'fulfilled') await client.value[Symbol.asyncDispose]()
        }
      }
    },
    sync: async (source, dest, syncOptions) => (await syncVerbs()).sync(source, dest, syncOptions),
    login: async (name, loginOptions) => (await loginVerbs()).login(name, loginOptions),
    logout: async (name, logoutOptions) => (await loginVerbs()).logout(name, logoutOptions),
    loginStatus: async name => (await loginVerbs()).loginStatus(name),
    applySync: async (plan, applyOptions) => (await syncVerbs()).applySync(plan, applyOptions),
    settings: name => settingsOf(name),
    async add(name, client, settings = {}) {
      registry.manifest(client)
      checkNewName(name, client)
      // The name is taken under the lock, so that of two who add it at once one is told.
      await file.change(stored => {
        if (storedConnection(stored, name) !== undefined) throw nameTaken(name)
        return withConnection(stored, name, { client, settings: {} })
      })
      try {
        return await settingsOf(name, {}, client).updateAll(settings)
      } catch (error) {
        await file.change(stored => withConnection(stored, name, undefined))
        throw error
      }
    },
    async use(name) {
      connections.clientOf(name)
      await file.change(settings => ({ ...settings, active: name }))
    },
    set: async (name, settings) => settingsOf(name).updateAll(settings),
    async generate(name, setting) {
      await using client = await connect(name)
      return await settingsOf(name).update(setting, await client.generate(setting))
    },
    async unset(name, settings) {
      const [removed, left]: [string[], string[]] = [[], []]
      const stored = settingsOf(name)
      for (const setting of settings) {
        const result = await stored.unset(setting)
        if (result.removed) removed.push(setting)
        if (result.left !== undefined) left.push(setting)
      }
      return { removed, left }
    },
    async remove(name) {
      let found = false
      await file.change(settings => {
        found = storedConnection(settings, name) !== undefined
        return found ? withConnection(settings, name, undefined) : undefined
      })
      if (!found) {
        throw new FairleadError('not-found', `nothing is stored for a connection "${name}"`, {
          connection: name,
          hint: 'See `fairlead client list`.',
        })
      }
      await around.secrets.deleteAll(`${name}/`)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map(client => client[Symbol.asyncDispose]()))
      around[Symbol.dispose]()
    },
  }
}

function nameTaken(name: string): FairleadError {
  return new FairleadError('already-exists', `a connection "${name}" already exists`, {
    connection: name,
    hint: `Change it with \`fairlead client set ${name} SETTING=VALUE\`, or remove it first.`,
  })
}

/** The settings with a connection set, or with undefined removed; the active one is none that was removed. */
function withConnection(settings: StoredSettings, name: string, connection: StoredConnection | undefined): StoredSettings {
  const others = Object.entries(settings.connections).filter(([other]) => other !== name)
  const { active } = settings
  return {
    ...(active !== undefined && (active !== name || connection !== undefined) && { active }),
    connections: Object.fromEntries(connection === undefined ? others : [...others, [name, connection]]),
  }
}
