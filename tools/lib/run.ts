import { spawnSync, type SpawnSyncOptions } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/** The root folder of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** How a command or a step went. `output` is everything it printed, `note` a few words for its line. */
export interface Outcome {
  readonly ok: boolean
  readonly output: string
  readonly note?: string
}

/** Runs a command quietly, in the root folder unless told otherwise. */
export function capture(command: string, args: readonly string[], options: Pick<SpawnSyncOptions, 'cwd' | 'env'> = {}): Outcome {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (done.error) return { ok: false, output: `${command} could not be run: ${done.error.message}` }
  return { ok: done.status === 0, output: stripVTControlCharacters(`${done.stdout}${done.stderr}`) }
}

/** Runs one step and prints one line: pass or FAIL, its name, its time; and all of its output only when it failed. */
export async function step(name: string, work: () => Outcome | Promise<Outcome>): Promise<boolean> {
  const start = performance.now()
  const { ok, output, note } = await work()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${ok ? 'pass' : 'FAIL'}  ${name.padEnd(18)} ${seconds.padStart(6)} s${note ? `  ${note}` : ''}`)
  if (!ok) console.log(`${output.trim()}\n`)
  return ok
}

/** Builds every package that changed; what did not comes out of turbo's cache. */
export function build(): Outcome {
  const { ok, output } = capture('turbo', ['run', 'build', '--output-logs=errors-only', '--continue=dependencies-successful'])
  const cached = /Cached:\s+(\d+) cached, (\d+) total/.exec(output)
  return { ok, output, ...(cached ? { note: `${cached[1]} of ${cached[2]} cached` } : {}) }
}
