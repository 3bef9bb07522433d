import {
  ApiConnection,
  FairleadError,
  secret,
  type Capabilities,
  type Clock,
  type Host,
  type Log,
  type Operation,
  type TokenCache,
} from '@fairlead/core'
import { createHttp } from '../../src/http/create-http.ts'
import { noLogin } from '../../src/host/login/login-tokens.ts'

const nothing: Capabilities = {
  list: false,
  read: false,
  write: false,
  copy: false,
  remove: false,
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: [],
  consistency: 'strong',
}

/** A clock whose time passes only by sleeping; `slept` tells each sleep. */
export function manualClock(): Clock & { readonly slept: number[] } {
  let time = Date.UTC(2030, 0, 1)
  const slept: number[] = []
  return {
    slept,
    now: () => new Date(time),
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted()
      slept.push(milliseconds)
      time += milliseconds
      await new Promise(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}

export const quiet: Log = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
}

/** Tokens in memory, with a real lock: one at a time, in order of asking. */
export function memoryTokens(): TokenCache {
  const values = new Map<string, string>()
  let last: Promise<unknown> = Promise.resolve()
  return {
    get: async key => {
      const value = values.get(key)
      return value === undefined ? undefined : secret(value)
    },
    set: async (key, value) => void values.set(key, value),
    delete: async key => void values.delete(key),
    exclusive: work => {
      const next = last.then(work, work)
      last = next.catch(() => undefined)
      return next
    },
  }
}

export interface FakeOptions {
  readonly clock: Clock
  readonly tokens: TokenCache
  readonly refresh?: (cause: FairleadError) => Promise<void>
  readonly toError?: (cause: unknown, at: Operation) => FairleadError
}

class Bare extends ApiConnection {
  private readonly map: FakeOptions['toError']

  constructor(host: Host, options: FakeOptions) {
    super({ settings: {}, host }, nothing)
    this.map = options.toError
    const { refresh } = options
    if (refresh !== undefined) this.doRefresh = refresh
  }

  toError(cause: unknown, at: Operation): FairleadError {
    return this.map === undefined ? new FairleadError('unexpected', `${at.name} failed`, { cause }) : this.map(cause, at)
  }
}

/** A connection without operations: what attempts need of one is its error mapping and its refresh. */
export function bareConnection(options: FakeOptions): ApiConnection {
  return new Bare(
    {
      connection: 'archive',
      http: createHttp(),
      clock: options.clock,
      log: quiet,
      tokens: options.tokens,
      cacheFolder: () => '/nowhere',
      table: () => undefined,
      spinner: () => ({ update: () => undefined, stop: () => undefined, [Symbol.dispose]: () => undefined }),
      login: noLogin('test', 'none'),
      authorize: async () => '',
    },
    options,
  )
}
