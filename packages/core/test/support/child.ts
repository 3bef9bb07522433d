import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A real process that runs a script of this folder from the sources. */
export interface Child {
  readonly process: ChildProcess
  /** The next line of its standard output. */
  line(): Promise<string>
  /** Waits for its end; rejects, with what it wrote to standard error, when that is a failure. */
  ended(): Promise<void>
}

/** Starts `test/support/<script>` with arguments; it is killed when the test ends. */
export function startChild(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Child {
  const child = spawn(process.execPath, ['--conditions=@fairlead/source', join(import.meta.dirname, script), ...args], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    async line() {
      const next = await lines.next()
      if (next.done === true) throw new Error(`${script} ended without a line: ${errors}`)
      return next.value
    },
    async ended() {
      const [code] = await exit
      if (code !== 0) throw new Error(`${script} ended with ${String(code)}: ${errors}`)
    },
  }
}
