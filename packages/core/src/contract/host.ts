import type { Http } from '../http/http.ts'
import type { Login } from './login.ts'
import type { Secret } from './options.ts'

/** Severity, least first. `FAIRLEAD_LOG_LEVEL` takes the words or their numbers 0–5; the default is `info`. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Lines on standard error, never on standard output: coloured text on a terminal, JSON lines elsewhere when asked. */
export interface Log {
  trace(message: string, fields?: Readonly<Record<string, unknown>>): void
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
  /** The same log with a prefix of its own. */
  child(prefix: string): Log
}

/** A running spinner. It stops on {@link Spinner.stop}, on dispose (so hold it with `using`), and on a signal. */
export interface Spinner extends Disposable {
  update(text: string): void
  stop(finalText?: string): void
}

/** Tokens of one connection, kept as secrets between processes. */
export interface TokenCache {
  get(key: string): Promise<Secret | undefined>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  /** Runs `work` while no other process or operation runs it for this connection. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
}

/** Time, so that waiting can be aborted and tests can set it. */
export interface Clock {
  now(): Date
  /** Resolves after that many milliseconds, or rejects with the signal's reason. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** What the host gives a connection. Plugins take everything that touches the world from here. */
export interface Host {
  /** The connection's name, for messages. */
  readonly connection: string
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
  readonly tokens: TokenCache
  /** The access tokens of a client whose manifest has a `login`. */
  readonly login: Login
  /** A folder of this connection's own (0700), made on first use; what lies there may be lost at any time. */
  cacheFolder(): string
  /** Rows with one head, printed aligned on standard error. */
  table(head: readonly string[], rows: ReadonlyArray<readonly (string | number)[]>): void
  spinner(text: string): Spinner
  /**
   * Asks for a code at a terminal: prints the address, returns the trimmed line; `unauthenticated` when there is no terminal.
   * `hidden`: for a password, of which nothing is shown and nothing trimmed.
   */
  authorize(request: {
    readonly url: URL
    readonly message?: string
    readonly question: string
    readonly hidden?: boolean
  }): Promise<string>
}
