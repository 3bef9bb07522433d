import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pack } from '@fairlead/tools/packages'
import { startLocalRegistry, type LocalRegistry } from '../packed/local-registry.ts'

/** Somebody with an empty folder, Node and npm, and a registry that has the packages as they would be published. */
export interface Author extends AsyncDisposable {
  readonly registry: LocalRegistry
  /** A new, empty folder. */
  folder(): string
  /** Runs a command there; returns what it printed, throws if it fails. */
  run(folder: string, line: string, env?: Readonly<Record<string, string>>): string
}

/** Publishes every package to a registry of its own. */
export async function startAuthor(): Promise<Author> {
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-scaffold-')))
  const tarballs = join(work, 'tarballs')
  mkdirSync(tarballs)
  const packed = pack(tarballs)
  if (!packed.ok) throw new Error(packed.output)
  const registry = await startLocalRegistry()
  for (const { tarball } of packed.packages) registry.publish(tarball)
  let count = 0
  return {
    registry,
    folder() {
      count += 1
      const folder = join(work, `author-${count}`)
      mkdirSync(folder)
      return folder
    },
    run: (folder, line, env = {}) =>
      registry.run(folder, 'env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...line.split(' ')),
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]()
      rmSync(work, { recursive: true, force: true })
    },
  }
}

/** The fake of a generated project as a process of its own, with what a client needs to reach it. */
export interface RunningFake extends AsyncDisposable {
  readonly url: string
  readonly settings: Readonly<Record<string, string>>
}

/** Starts the fake of a project and waits until it answers. */
export async function startFakeOf(project: string): Promise<RunningFake> {
  const program = `
    const { startFake } = await import('./test/fake/server.ts')
    const { url, settings } = await startFake()
    console.log(JSON.stringify({ url, settings }))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] })
  const { url, settings }: Pick<RunningFake, 'url' | 'settings'> = JSON.parse(await firstLine(child))
  return {
    url,
    settings,
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      if (child.exitCode === null && child.kill()) await ended
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the fake prints nothing')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('the fake ended before it said where it answers')
}
