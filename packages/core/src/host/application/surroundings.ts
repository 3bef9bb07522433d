import { join } from 'node:path'
import type { Clock, Log } from '../../contract/host.ts'
import { createHttp } from '../../http/create-http.ts'
import { createRateLimiter, type RateLimiter } from '../attempts/attempts-limiter.ts'
import type { PromptInput } from '../terminal/auth-prompt.ts'
import type { Surroundings } from './build-client.ts'
import { systemClock } from '../machine/clock.ts'
import type { Environment } from './environment.ts'
import { bandwidthOf, concurrencyOf } from './transfer-limits.ts'
import { createFolders, folderNames, type MachineFolders } from '../machine/folders.ts'
import { httpOptionsFrom } from './http-options.ts'
import type { Keychain } from '../secrets/keychain.ts'
import { createLocks } from '../machine/locks.ts'
import { createMemoryBudget } from '../objects/memory-budget.ts'
import { createLog } from '../terminal/log.ts'
import { createRedactor } from '../secrets/redactor.ts'
import type { Folders } from '../runtime.ts'
import { createSecretStore } from '../secrets/secrets-store.ts'
import { createTerminal, type Terminal } from '../terminal/terminal.ts'

/** What an application may bring of its own; everything has a default. */
export interface SurroundingsOptions {
  /** Default `process.env`. */
  readonly env?: Environment
  /** Default: by the XDG variables and `FAIRLEAD_HOME` of the environment. */
  readonly folders?: Folders | MachineFolders
  readonly terminal?: Terminal
  readonly log?: Log
  readonly clock?: Clock
  readonly keychain?: Keychain
  /** Where logins are answered; default standard input. */
  readonly input?: PromptInput
  /** Bytes a second of all bodies over the network, both ways, or text like `10MiB/s`; default `FAIRLEAD_BANDWIDTH`, else no bound. */
  readonly bandwidth?: number | string
  /** Requests in flight at once; default `FAIRLEAD_CONCURRENCY`, else the best number is found. */
  readonly concurrency?: number
}

/** The surroundings with their environment and the folder of the settings, which reading does not make. */
export interface OwnSurroundings extends Surroundings, Disposable {
  readonly env: Environment
  readonly configFolder: string
}

/** Everything that touches the world, from the environment. Sockets are opened when first used. */
export function createSurroundings(options: SurroundingsOptions = {}): OwnSurroundings {
  const env = options.env ?? process.env
  const folders = options.folders ?? createFolders(env)
  const paths = folderNames(folders)
  const redactor = createRedactor()
  const terminal = options.terminal ?? createTerminal({ env })
  const log = options.log ?? createLog({ env, terminal, redactor })
  const locks = createLocks(join(paths.state, 'locks'), { onWait: message => log.warn(message) })
  const clock = options.clock ?? systemClock
  const concurrency = concurrencyOf(env, options.concurrency)
  const bandwidth = bandwidthOf(env, options.bandwidth)
  let http: ReturnType<typeof createHttp> | undefined
  const limiters = new Map<string, RateLimiter>()
  return {
    env,
    folders,
    configFolder: paths.config,
    locks,
    redactor,
    terminal,
    clock,
    // A certificate file that can't be read concerns whoever connects, not whoever lists settings.
    get http() {
      return (http ??= createHttp({ ...httpOptionsFrom(env), ...(bandwidth !== undefined && { bytesPerSecond: bandwidth }) }))
    },
    secrets: createSecretStore({ folder: paths.config, locks, env, ...(options.keychain !== undefined && { keychain: options.keychain }) }),
    log,
    ...(options.input !== undefined && { input: options.input }),
    memory: createMemoryBudget(),
    ...(concurrency !== undefined && { concurrency }),
    limiter(account) {
      const limiter = limiters.get(account) ?? createRateLimiter(clock)
      limiters.set(account, limiter)
      return limiter
    },
    [Symbol.dispose]: () => http?.[Symbol.dispose](),
  }
}
