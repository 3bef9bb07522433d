import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hrtime } from 'node:process'

/** One process to run: nothing of it is timed from inside unless it reports so itself. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Whether it prints a report as its last line; the output of others is thrown away. */
  readonly reports?: boolean
}

/** What a program of `work/` prints about itself. */
interface Report {
  /** Things it dealt with; checked against what there was to deal with. */
  readonly count: number
  /** The part of its time that counts, where starting up and preparing must not. */
  readonly seconds?: number
}

/** One process, measured from outside. */
export interface Measured {
  /** From the start to the end of the process, by the monotonic clock. */
  readonly wallSeconds: number
  /** User and system time of the process and of those it waited for, in steps of 10 ms; undefined where the system has no /proc. */
  readonly cpuSeconds: number | undefined
  /** The most memory that was resident, looked at every 10 ms; undefined where the system has no /proc, or for less than that. */
  readonly peakBytes: number | undefined
  readonly report: Report | undefined
}

const ticksPerSecond = 100
const lookMs = 10

/** Clock ticks of all children that were waited for: fields 16 and 17 of proc_pid_stat(5). */
function childTicks(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const text = readFileSync('/proc/self/stat', 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[13]) + Number(fields[14])
}

/** The high-water mark of a process; undefined once it has ended. */
function peakOf(pid: number): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found === null ? undefined : Number(found[1]) * 1024
  } catch {
    return undefined // It ended between two looks: the last one stands.
  }
}

function parseReport(output: string): Report {
  const value: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '')
  if (typeof value !== 'object' || value === null || !('count' in value) || typeof value.count !== 'number') {
    throw new Error(`No report: ${output}`)
  }
  return { count: value.count, ...('seconds' in value && typeof value.seconds === 'number' && { seconds: value.seconds }) }
}

/** What tells why, of a program that may have said the same of each of its files. */
function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-20).join('\n')
}

/** Runs a program to its end. Throws when it fails, with what it said. */
export async function runProgram({ command, args, env, cwd, reports = false }: Program): Promise<Measured> {
  const ticks = childTicks()
  const start = hrtime.bigint()
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', reports ? 'pipe' : 'ignore', 'pipe'] })
  let [output, errors] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', text => (output += text))
  child.stderr?.setEncoding('utf8').on('data', text => (errors += text))
  let peakBytes: number | undefined
  const look = () => {
    if (child.pid !== undefined) peakBytes = peakOf(child.pid) ?? peakBytes
  }
  const looking = process.platform === 'linux' ? setInterval(look, lookMs) : undefined
  try {
    const ended = Promise.withResolvers<bigint>()
    let end = start
    child.on('error', ended.reject)
    child.on('exit', () => (end = hrtime.bigint()))
    child.on('close', code => {
      if (code === 0) ended.resolve(end)
      else ended.reject(new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${lastLines(errors + output)}`))
    })
    const wallSeconds = Number((await ended.promise) - start) / 1e9
    const after = childTicks()
    return {
      wallSeconds,
      cpuSeconds: ticks === undefined || after === undefined ? undefined : (after - ticks) / ticksPerSecond,
      peakBytes,
      report: reports ? parseReport(output) : undefined,
    }
  } finally {
    clearInterval(looking)
  }
}
