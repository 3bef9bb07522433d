import type { Capabilities } from './capabilities.ts'
import type { ApiConnection, ConnectionInit } from './connection.ts'
import { commandsProblem, type CommandsSpec } from './commands.ts'
import { FairleadError } from './errors.ts'
import { loginProblem, type OAuthLogin } from './login.ts'
import type { OptionsSpec } from './options.ts'

/** What a client is, as pure data: help, forms and docs read it without running the plugin's code. */
export interface Manifest<S extends OptionsSpec = OptionsSpec, C extends Capabilities = Capabilities> {
  readonly contract: 1
  /** The client's name: lower case, digits, `-`; also its default connection's name. */
  readonly name: string
  readonly title: string
  /** One sentence: what service this is for. */
  readonly summary: string
  /** The npm package that holds the plugin. */
  readonly package: string
  readonly docs?: string
  readonly options: S
  /** The settings that together are one credential, taken from one source only. */
  readonly credentials?: readonly string[]
  /** What tells two endpoints apart (endpoint, account, bucket, root): the settings that key journal rows and facts. */
  readonly identity: readonly string[]
  /** How `fairlead client login` logs in, for services with OAuth 2. */
  readonly login?: OAuthLogin
  /** Commands of its own, for what only this service has: `fairlead NAME COMMAND`. */
  readonly commands?: CommandsSpec
  readonly capabilities: C
}

/** A versioned plugin value. */
export interface Plugin<S extends OptionsSpec = OptionsSpec, C extends Capabilities = Capabilities> {
  readonly contract: 1
  readonly manifest: Manifest<S, C>
  connect(init: ConnectionInit<S>): Promise<ApiConnection<S, C>>
}

/** A plugin of any options: what registries hold. */
export type AnyPlugin = Plugin<OptionsSpec, Capabilities>

const name = /^[a-z][a-z0-9-]{0,31}$/
const setting = /^[a-z][a-z0-9-]*$/

/** Checks a manifest's form and returns the plugin with its types inferred. Throws `plugin-invalid`. */
export function definePlugin<const S extends OptionsSpec, const C extends Capabilities>(plugin: Plugin<S, C>): Plugin<S, C> {
  const { manifest } = plugin
  const refuse = (what: string): never => {
    throw new FairleadError('plugin-invalid', `client "${manifest.name}": ${what}`)
  }
  if (plugin.contract !== 1 || manifest.contract !== 1) refuse(`contract ${String(plugin.contract)} is not one this version knows (1)`)
  if (!name.test(manifest.name)) refuse('its name must be lower-case letters, digits and "-"')
  for (const [key, option] of Object.entries(manifest.options)) {
    if (!setting.test(key)) refuse(`setting "${key}" must be lower-case letters, digits and "-"`)
    if (option.help.trim() === '') refuse(`setting "${key}" has no help`)
  }
  for (const key of [...manifest.identity, ...(manifest.credentials ?? [])]) {
    if (!(key in manifest.options)) refuse(`"${key}" is listed in identity or credentials but is not a setting`)
  }
  const wrong = manifest.login === undefined ? undefined : loginProblem(manifest.login, manifest.options)
  if (wrong !== undefined) refuse(wrong)
  const wrongCommand = commandsProblem(manifest.commands ?? {})
  if (wrongCommand !== undefined) refuse(wrongCommand)
  return plugin
}
