import type { ApiConnection } from '../../contract/connection.ts'
import type { FairleadError } from '../../contract/errors.ts'
import type { TokenCache } from '../../contract/host.ts'
import { untilAborted } from './until-aborted.ts'

/** The token refresh of one connection: single flight over its operations and, by the token cache's lock, over processes. */
export interface TokenRefresh {
  /** How many refreshes have ended; an operation notes it before it starts. */
  readonly generation: number
  /**
   * Returns when a token newer than that of `began` is there: at once when another operation's refresh ended in between,
   * else after the refresh. Throws what the refresh threw; a refusal (`unauthenticated`) is told to everyone who began before it.
   */
  renew(began: number, cause: FairleadError, signal: AbortSignal): Promise<void>
}

/**
 * `doRefresh` runs while it holds the token cache's lock. It should first read the cache: when another process has put a
 * newer token there, that one is to be used, and the service need not be asked.
 */
export function createTokenRefresh(
  connection: ApiConnection,
  tokens: TokenCache,
  mapError: (cause: unknown) => FairleadError,
): TokenRefresh {
  let generation = 0
  let refusal: FairleadError | undefined
  let running: Promise<void> | undefined

  const refresh = async (cause: FairleadError): Promise<void> => {
    try {
      await tokens.exclusive(async () => connection.doRefresh?.(cause))
      refusal = undefined
      generation++
    } catch (thrown) {
      const error = mapError(thrown)
      // A refresh that broke on the way has decided nothing: the next attempt may try again.
      if (error.code === 'unauthenticated') {
        refusal = error
        generation++
      }
      throw error
    } finally {
      running = undefined
    }
  }

  return {
    get generation() {
      return generation
    },
    async renew(began, cause, signal) {
      if (running === undefined && began < generation) {
        if (refusal !== undefined) throw refusal
        return
      }
      running ??= refresh(cause)
      await untilAborted(running, signal)
    },
  }
}
