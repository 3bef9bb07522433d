import { execFileSync } from 'node:child_process'
import { arch, cpus, platform, release, totalmem } from 'node:os'

/** Where and with what was measured. */
export interface Machine {
  readonly date: string
  /** The commit, with a plus where files differ from it. */
  readonly commit: string
  readonly node: string
  readonly sqlite: string
  readonly system: string
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  /** Others may have been at work: the load average of the last minute when the bench began. */
  readonly load: number
}

function output(command: string, args: readonly string[], cwd: string): string | undefined {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined // No git, or no repository: a packed copy.
  }
}

/** Describes this machine and the commit that `root` is at. */
export function describeMachine(root: string, load: number): Machine {
  const commit = output('git', ['rev-parse', '--short=12', 'HEAD'], root)
  const changes = output('git', ['status', '--porcelain', '--untracked-files=no'], root)
  return {
    date: new Date().toISOString(),
    commit: commit === undefined ? 'unknown' : `${commit}${changes === '' ? '' : '+'}`,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? '',
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    load,
  }
}

/** One line. */
export function machineText({ date, commit, node, system, processor, cores, memoryBytes, load }: Machine): string {
  const memory = `${Math.round(memoryBytes / 1024 ** 3)} GiB`
  return `${date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, Node ${node}, ${system}, ${cores} × ${processor}, ${memory}, load ${load.toFixed(1)} at the start`
}
