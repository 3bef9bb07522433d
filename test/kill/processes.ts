import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command, Report } from './command.ts'

/** When a process is killed: so long after its beginning, or at a boundary of its own calls. */
export type Instant = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'call'; readonly boundary: number }

/** How a process ended. `report` is absent exactly when it was killed. */
export interface Ended {
  readonly report: Report | undefined
  readonly ms: number
}

/** A process that has loaded the library and waits for its command. */
export interface Waiting extends Disposable {
  /** Gives the command, kills at the instant, and resolves when the process is gone. */
  run(command: Command, instant?: Instant): Promise<Ended>
}

function isReport(message: unknown): message is Report {
  return typeof message === 'object' && message !== null && 'boundaries' in message
}

/** Starts a process whose state lies below `home`. */
export async function start(home: string, compileCache: string): Promise<Waiting> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), [], {
    execArgv: ['--conditions=@fairlead/source', '--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env['PATH'], HOME: home, FAIRLEAD_HOME: home, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  let report: Report | undefined
  child.on('message', message => {
    if (isReport(message)) report = message
  })
  await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`The process ended with ${String(code)} before its command.`)
    }),
  ])
  return {
    async run(command, instant) {
      const begun = performance.now()
      child.send({ command, ...(instant?.kind === 'call' && { killAt: instant.boundary }) })
      const stop = new AbortController()
      if (instant?.kind === 'time') {
        wait(instant.ms, undefined, { signal: stop.signal }).then(
          () => child.kill('SIGKILL'),
          (error: unknown) => error,
        )
      }
      const [code, signal]: unknown[] = await exited
      stop.abort()
      const ms = performance.now() - begun
      if (signal === 'SIGKILL') return { report: undefined, ms }
      if (code !== 0 || report === undefined) throw new Error(`The process ended with ${String(code ?? signal)} and without a report.`)
      return { report, ms }
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}
