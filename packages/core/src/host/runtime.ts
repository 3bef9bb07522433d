import type { ApiConnection, Context, Operation } from '../contract/connection.ts'
import type { Capabilities } from '../contract/capabilities.ts'
import type { Clock, Log } from '../contract/host.ts'
import type { Manifest } from '../contract/manifest.ts'
import type { CallOptions } from './client.ts'
import type { Memory } from './objects/memory-budget.ts'

/** Runs one operation of a connection until it holds or can't: retries, backoff, Retry-After, token refresh, rate. */
export interface Attempts {
  /**
   * `repeatable: false` (a body that can be read once) makes a single attempt. Failures come out as FairleadError with
   * connection, operation and path; an abort comes out as the signal's reason, untouched.
   */
  run<T>(operation: Operation & { readonly repeatable?: boolean }, work: (context: Context) => Promise<T>, call?: CallOptions): Promise<T>
}

/** Locks that the kernel frees when their process dies: one SQLite file each, held by `BEGIN EXCLUSIVE`. */
export interface Locks {
  /**
   * Waits (polling, no busy wait) until it holds the lock, runs, frees it. Aborts with the signal's reason; `unavailable`
   * after `waitMs`. `onWait` is told once when another process keeps it waiting for some seconds.
   */
  exclusive<T>(
    name: string,
    work: () => Promise<T>,
    options?: { readonly signal?: AbortSignal; readonly waitMs?: number; readonly onWait?: (message: string) => void },
  ): Promise<T>
}

/** Where things lie on this machine; every folder is made 0700 on first use. */
export interface Folders {
  /** Settings: `$XDG_CONFIG_HOME/fairlead`. */
  readonly config: string
  /** Facts, journal, locks: `$XDG_STATE_HOME/fairlead`. */
  readonly state: string
  /** What may be lost: `$XDG_CACHE_HOME/fairlead`. */
  readonly cache: string
  /** The built-in local store: `$XDG_DATA_HOME/fairlead/store`. */
  readonly data: string
}

/** What the verbs of one client stand on. */
export interface ClientRuntime {
  readonly name: string
  readonly manifest: Manifest
  readonly connection: ApiConnection
  readonly capabilities: Capabilities
  readonly attempts: Attempts
  readonly locks: Locks
  readonly folders: Folders
  readonly clock: Clock
  readonly log: Log
  /** Endpoint, account, bucket and root as one string without secrets: keys journal rows and remote facts. */
  readonly identity: string
  /** Shared by all connections of the application. */
  readonly memory: Memory
  /** Requests in flight at once, for calls that don't say; absent, the best number is found. */
  readonly concurrency?: number
}
