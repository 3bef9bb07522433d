import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Runs a command quietly in the root folder. `output` is everything it printed, in case somebody must read it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {{ ok: boolean, output: string, stdout: string }}
 */
export function capture(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (done.error) return { ok: false, output: `${command} could not be started: ${done.error.message}`, stdout: '' }
  return { ok: done.status === 0, output: `${done.stdout}${done.stderr}`, stdout: done.stdout }
}

/**
 * Runs one step and prints one line: its name, pass or FAIL, its time; and all of its output only when it failed.
 * @param {string} name
 * @param {() => { ok: boolean, output: string, note?: string } | Promise<{ ok: boolean, output: string, note?: string }>} work
 * @returns {Promise<boolean>}
 */
export async function step(name, work) {
  const start = performance.now()
  const { ok, output, note } = await work()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${ok ? 'pass' : 'FAIL'}  ${name.padEnd(18)} ${seconds.padStart(6)} s${note ? `  ${note}` : ''}`)
  if (!ok) console.log(`${output.trimEnd()}\n`)
  return ok
}

/** Builds every package that changed; what did not comes out of turbo's cache. */
export function build() {
  const { ok, output } = capture('turbo', ['run', 'build', '--output-logs=errors-only', '--continue=dependencies-successful'])
  const cached = /Cached:\s+(\d+) cached, (\d+) total/.exec(output)
  return { ok, output, ...(cached ? { note: `${cached[1]} of ${cached[2]} cached` } : {}) }
}
