import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyPlugin } from '@fairlead/core'
import type { Harness, PlainSettings, Setup } from './harness.ts'
import { openClient } from './open-client.ts'

/** The variable that gives a setting of a live account. */
const variableOf = (client: string, setting: string): string => `FAIRLEAD_LIVE_${client}_${setting}`.toUpperCase().replaceAll('-', '_')

/**
 * A setup on a real account: `FAIRLEAD_LIVE_<CLIENT>_<SETTING>` in the environment gives its settings, and it runs only where
 * the required ones are there. Each place is a folder of its own below the setting `prefix`, and is removed behind the cases.
 */
export function liveSetup(plugin: AnyPlugin, more: Pick<Harness, 'child' | 'settleMs'> & Pick<Setup, 'lacks'> = {}): Setup {
  const { name: client, options } = plugin.manifest
  const { lacks, ...harness } = more
  return {
    name: 'a live account',
    hermetic: false,
    ...(lacks !== undefined && { lacks }),
    unavailable(env) {
      if (!('prefix' in options)) return `the client ${client} has no setting "prefix" that would keep the cases by themselves`
      const required = Object.entries(options).filter(([, option]) => 'required' in option && option.required === true)
      const missing = required.map(([setting]) => variableOf(client, setting)).filter(name => (env[name] ?? '') === '')
      return missing.length === 0 ? undefined : `${missing.join(' and ')} not set`
    },
    async start() {
      const given: PlainSettings = Object.fromEntries(
        Object.keys(options).flatMap(setting => {
          const value = process.env[variableOf(client, setting)]
          return value === undefined || value === '' ? [] : [[setting, value]]
        }),
      )
      const prefix = [given['prefix'], `fairlead-conformance-${randomUUID()}`].filter(part => part !== undefined).join('/')
      const settings = { ...given, prefix }
      return {
        ...harness,
        settings,
        async [Symbol.asyncDispose]() {
          const home = mkdtempSync(join(tmpdir(), 'fairlead-live-'))
          try {
            await using place = await openClient(plugin, settings, home)
            for (const { path } of await Array.fromAsync(place.list(''))) await place.delete(path, { recursive: true })
          } finally {
            rmSync(home, { recursive: true, force: true })
          }
        },
      }
    },
  }
}
