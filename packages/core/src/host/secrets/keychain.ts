import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FairleadError } from '../../contract/errors.ts'
import type { Environment } from '../application/environment.ts'
import { isRecord } from '../settings/settings-file.ts'

/** The operating system's keychain, with keytar's functions. Every one of them throws `unavailable` where none answers in time. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>
  /** Holds only once the password was read back. */
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
  findPassword(service: string): Promise<string | null>
  findCredentials(service: string): Promise<ReadonlyArray<{ readonly account: string; readonly password: string }>>
}

/**
 * Runs beside us and answers one JSON line per request: opening an entry blocks its thread until the bus answers, and a
 * locked keychain waits for a person, neither of which can be called off from inside. On Linux the store is pinned to
 * the Secret Service; left open, the library would fall back to kernel memory without a word.
 */
const helper = `
const keyring = require(process.argv[1])
const entry = (service, account) => new keyring.AsyncEntry(service, account, { linux: { store: 'secret-service' } })
const calls = {
  getPassword: (service, account) => entry(service, account).getPassword(),
  async setPassword(service, account, password) {
    await entry(service, account).setPassword(password)
    if ((await entry(service, account).getPassword()) !== password) throw new Error('a stored value could not be read back')
  },
  deletePassword: (service, account) => entry(service, account).deletePassword(),
  findCredentials: service => keyring.findCredentialsAsync(service),
}
require('node:readline').createInterface({ input: process.stdin }).on('line', async line => {
  const { id, call, values } = JSON.parse(line)
  let answer
  try { answer = { id, value: (await calls[call](...values)) ?? null } } catch (error) { answer = { id, error: String(error.message) } }
  process.stdout.write(JSON.stringify(answer) + '\\n')
}).on('close', () => process.exit())
process.stdout.write('{"id":0}\\n')
`

/** Node itself may take long to start on a busy machine, which says nothing about the keychain. */
const startLimitMs = 20_000

type Call = 'getPassword' | 'setPassword' | 'deletePassword' | 'findCredentials'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: FairleadError) => void
}

/** The keychain of the session that `env` names. Nothing is loaded or started before the first call; each call may take `limitMs`. */
export function createKeychain({
  env = process.env,
  limitMs = 3000,
}: { readonly env?: Environment; readonly limitMs?: number } = {}): Keychain {
  let running: HelperProcess | undefined

  const call = async (name: Call, values: readonly string[]): Promise<unknown> => {
    const current = running?.alive === true ? running : startHelper(env)
    running = current
    return current.ask(name, values, limitMs)
  }

  const keychain: Keychain = {
    getPassword: async (service, account) => textOrNull(await call('getPassword', [service, account])),
    setPassword: async (service, account, password) => {
      await call('setPassword', [service, account, password])
    },
    deletePassword: async (service, account) => (await call('deletePassword', [service, account])) === true,
    findPassword: async service => (await keychain.findCredentials(service))[0]?.password ?? null,
    findCredentials: async service => credentials(await call('findCredentials', [service])),
  }
  return keychain
}

interface HelperProcess {
  readonly alive: boolean
  ask(call: Call, values: readonly string[], limitMs: number): Promise<unknown>
}

function startHelper(env: Environment): HelperProcess {
  const started = Promise.withResolvers<unknown>()
  const waiting = new Map<number, Waiting>([[0, started]])
  let nextId = 1
  let alive = true
  // Options meant for the application (a debugger, a loader) are none of the helper's business.
  const child = spawn(process.execPath, ['-e', helper, libraryPath()], {
    env: { ...env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const holdProcess = keepAlive(child)
  const end = (why: string): void => {
    alive = false
    for (const { reject } of waiting.values()) reject(unavailable(why))
    waiting.clear()
    holdProcess(false)
  }
  child.on('error', error => end(error.message))
  child.on('exit', () => end('its helper ended'))
  // What the library prints is not ours to show; a write to a helper that ended is reported by its exit.
  child.stderr.resume()
  child.stdin.on('error', error => end(error.message))
  createInterface({ input: child.stdout }).on('line', line => {
    if (!line.startsWith('{"id":')) return
    const answer: unknown = JSON.parse(line)
    if (!isRecord(answer) || typeof answer.id !== 'number') return
    const request = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) holdProcess(false)
    if (typeof answer.error === 'string') request?.reject(unavailable(answer.error))
    else request?.resolve(answer.value)
  })

  /** What does not answer in time is killed, which ends every wait. */
  const within = async (limitMs: number, answer: Promise<unknown>): Promise<unknown> => {
    const timer = setTimeout(() => {
      end(`it did not respond within ${limitMs / 1000} s`)
      child.kill('SIGKILL')
    }, limitMs)
    try {
      return await answer
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    get alive() {
      return alive
    },
    async ask(call, values, limitMs) {
      await within(startLimitMs, started.promise)
      const answer = Promise.withResolvers<unknown>()
      const id = nextId++
      waiting.set(id, answer)
      holdProcess(true)
      child.stdin.write(`${JSON.stringify({ id, call, values })}\n`)
      return within(limitMs, answer.promise)
    },
  }
}

/** Lets our process end while the helper idles: the helper ends when its standard input does. */
function keepAlive(child: ChildProcessWithoutNullStreams): (needed: boolean) => void {
  const streams = [child.stdin, child.stdout, child.stderr]
  return needed => {
    const act = needed ? 'ref' : 'unref'
    child[act]()
    for (const stream of streams) if ('ref' in stream && 'unref' in stream && typeof stream[act] === 'function') stream[act]()
  }
}

function libraryPath(): string {
  try {
    return fileURLToPath(import.meta.resolve('@napi-rs/keyring'))
  } catch (cause) {
    throw unavailable('@napi-rs/keyring is not installed', cause)
  }
}

function unavailable(why: string, cause?: unknown): FairleadError {
  return new FairleadError('unavailable', `no keychain is available: ${why}`, {
    hint: 'Set FAIRLEAD_SECRETS=file to store secrets in a file that only this account can read.',
    ...(cause !== undefined && { cause }),
  })
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function credentials(value: unknown): ReadonlyArray<{ readonly account: string; readonly password: string }> {
  if (!Array.isArray(value)) return []
  return value.flatMap((row: unknown) =>
    isRecord(row) && typeof row.account === 'string' && typeof row.password === 'string'
      ? [{ account: row.account, password: row.password }]
      : [],
  )
}
