import type { Secret } from '../../contract/options.ts'
import { secret } from '../../contract/options.ts'
import type { TokenCache } from '../../contract/host.ts'
import type { Redactor } from './redactor.ts'
import type { Locks } from '../runtime.ts'
import type { SecretStore } from './secrets-store.ts'

/**
 * The tokens of one connection, over the secrets between processes; in this process's memory only where nothing may be
 * stored (`FAIRLEAD_SECRETS=environment`). Every token that passes is hidden from the log from then on.
 */
export function createTokenCache(init: {
  readonly connection: string
  readonly secrets: SecretStore
  readonly locks: Locks
  readonly redactor: Redactor
}): TokenCache {
  const { connection, secrets, locks, redactor } = init
  const account = (key: string): string => `${connection}/token/${key}`
  const memory = secrets.mode === 'environment' ? new Map<string, string>() : undefined

  return {
    async get(key): Promise<Secret | undefined> {
      const kept = memory?.get(key)
      const found = memory === undefined ? await secrets.get(account(key)) : kept === undefined ? undefined : secret(kept)
      if (found !== undefined) redactor.hide(found.reveal())
      return found
    },
    async set(key, value) {
      redactor.hide(value)
      if (memory === undefined) await secrets.set(account(key), value)
      else memory.set(key, value)
    },
    async delete(key) {
      if (memory === undefined) await secrets.delete(account(key))
      else memory.delete(key)
    },
    exclusive: work => locks.exclusive(`tokens-${connection}`, work),
  }
}
