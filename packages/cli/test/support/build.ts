import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The root of the workspace. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url))
const dist = join(root, 'packages/cli/dist')
const sources = [
  'packages/cli/src',
  'packages/core/src',
  'packages/assets/src',
  'packages/engine/src',
  'packages/catalog/src',
  ...readdirSync(join(root, 'plugins')).map(name => `plugins/${name}/src`),
]

function newest(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => statSync(join(folder, name)).mtimeMs)
  return times.reduce((most, time) => Math.max(most, time), 0)
}

function isStale(): boolean {
  const built = join(dist, 'reference.json')
  return !existsSync(built) || sources.some(folder => newest(join(root, folder)) > statSync(built).mtimeMs)
}

function build(): void {
  const path = [
    dirname(process.execPath),
    join(root, '.tools/node_modules/.bin'),
    join(root, 'node_modules/.bin'),
    process.env.PATH ?? '',
  ].join(delimiter)
  const words = ['run', 'build', '--filter=fairlead', '--output-logs=errors-only']
  const { status, stdout, stderr } = spawnSync('turbo', words, { cwd: root, env: { ...process.env, PATH: path }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the command line was not built:\n${stdout}${stderr}`)
  // What came out of turbo's cache may be older than a source whose text is the same again.
  const now = new Date()
  utimesSync(join(dist, 'reference.json'), now, now)
}

/**
 * The tests run what is built. A run of the tests (one parent process) looks once whether a source is younger, and builds
 * then: building while other test files run would take their program away.
 */
export async function built(): Promise<void> {
  const lock = join(root, 'packages/cli/node_modules/.building')
  const mark = join(root, 'packages/cli/node_modules/.built')
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      // Left by a run that was killed.
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 240_000)
        rmSync(lock, { recursive: true, force: true })
      await sleep(200)
    }
  }
  try {
    if (existsSync(mark) && readFileSync(mark, 'utf8') === String(process.ppid)) return
    if (isStale()) build()
    writeFileSync(mark, String(process.ppid))
  } finally {
    rmSync(lock, { recursive: true })
  }
}
