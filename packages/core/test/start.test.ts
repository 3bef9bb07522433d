import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** What of Node itself a program has loaded that imports a module. */
function loadedBy(module: string): readonly string[] {
  const script = `await import(${JSON.stringify(module)}); process.stdout.write(JSON.stringify(process.moduleLoadList))`
  const run = spawnSync(process.execPath, ['--conditions=@fairlead/source', '--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout)
}

test.each(['@fairlead/core', '@fairlead/core/host'])(
  '%s loads neither HTTP nor TLS of Node, which take longer than most commands',
  module => {
    const loaded = loadedBy(module)
    expect(loaded).toContain('NativeModule fs')
    for (const heavy of ['http', 'https', 'tls', 'internal/deps/undici/undici']) expect(loaded).not.toContain(`NativeModule ${heavy}`)
  },
)
