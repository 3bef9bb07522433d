import { chmodSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { start, type REPLServer } from 'node:repl'
import { inspect } from 'node:util'
import { compileFunction, constants } from 'node:vm'
import { FairleadError, parseReference, printable } from '@fairlead/core'
import type { Client } from '@fairlead/core/host'
import { usageError } from './exit.ts'
import type { Session } from './session.ts'

const verbs = [
  'push',
  'pull',
  'search',
  'inspect',
  'verify',
  'tag',
  'remove',
  'share',
  'export',
  'clean',
  'stat',
  'list',
  'read',
  'readBytes',
  'write',
  'download',
  'delete',
] as const
const prompt = 'fairlead> '

type Names = Readonly<Record<string, unknown>>

/** What a shell knows by name. A verb connects when it is called first; what comes bit by bit is gathered into a list. */
function namesOf({ fairlead }: Session): Names {
  const open = new Map<string, Promise<Client>>()
  const connection = (name: string = fairlead.active().name): Promise<Client> => {
    const known = open.get(name) ?? fairlead.connect(name)
    open.set(name, known)
    return known
  }
  const verb =
    (name: (typeof verbs)[number]) =>
    async (...words: readonly unknown[]): Promise<unknown> => {
      const client = await connection()
      const given: unknown = Reflect.apply(client[name], client, words)
      if (typeof given !== 'object' || given === null || !(Symbol.asyncIterator in given)) return given
      return Array.fromAsync(given as AsyncIterable<unknown>) // it has the method that makes it one
    }
  return { fairlead, connection, parseReference, ...Object.fromEntries(verbs.map(name => [name, verb(name)])) }
}

function show(value: unknown): string {
  if (FairleadError.is(value))
    return `${value.code}: ${printable(value.message, 2000)}${value.hint === undefined ? '' : `\nhint: ${printable(value.hint, 2000)}`}`
  return inspect(value, { colors: process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '', depth: 4 })
}

function define(repl: REPLServer, names: Names): void {
  // Read-only, so that a slip of the keyboard does not lose them.
  for (const [name, value] of Object.entries(names))
    Object.defineProperty(repl.context, name, { value, enumerable: true, configurable: false })
}

/** A text as a function of the names it may use: what it gives is its only or its last expression. */
function compile(code: string, names: readonly string[]): (...values: readonly unknown[]) => unknown {
  const whole = code.trim().replace(/;+$/, '')
  const last = whole.lastIndexOf(';') + 1
  const bodies = [`return (${whole}\n)`, ...(last > 0 ? [`${whole.slice(0, last)} return (${whole.slice(last)}\n)`] : []), whole]
  let wrong: unknown
  for (const body of bodies) {
    try {
      const run = compileFunction(`return (async () => { ${body}\n})()`, names, {
        filename: '-e',
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      })
      return (...values) => Reflect.apply(run, undefined, values)
    } catch (error) {
      wrong = error
    }
  }
  throw usageError(`The code can't be read: ${wrong instanceof Error ? wrong.message : String(wrong)}.`)
}

/** Runs one text and prints what it gives, promises awaited; `undefined` is not printed. Throws what the text throws. */
export async function evaluate(session: Session, code: string): Promise<void> {
  const names = namesOf(session)
  const run = compile(code, Object.keys(names))
  let value: unknown
  try {
    value = await run(...Object.values(names))
  } catch (error) {
    if (FairleadError.is(error)) throw error
    throw new FairleadError('unexpected', error instanceof Error ? `${error.name}: ${error.message}` : String(error), {
      hint: 'The code threw this.',
      cause: error,
    })
  }
  if (typeof value === 'string') process.stdout.write(`${value}\n`)
  else if (value !== undefined) process.stdout.write(`${show(value)}\n`)
}

/** Lines of JavaScript from standard input until its end; at a terminal with a history of its own (0600). */
export async function startRepl(session: Session): Promise<void> {
  const { fairlead } = session
  const terminal = process.stdin.isTTY && process.stdout.isTTY
  if (terminal) process.stdout.write(`Connection: ${fairlead.active().name}. Try: await search('')   .help, .exit\n`)
  const repl = start({ prompt: terminal ? prompt : '', terminal, useGlobal: false, ignoreUndefined: true, writer: show })
  define(repl, namesOf(session))
  if (terminal) await useHistory(repl, join(fairlead.folders.state, 'shell-history'))
  await new Promise<void>(resolve => repl.once('exit', resolve))
}

async function useHistory(repl: REPLServer, file: string): Promise<void> {
  // Made before it is filled: what is typed may be nobody else's business.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  await new Promise<void>((resolve, reject) => repl.setupHistory(file, error => (error === null ? resolve() : reject(error))))
}
