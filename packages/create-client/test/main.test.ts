import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

test('an output that nobody reads is no failure', async () => {
  const file = join(import.meta.dirname, '..', 'src', 'main.ts')
  const program = `const { main } = await import(${JSON.stringify(file)}); process.exitCode = await main(['--help'])`
  const child = spawn(process.execPath, ['--conditions=@fairlead/source', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const ended = new Promise(resolve => child.once('exit', resolve))
  expect([await ended, await text(child.stderr)]).toEqual([0, ''])
})
