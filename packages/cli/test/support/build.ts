import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
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
  'plugins/disk/src',
]

function newest(folder: string): number {
  const times = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => statSync(join(folder, name)).mtimeMs)
  return times.reduce((most, time) => Math.max(most, time), 0)
}

function isStale(): boolean {
  const built = join(dist, 'reference.json')
  return !existsSync(built) || sources.some(folder => newest(join(root, folder)) > statSync(built).mtimeMs)
}

/** The tests run what is built. It is built anew when a source is younger; one test file at a time does it. */
export async function built(): Promise<void> {
  const lock = join(root, 'packages/cli/node_modules/.building')
  while (isStale()) {
    try {
      mkdirSync(lock)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      await sleep(200)
      continue
    }
    try {
      const path = [
        dirname(process.execPath),
        join(root, '.tools/node_modules/.bin'),
        join(root, 'node_modules/.bin'),
        process.env.PATH ?? '',
      ].join(delimiter)
      const { status, stdout, stderr } = spawnSync('turbo', ['run', 'build', '--filter=fairlead', '--force', '--output-logs=errors-only'], {
        cwd: root,
        env: { ...process.env, PATH: path },
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`the command line was not built:\n${stdout}${stderr}`)
    } finally {
      rmSync(lock, { recursive: true })
    }
  }
}
