import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Bench } from './bench.ts'
import type { ChildReport, ChildTask } from './child-task.ts'
import { conformanceEnvironment } from './open-client.ts'

/** How a process of the suite ended; `report` is absent when it was killed. */
export interface ChildResult {
  readonly signal: NodeJS.Signals | null
  readonly report: ChildReport | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs a task in a process of its own, with the bench's settings and home. */
export async function runChild(
  { harness, home, unwritten }: Bench,
  task: Pick<ChildTask, 'kind' | 'path' | 'file' | 'killAfterBytes'>,
): Promise<ChildResult> {
  if (harness.child === undefined) throw new Error('this case must declare that it needs a child')
  const whole: ChildTask = {
    ...task,
    unwritten,
    module: harness.child.module.href,
    export: harness.child.export,
    settings: harness.settings,
    home,
  }
  // From its sources the suite runs its sources; built, what was built.
  const built = import.meta.url.endsWith('.js')
  const entry = fileURLToPath(new URL(built ? './child.js' : './child.ts', import.meta.url))
  const child = spawn(process.execPath, [...(built ? [] : ['--conditions=@fairlead/source']), entry], {
    env: conformanceEnvironment(home),
    stdio: 'pipe',
  })
  const ended = new Promise<NodeJS.Signals | null>(resolve => child.once('close', (_code, signal) => resolve(signal)))
  child.stdin.end(JSON.stringify(whole))
  const [stdout, stderr, signal] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (signal === null && stdout === '') throw new Error(`the process failed: ${stderr}`)
  return { signal, stdout, stderr, report: signal === null ? JSON.parse(stdout) : undefined }
}
