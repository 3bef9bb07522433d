import type { Capabilities } from '../../contract/capabilities.ts'
import type { Plugin } from '../../contract/manifest.ts'
import type { OptionSpec, OptionsSpec, Secret } from '../../contract/options.ts'
import { buildClient } from './build-client.ts'
import type { Client } from '../client.ts'
import { resolveSettings } from '../settings/settings-resolve.ts'
import type { SettingInput } from '../settings/settings-values.ts'
import { createSurroundings, type SurroundingsOptions } from './surroundings.ts'

type Input<S extends OptionSpec> = S extends { readonly type: 'secret' }
  ? string | Secret
  : S extends { readonly type: 'url' }
    ? string | URL
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'integer' }
        ? number
        : S extends { readonly type: 'integer' | 'bytes' | 'seconds' }
          ? number | string
          : S extends { readonly choices: ReadonlyArray<infer T> }
            ? T
            : string

type Needed<S extends OptionSpec> = S extends { readonly required: true }
  ? S extends { readonly default: string | number | boolean }
    ? false
    : true
  : false

/** Settings as a program writes them, by the option table: texts, numbers, addresses; sizes and times also as `8MiB`, `15m`. */
export type SettingsInput<S extends OptionsSpec> = { readonly [K in keyof S as Needed<S[K]> extends true ? K : never]: Input<S[K]> } & {
  readonly [K in keyof S as Needed<S[K]> extends true ? never : K]?: Input<S[K]> | undefined
}

/** The name of the connection, and the surroundings where the defaults don't fit. */
export interface CreateClientOptions extends SurroundingsOptions {
  /** Default: the client's own name. */
  readonly name?: string
}

/**
 * One client without a registry and without stored settings: `await using store = await createClient(disk, { root })`.
 * What isn't given comes from the environment, then from the defaults. `config-invalid` for settings that can't be.
 */
export async function createClient<S extends OptionsSpec, C extends Capabilities>(
  plugin: Plugin<S, C>,
  settings: SettingsInput<S>,
  options: CreateClientOptions = {},
): Promise<Client> {
  const around = createSurroundings(options)
  const name = options.name ?? plugin.manifest.name
  const argument: Readonly<Record<string, SettingInput | undefined>> = settings
  const scope = { connection: name, manifest: plugin.manifest, argument, set: {}, env: around.env, stored: {}, builtIn: {} }
  const resolved = await resolveSettings(scope, around.secrets)
  const client = await buildClient(plugin, name, resolved, around)
  return {
    ...client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      around[Symbol.dispose]()
    },
  }
}
