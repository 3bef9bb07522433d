import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const file = join(import.meta.dirname, '..', 'src', 'main.ts')
const program = (...words: readonly string[]): readonly string[] => [
  '--conditions=@fairlead/source',
  '--input-type=module',
  '--eval',
  `const { main } = await import(${JSON.stringify(file)}); process.exitCode = await main(${JSON.stringify(words)})`,
]

test('an output that nobody reads is no failure', async () => {
  const child = spawn(process.execPath, program('--help'), { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const ended = new Promise(resolve => child.once('exit', resolve))
  expect([await ended, await text(child.stderr)]).toEqual([0, ''])
})

test('what this machine can not do is said in two lines, and ends with 1', () => {
  // The sources have no packed template beside them.
  const { status, stderr } = spawnSync(process.execPath, program('--scheme', 'acme', '--yes'), { encoding: 'utf8' })
  expect([status, stderr.trim().split('\n')]).toEqual([
    1,
    [expect.stringContaining('ENOENT: no such file or directory'), expect.stringContaining('Nothing was written.')],
  ])
})
