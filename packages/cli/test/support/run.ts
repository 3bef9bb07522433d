import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import { root } from './build.ts'

/** The program that is tested: the real one, built. */
export const bin = join(root, 'packages/cli/bin/fairlead.js')
const schemas = join(root, 'docs/reference/schemas')

/** How a run ended. */
export interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A folder with a Fairlead of its own: no settings, an empty store. */
export interface Place extends Disposable {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** Writes a file below the folder and gives its path. */
  write(path: string, content: string | Uint8Array): string
  run(...args: string[]): Run
  /** Runs with text on standard input. */
  feed(input: string, ...args: string[]): Run
  /** Runs with --json; the answer is checked against the published schema of the command. */
  json(schema: string, ...args: string[]): Readonly<Record<string, unknown>>
  start(...args: string[]): ChildProcess
}

/** Checks a value against a published schema. */
export function expectSchema(name: string, value: unknown): void {
  const check = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(join(schemas, `${name}.json`), 'utf8')))
  check(value)
  expect(check.errors, `${name}: ${JSON.stringify(value)}`).toBeNull()
}

/** A new place. Its environment holds nothing of the caller's that could matter. */
export function place(extra: NodeJS.ProcessEnv = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'))
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    FAIRLEAD_HOME: join(folder, '.home'),
    FAIRLEAD_SECRETS: 'file',
    NODE_COMPILE_CACHE: join(tmpdir(), 'fairlead-cli-compiled'),
    ...extra,
  }
  const feed = (input: string, ...args: string[]): Run => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: folder,
      env,
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    return { code: status, out: stdout, err: stderr }
  }
  return {
    folder,
    env,
    write(path, content) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    run: (...args) => feed('', ...args),
    feed,
    json(schema, ...args) {
      const { out, err } = feed('', ...args, '--json')
      expect(out, err).not.toBe('')
      const value: Readonly<Record<string, unknown>> = JSON.parse(out)
      expectSchema(schema, value)
      return value
    },
    start: (...args) => spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Waits until a text has appeared on a stream; what came until then. */
export async function until(stream: Readable | null, text: string): Promise<string> {
  let seen = ''
  if (stream === null) throw new Error('there is no stream')
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    seen += String(chunk)
    if (seen.includes(text)) return seen
  }
  throw new Error(`the stream ended before "${text}": ${seen}`)
}
