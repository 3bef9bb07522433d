import type { AnyPlugin } from '@fairlead/core'
import { createClient, type Client } from '@fairlead/core/host'
import type { PlainSettings } from './harness.ts'

/** What the suite's processes see of an environment: nothing of the caller's but the way to programs. */
export function conformanceEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' }
}

/** A client whose settings, journal, facts and tokens lie below `home`. */
export async function openClient(
  plugin: AnyPlugin,
  settings: PlainSettings,
  home: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Client> {
  return await createClient(plugin, settings, { env: { ...conformanceEnvironment(home), ...env } })
}
