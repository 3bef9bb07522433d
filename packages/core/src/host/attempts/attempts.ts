import type { ApiConnection, Context, Operation } from '../../contract/connection.ts'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import type { Clock, Log, TokenCache } from '../../contract/host.ts'
import { createRateLimiter, type RateLimiter } from './attempts-limiter.ts'
import { createTokenRefresh } from './attempts-refresh.ts'
import type { CallOptions } from '../client.ts'
import { createFairness } from './fairness.ts'
import { loginStep, nextStep } from './next-step.ts'
import type { Attempts } from '../runtime.ts'

/** What attempts are made with, and how many. */
export interface AttemptsOptions {
  readonly connection: ApiConnection
  /** The connection's name, for errors and the command that logs in again. */
  readonly name: string
  /** The setting that holds its secret, for that command; absent where it has none. */
  readonly secret?: string
  /** Whether the client has a login, whose command then is the next step. */
  readonly login?: boolean
  readonly clock: Clock
  readonly log: Log
  readonly tokens: TokenCache
  /** Attempts of one operation, the first included; default 7, which sleeps at most 19 s without Retry-After. */
  readonly maxAttempts?: number
  /** The account's limiter, shared by its connections; by default one of this connection's own. */
  readonly limiter?: RateLimiter
  /** A number from 0 up to 1 for the jitter; default Math.random. */
  readonly random?: () => number
}

const baseDelayMs = 300
const maxDelayMs = 20_000
/** Beyond this nobody waits: the error says how long it would have been. */
const maxRetryAfterMs = 120_000
const maxTotalDelayMs = 300_000
/** What a service says, or does, that is asked for too much at once. */
const overload: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['rate-limited', 'timeout', 'unavailable'])

/**
 * Runs the operations of one connection: exponential backoff with full jitter, Retry-After (up to two minutes), one
 * limiter per account, one token refresh per operation. Errors that say `never` come out at once; one that was retried
 * to the end says `exhausted`.
 */
export function createAttempts(options: AttemptsOptions): Attempts {
  const { connection, name, secret, login = false, clock, log, tokens, maxAttempts = 7, random = Math.random } = options
  const limiter = options.limiter ?? createRateLimiter(clock)
  const fairly = createFairness()
  const refresh = createTokenRefresh(connection, tokens, cause => toFailure(connection, cause, { name: 'refresh' }))

  return {
    async run<T>(
      operation: Operation & { readonly repeatable?: boolean },
      work: (context: Context) => Promise<T>,
      call: CallOptions = {},
    ): Promise<T> {
      const signal = call.signal ?? new AbortController().signal
      const place = { connection: name, operation: operation.name, ...(operation.path !== undefined && { path: operation.path }) }
      const repeatable = operation.repeatable !== false
      let renewals = 0
      let slept = 0
      for (let attempt = 1; ;) {
        await fairly()
        signal.throwIfAborted()
        await limiter.turn(signal)
        const began = refresh.generation
        let failure: FairleadError
        try {
          const result = await work({ signal })
          limiter.succeeded()
          return result
        } catch (cause) {
          signal.throwIfAborted()
          failure = toFailure(connection, cause, operation).with(place)
          if (overload.has(failure.code)) call.lanes?.backOff()
        }
        if (failure.code === 'unauthenticated') {
          if (!repeatable || connection.doRefresh === undefined || renewals === 2 || (renewals > 0 && began === refresh.generation)) {
            throw loginAgain(failure, name, secret, login)
          }
          try {
            await refresh.renew(began, failure, signal)
            renewals++
            log.debug('renewed the token, repeating', { operation: operation.name, path: operation.path })
            continue
          } catch (cause) {
            signal.throwIfAborted()
            failure = toFailure(connection, cause, { name: 'refresh' }).with(place)
            if (failure.code === 'unauthenticated') throw loginAgain(failure, name, secret, login)
          }
        }
        if (failure.retry !== 'later' || !repeatable) {
          if (failure.code === 'rate-limited') limiter.slowDown(Math.min(failure.retryAfterMs ?? baseDelayMs, maxRetryAfterMs))
          throw withNextStep(failure, name)
        }
        const delayMs = delayBefore(attempt, failure, random)
        if (failure.code === 'rate-limited') limiter.slowDown(Math.min(delayMs, maxRetryAfterMs))
        if (attempt >= maxAttempts || (failure.retryAfterMs ?? 0) > maxRetryAfterMs || slept + delayMs > maxTotalDelayMs) {
          throw exhausted(failure, attempt)
        }
        call.onEvent?.({
          type: 'retry',
          operation: operation.name,
          ...(operation.path !== undefined && { path: operation.path }),
          attempt,
          delayMs,
          code: failure.code,
        })
        log.debug('trying again', { operation: operation.name, path: operation.path, attempt, delayMs, code: failure.code })
        await clock.sleep(delayMs, signal)
        slept += delayMs
        attempt++
      }
    },
  }
}

/** Full jitter: any delay from 0 to the exponential bound, so that clients that failed together don't come back together. */
function delayBefore(attempt: number, failure: FairleadError, random: () => number): number {
  const jittered = Math.round(random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)))
  // A part of the jitter on top of Retry-After, for the same reason.
  return failure.retryAfterMs === undefined ? jittered : failure.retryAfterMs + Math.min(jittered, baseDelayMs)
}

function toFailure(connection: ApiConnection, cause: unknown, at: Operation): FairleadError {
  if (FairleadError.is(cause)) return cause
  try {
    const error = connection.toError(cause, at)
    if (FairleadError.is(error)) return error
  } catch (thrown) {
    return new FairleadError('plugin-invalid', `the client's toError threw while mapping a failure of ${at.name}`, { cause: thrown })
  }
  return new FairleadError('plugin-invalid', `the client's toError returned no FairleadError for a failure of ${at.name}`, { cause })
}

function exhausted(failure: FairleadError, attempts: number): FairleadError {
  const seconds = Math.ceil((failure.retryAfterMs ?? 0) / 1000)
  const tried = attempts === 1 ? 'once' : `${attempts} times`
  const hint =
    seconds > 0
      ? `It was tried ${tried}; the service asks for a wait of ${seconds} s.`
      : `It was tried ${tried}; run the same command again later.`
  return failure.with({ retry: 'exhausted', hint })
}

/** The plugin's own hint stays: it knows the service. */
function withNextStep(failure: FairleadError, name: string): FairleadError {
  const hint = nextStep(failure.code, name)
  return hint === undefined ? failure : failure.with({ hint })
}

/** The plugin's hint gives way to the command that logs in again, unless it names one itself. */
function loginAgain(failure: FairleadError, name: string, secret: string | undefined, login: boolean): FairleadError {
  const { hint = '', code, message, retryAfterMs, connection, operation, path, status, requestId, cause } = failure
  const own = [`fairlead client set ${name} `, `fairlead client login ${name}`]
  return new FairleadError(code, message, {
    retry: 'never',
    hint: own.some(command => hint.includes(command)) ? hint : loginStep(name, secret, login),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(connection !== undefined && { connection }),
    ...(operation !== undefined && { operation }),
    ...(path !== undefined && { path }),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(cause !== undefined && { cause }),
  })
}
