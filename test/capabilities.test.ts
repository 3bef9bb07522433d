import { disk } from '@fairlead/client-disk'
import type { AnyPlugin, Capabilities } from '@fairlead/core'
import { plan, type GroupName } from '@fairlead/testkit'
import { expect, test } from 'vitest'

/** The least a shipped client must declare, and the fewest cases the suite must then ask for. */
interface Floor {
  readonly plugin: AnyPlugin
  readonly declares: (capabilities: Capabilities) => Readonly<Record<string, boolean>>
  readonly cases: number
  /** Subjects that must be tested, not only refused. */
  readonly groups: readonly GroupName[]
}

const floors: Readonly<Record<string, Floor>> = {
  disk: {
    plugin: disk,
    declares: ({ list, read, write, remove, share, assets }) => ({
      list: list !== false,
      'read with ranges': read !== false && read.range,
      'read with a validator': read !== false && read.validator,
      'write resumable': write !== false && write.resumable !== false,
      'write only where nothing is': write !== false && write.conditions.includes('absent'),
      'modification times': write !== false && write.modified === 'settable',
      remove: remove !== false,
      'search and export, which stand on list, read and write': list !== false && read !== false && write !== false && assets === 'objects',
      'share, listed and revoked': share !== false && share.list && share.revoke,
    }),
    cases: 165,
    groups: ['read', 'write', 'list', 'remove', 'paths', 'resume', 'assets', 'search', 'share', 'export'],
  },
}

const entries = Object.entries(floors)

test.each(entries)('%s declares what it must', (_name, { plugin, declares }) => {
  const missing = Object.entries(declares(plugin.manifest.capabilities)).filter(([, declared]) => !declared)
  expect(missing.map(([what]) => what)).toEqual([])
})

test.each(entries)('%s is asked for no fewer cases than its floor', (_name, { plugin, cases, groups }) => {
  const planned = plan(plugin.manifest)
  expect(planned.length).toBeGreaterThanOrEqual(cases)
  for (const group of groups) {
    const own = planned.filter(one => one.group === group && !one.case.name.startsWith('refuses to '))
    expect(own.length, group).toBeGreaterThan(2)
  }
})
