import { describe, expect, test } from 'vitest'
import { memory, memoryReadOnly } from '../src/index.ts'
import { capabilitiesTable, settingsTable, updateReadme } from '../src/readme/index.ts'

describe('the tables of a README', () => {
  test('say of each setting its type, whether it is required, and what it is for', () => {
    expect(settingsTable(memory.manifest)).toContain('| `key` | secret | required | The key that buys access tokens. |')
    expect(settingsTable(memory.manifest)).toContain('| `store` | string | `default` | The store on the server. |')
  })

  test('say where else a setting comes from, and what is never stored', () => {
    const options = { ip: { type: 'string', help: 'Who | may.', env: ['IP'], perCommand: true, choices: ['a', 'b'] } } as const
    expect(settingsTable({ options })).toContain('| `ip` | `a`, `b` |  | Who \\| may. Also `IP`. Set per command, never stored. |')
  })

  test('say what a client can do, and within which limits', () => {
    expect(capabilitiesTable(memory.manifest)).toContain('| write | yes | parts, resumable; only if absent or match |')
    expect(capabilitiesTable(memoryReadOnly.manifest)).toContain('| write | no |  |')
  })

  test('replace what stands between their marks and nothing else, however often', () => {
    const text = 'before $& \n<!-- settings -->\nold\n<!-- /settings -->\nafter\n'
    const once = updateReadme(text, memory.manifest)
    expect(once).toMatch(/^before \$& \n<!-- settings -->\n\n\| Setting .*<!-- \/settings -->\nafter\n$/s)
    expect(once).not.toContain('old')
    expect(updateReadme(once, memory.manifest)).toBe(once)
  })
})
