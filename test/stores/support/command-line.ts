import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { PlainSettings } from '@fairlead/testkit'
// @boundaries-ignore The command line is run as its own tests run it.
import { built, root } from '../../../packages/cli/test/support/build.ts'
// @boundaries-ignore The same.
import { bin, place, type Run } from '../../../packages/cli/test/support/run.ts'

/** What every connection of these tests is called. */
export const connection = 'work'

/** The real command line with a home of its own, in which the store's client is installed as a user would have it. */
export interface CommandLine extends Disposable {
  readonly folder: string
  readonly home: string
  /** Writes a file below the folder and gives its path. */
  write(path: string, content: string | Uint8Array): string
  /** Runs a command to its end; the servers and proxies of this process go on meanwhile. */
  run(...args: readonly string[]): Promise<Run>
  /** The same, which must succeed. */
  done(...args: readonly string[]): Promise<string>
  /** The same with --json. */
  json(...args: readonly string[]): Promise<unknown>
  /** Runs a command that must fail, and gives the first error that --json prints, with the exit code. */
  fails(...args: readonly string[]): Promise<Failure>
  start(...args: readonly string[]): ChildProcess
}

/** What a command says when it fails. */
export interface Failure {
  readonly exit: number | null
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** Whose connection it is; the settings named in `secrets` go in by standard input. */
export interface Login {
  readonly client: string
  readonly settings: PlainSettings
  readonly secrets: readonly string[]
}

/** A command line that knows one connection, `work`. */
export async function commandLine({ client, settings, secrets }: Login, extra: NodeJS.ProcessEnv = {}): Promise<CommandLine> {
  await built()
  const here = place(extra)
  const scope = join(here.folder, 'node_modules', '@fairlead')
  mkdirSync(scope, { recursive: true })
  symlinkSync(join(root, 'plugins', client), join(scope, `client-${client}`))

  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [bin, ...args], { cwd: here.folder, env: here.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const run = async (...args: readonly string[]): Promise<Run> => {
    const child = start(args)
    const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    const read = async (stream: typeof child.stdout): Promise<string> => (stream === null ? '' : await text(stream))
    const [out, err, code] = await Promise.all([read(child.stdout), read(child.stderr), ended])
    return { code, out, err }
  }
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await run(...args)
    if (code !== 0) throw new Error(`fairlead ${args.join(' ')} ended with ${code}:\n${err}${out}`)
    return out
  }
  const plain = Object.entries(settings).filter(([name]) => !secrets.includes(name))
  const [first, ...others] = secrets.filter(name => name in settings)
  const add = ['client', 'add', connection, client, '--use', ...plain.flatMap(([name, value]) => ['--set', `${name}=${value}`])]
  const commands = [first === undefined ? add : [...add, '--secret-stdin', first]]
  commands.push(...others.map(name => ['client', 'set', connection, '--secret-stdin', name]))
  for (const command of commands) {
    const { code, out, err } = here.feed(String(settings[command.at(-1) ?? ''] ?? ''), ...command)
    if (code !== 0) throw new Error(`fairlead ${command.join(' ')} ended with ${code}:\n${err}${out}`)
  }

  return {
    folder: here.folder,
    home: join(here.folder, '.home'),
    write: (path, content) => here.write(path, content),
    run,
    done,
    json: async (...args) => JSON.parse(await done(...args, '--json')),
    async fails(...args) {
      const { code, out, err } = await run(...args, '--json')
      if (code === 0) throw new Error(`fairlead ${args.join(' ')} did not fail:\n${out}`)
      const answer: { readonly error?: Partial<Failure>; readonly failures?: ReadonlyArray<Partial<Failure>> } = JSON.parse(out)
      const error = answer.error ?? answer.failures?.[0]
      if (error === undefined) throw new Error(`fairlead ${args.join(' ')} gave no error:\n${out}${err}`)
      const { code: kind = '', message = '', hint = '' } = error
      return { exit: code, code: kind, message, hint }
    },
    start: (...args) => start(args),
    [Symbol.dispose]: () => here[Symbol.dispose](),
  }
}
