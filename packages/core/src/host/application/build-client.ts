import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock, Host, Log } from '../../contract/host.ts'
import type { AnyPlugin, Manifest } from '../../contract/manifest.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Http } from '../../http/http.ts'
import { createLoginTokens, noLogin } from '../login/login-tokens.ts'
import { gatewayOf } from '../login/protocol.ts'
import { createAssetVerbs } from '../assets/asset-verbs.ts'
import { createAttempts } from '../attempts/attempts.ts'
import type { RateLimiter } from '../attempts/attempts-limiter.ts'
import { askForCode, type PromptInput } from '../terminal/auth-prompt.ts'
import type { Client } from '../client.ts'
import { ensureFolder } from '../machine/folders.ts'
import type { Memory } from '../objects/memory-budget.ts'
import { accountOfLogin } from '../login/account.ts'
import { generateSetting } from './generate-setting.ts'
import { createObjectVerbs } from '../objects/object-verbs.ts'
import { checkConnection } from './plugin-check.ts'
import { runCommand } from './run-command.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { ClientRuntime, Folders, Locks } from '../runtime.ts'
import type { SecretStore } from '../secrets/secrets-store.ts'
import { isSecret, type SettingValue } from '../settings/settings-values.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { formatTable } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { createTokenCache } from '../secrets/token-cache.ts'

/** What all connections of one application share. */
export interface Surroundings {
  readonly folders: Folders
  readonly locks: Locks
  readonly secrets: SecretStore
  readonly redactor: Redactor
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
  readonly terminal: Terminal
  readonly input?: PromptInput
  /** Requests in flight at once, for calls that don't say. */
  readonly concurrency?: number
  readonly memory: Memory
  /** One limiter per account. */
  limiter(account: string): RateLimiter
}

/**
 * Connects a plugin with resolved settings and wraps the connection as a client. What the plugin throws comes out as a
 * FairleadError; a connection that isn't what its manifest says is `plugin-invalid`, and closed again. `settingsNow` reads the
 * settings anew, for who logs in again while the client is there.
 */
export async function buildClient(
  plugin: AnyPlugin,
  name: string,
  settings: Readonly<Record<string, SettingValue>>,
  around: Surroundings,
  settingsNow: () => Promise<Readonly<Record<string, SettingValue>>> = async () => settings,
): Promise<Client> {
  const { manifest } = plugin
  for (const value of Object.values(settings)) if (isSecret(value)) around.redactor.hide(value.reveal())
  if (manifest.login !== undefined) gatewayOf(manifest.login, settings, name)
  const host = createHost(name, manifest, settingsNow, around)
  const connection = await connected(plugin, name, { settings, host })
  try {
    checkConnection(manifest, connection)
  } catch (error) {
    await connection[Symbol.asyncDispose]()
    throw error
  }
  const { folders, locks, clock } = around
  const { log, tokens } = host
  const secret = secretSetting(manifest, settings)
  const attempts = createAttempts({
    connection,
    name,
    clock,
    log,
    tokens,
    limiter: around.limiter(accountOf(manifest, settings)),
    login: manifest.login !== undefined,
    ...(secret !== undefined && { secret }),
  })
  const { capabilities } = connection
  const runtime: ClientRuntime = {
    name,
    manifest,
    connection,
    capabilities,
    attempts,
    locks,
    folders,
    clock,
    log,
    identity: identityOf(manifest, settings),
    memory: around.memory,
    ...(around.concurrency !== undefined && { concurrency: around.concurrency }),
  }
  const objects = createObjectVerbs(runtime)
  const assets = createAssetVerbs(runtime, objects)
  let closing: Promise<void> | undefined
  return {
    ...objects,
    ...assets,
    name,
    manifest,
    capabilities,
    identity: runtime.identity,
    connection,
    generate: (setting, options) => generateSetting(runtime, setting, options),
    command: (command, input = {}, options) => runCommand(runtime, command, input, options),
    account: options => accountOfLogin(runtime, options),
    [Symbol.asyncDispose]: () => (closing ??= connection[Symbol.asyncDispose]()),
  }
}

async function connected(plugin: AnyPlugin, name: string, init: Parameters<AnyPlugin['connect']>[0]): ReturnType<AnyPlugin['connect']> {
  try {
    return await plugin.connect(init)
  } catch (cause) {
    if (FairleadError.is(cause)) throw cause.with({ connection: name, operation: 'connect' })
    throw new FairleadError(
      'plugin-invalid',
      `client "${plugin.manifest.name}" failed to connect without saying why in an error of its own`,
      {
        connection: name,
        operation: 'connect',
        hint: `Tell the authors of ${plugin.manifest.package}.`,
        cause,
      },
    )
  }
}

function createHost(
  connection: string,
  { name: client, login }: Manifest,
  settings: () => Promise<Readonly<Record<string, SettingValue>>>,
  around: Surroundings,
): Host {
  const { folders, locks, secrets, redactor, terminal, clock, input } = around
  const log = around.log.child(connection)
  const tokens = createTokenCache({ connection, secrets, locks, redactor })
  return {
    connection,
    get http() {
      return around.http
    },
    clock,
    log,
    tokens,
    login:
      login === undefined
        ? noLogin(connection, client)
        : createLoginTokens({ connection, login, settings, http: () => around.http, clock, log, tokens, secrets, locks, redactor }),
    cacheFolder: () => ensureFolder(join(folders.cache, 'connections', connection)),
    table: (head, rows) => terminal.print(redactor.redact(formatTable(head, rows))),
    spinner: text => startSpinner(terminal, text),
    authorize: request => askForCode(request, { connection, terminal, ...(input !== undefined && { input }) }),
  }
}

/** Endpoint, account, bucket and root: the settings of `manifest.identity`, a secret as its hash. */
function identityOf(manifest: Manifest, settings: Readonly<Record<string, SettingValue>>): string {
  return JSON.stringify([manifest.name, ...manifest.identity.map(name => publicForm(settings[name]))])
}

/** What shares a rate limit: the same client, endpoint and credentials. */
function accountOf(manifest: Manifest, settings: Readonly<Record<string, SettingValue>>): string {
  const names = Object.keys(manifest.options).filter(
    name => manifest.credentials?.includes(name) === true || manifest.options[name]?.type === 'url',
  )
  return JSON.stringify([manifest.name, ...names.map(name => publicForm(settings[name]))])
}

function publicForm(value: SettingValue | undefined): string | null {
  if (value === undefined) return null
  return isSecret(value) ? createHash('sha256').update(value.reveal()).digest('hex') : String(value)
}

/** The secret among the credentials that is set, else the first there could be. */
function secretSetting({ credentials = [], options }: Manifest, settings: Readonly<Record<string, SettingValue>>): string | undefined {
  const secrets = credentials.filter(name => options[name]?.type === 'secret')
  return secrets.find(name => settings[name] !== undefined) ?? secrets[0]
}
