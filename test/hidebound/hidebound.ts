import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Hidebound starts a cluster for every phase, some two seconds each on an idle machine. */
export const timeout = 240_000

/** What Hidebound says of a file. */
export interface HideboundRow {
  /** Relative to the ingress, with a slash before it. */
  readonly path: string
  readonly specification: string | null
  readonly file_error: string | null
  readonly traits: Readonly<Record<string, unknown>>
  readonly asset_name: string | null
  readonly asset_path: string | null
  readonly asset_type: string | null
  readonly asset_error: string | null
  readonly asset_valid: boolean
}

/** Why there is no Hidebound to compare with; undefined when there is one. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function hideboundMissing(): string | undefined {
  const python = process.env['FAIRLEAD_HIDEBOUND_PYTHON']
  if (python !== undefined && existsSync(python)) return undefined
  const reason = `${python === undefined ? 'FAIRLEAD_HIDEBOUND_PYTHON is not set' : `there is no ${python}`}: tools/hidebound/README.md says how to install Hidebound`
  if (process.env['FAIRLEAD_REQUIRE_SERVERS'] === '1') throw new Error(reason)
  return reason
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { status, out: stdout, err: stderr }
}

/** Runs one step of the real Hidebound. */
export function hidebound(...args: readonly string[]): { readonly rows: readonly HideboundRow[] } {
  const python = process.env['FAIRLEAD_HIDEBOUND_PYTHON'] ?? ''
  const { status, out, err } = run(python, [join(root, 'tools/hidebound/driver.py'), ...args], process.env)
  if (status !== 0) throw new Error(`Hidebound ended with ${status}:\n${err}${out}`)
  const answer: { rows?: readonly HideboundRow[] } = JSON.parse(out.trim().split('\n').at(-1) ?? '')
  return { rows: answer.rows ?? [] }
}

/** Runs our command line with a home of its own. */
export function fairlead(
  home: string,
  ...args: readonly string[]
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('FAIRLEAD_'))
  const { status, out, err } = run(process.execPath, [join(root, 'packages/cli/bin/fairlead.js'), ...args], {
    ...Object.fromEntries(own),
    FAIRLEAD_HOME: home,
  })
  return { code: status, out, err }
}
