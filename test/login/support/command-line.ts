import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
// @boundaries-ignore The command line is run as its own tests run it.
import { root } from '../../../packages/cli/test/support/build.ts'
// @boundaries-ignore The same.
import { bin, place, type Run } from '../../../packages/cli/test/support/run.ts'
import { installFiles, openerInto } from './files-client.ts'

/** A command that runs while the test plays browser and service. */
interface Running {
  readonly child: ChildProcess
  /** The address that the command opened in the browser. */
  opened(): Promise<URL>
  readonly ended: Promise<Run>
}

/** The real command line in a home of its own, with the client "files" installed. */
export interface CommandLine extends Disposable {
  readonly folder: string
  write(path: string, content: string): string
  start(words: readonly string[], extra?: NodeJS.ProcessEnv): Running
  /** The same at a terminal of its own (util-linux's script), whose text is standard output. */
  atTerminal(words: readonly string[]): Running
  run(words: readonly string[], extra?: NodeJS.ProcessEnv): Promise<Run>
}

/** A command line whose connection `work` is to the service at `endpoint`. */
export async function commandLine(endpoint: URL): Promise<CommandLine> {
  const here = place()
  installFiles(here.folder, root)
  const pipe = join(here.folder, 'opened')
  execFileSync('mkfifo', [pipe])
  const programs = openerInto(here.folder, pipe)
  const env = { ...here.env, PATH: `${programs}:${here.env.PATH ?? ''}`, DISPLAY: ':0' }
  const running = (program: string, words: readonly string[], extra: NodeJS.ProcessEnv = {}): Running => {
    const child = spawn(program, words, { cwd: here.folder, env: { ...env, ...extra }, stdio: ['pipe', 'pipe', 'pipe'] })
    const code = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    const ended = Promise.all([text(child.stdout), text(child.stderr), code]).then(([out, err, one]) => ({ code: one, out, err }))
    return { child, opened: async () => new URL((await readFile(pipe, 'utf8')).trim()), ended }
  }
  const start: CommandLine['start'] = (words, extra) => running(process.execPath, [bin, ...words], extra)
  const run: CommandLine['run'] = async (words, extra) => {
    const { child, ended } = start(words, extra)
    child.stdin?.end()
    return ended
  }
  const { code, err } = await run(['client', 'add', 'work', 'files', '--use', '--set', `endpoint=${endpoint.href}`])
  if (code !== 0) throw new Error(err)
  return {
    folder: here.folder,
    write: (path, content) => here.write(path, content),
    start,
    atTerminal: words => running('script', ['-qefc', [process.execPath, bin, ...words].map(word => `'${word}'`).join(' '), '/dev/null']),
    run,
    [Symbol.dispose]: () => here[Symbol.dispose](),
  }
}
