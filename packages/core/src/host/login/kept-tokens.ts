import { createHash } from 'node:crypto'
import type { TokenCache } from '../../contract/host.ts'
import type { Redactor } from '../secrets/redactor.ts'
import { isRecord } from '../settings/settings-file.ts'

/** An access token as it is kept; times in milliseconds since 1970, absent where the service told none. */
export interface KeptAccess {
  readonly token: string
  readonly expires?: number
  /** From when on a new one is got, some time ahead of its expiry. */
  readonly renewAt?: number
  /** The scopes it has, where they are known. */
  readonly scope?: string
}

/**
 * The tokens that came of one login. They are filed with the mark of the refresh token and OAuth client of the settings they came
 * of, so that those of a login before, or of a token in the environment since changed, are never taken.
 */
export interface KeptTokens {
  access(origin: string): Promise<KeptAccess | undefined>
  /** The refresh token that the service put in the place of the one in the settings; undefined where it never did. */
  refresh(origin: string): Promise<string | undefined>
  /** Keeps what an answer brought: the refresh token first, so that an access token is never there without the means to renew it. */
  keep(origin: string, access: KeptAccess, refresh: string | undefined): Promise<void>
  dropAccess(): Promise<void>
  clear(): Promise<void>
}

const accessKey = 'login-access'
const refreshKey = 'login-refresh'

/** The tokens of a connection's login, in its token cache. */
export function createKeptTokens(tokens: TokenCache, redactor: Redactor): KeptTokens {
  const read = async (key: string, origin: string): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const text = (await tokens.get(key))?.reveal()
    const value: unknown = text === undefined ? undefined : parsed(text)
    return isRecord(value) && value.origin === origin ? value : undefined
  }
  return {
    async access(origin) {
      const { token, expires, renewAt, scope } = (await read(accessKey, origin)) ?? {}
      if (typeof token !== 'string') return undefined
      redactor.hide(token)
      return {
        token,
        ...(typeof expires === 'number' && { expires }),
        ...(typeof renewAt === 'number' && { renewAt }),
        ...(typeof scope === 'string' && { scope }),
      }
    },
    async refresh(origin) {
      const token = (await read(refreshKey, origin))?.token
      if (typeof token !== 'string') return undefined
      redactor.hide(token)
      return token
    },
    async keep(origin, access, refresh) {
      redactor.hide(access.token)
      if (refresh !== undefined) redactor.hide(refresh)
      if (refresh !== undefined) await tokens.set(refreshKey, JSON.stringify({ origin, token: refresh }))
      await tokens.set(accessKey, JSON.stringify({ origin, ...access }))
    },
    dropAccess: () => tokens.delete(accessKey),
    async clear() {
      await tokens.delete(accessKey)
      await tokens.delete(refreshKey)
    },
  }
}

/** The mark of a login: its OAuth client and the token in the settings, as a hash. */
export function originOf(clientId: string, token: string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([clientId, token ?? null]))
    .digest('hex')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not of this version's making: as good as none, and got anew.
    return undefined
  }
}
