import { describe } from 'vitest'
import { conformance, type GroupName } from '../../src/index.ts'
import { memorySetup } from '../setups.ts'
import * as plugins from './plugins.ts'
import { expectations, groupOf } from './variants.ts'

const wanted = process.env.FAIRLEAD_BROKEN?.split(',') ?? []

for (const [name, plugin] of Object.entries(plugins)) {
  if (!wanted.includes(name)) continue
  const ids =
    name === 'unbroken'
      ? Object.values(expectations)
      : Object.entries(expectations).flatMap(([variant, id]) => (variant === name ? [id] : []))
  const groups: GroupName[] = ids.flatMap(id => groupOf(id) ?? [])
  describe(name, () => {
    conformance({
      plugin,
      groups,
      timeoutMs: 20_000,
      setups: [memorySetup({ plugin: name, module: new URL('plugins.ts', import.meta.url) })],
    })
  })
}
