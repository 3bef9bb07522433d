import type { TokenEndpointResponse } from 'oauth4webapi'
import type { Access, OAuthLogin } from '../../contract/login.ts'
import type { KeptAccess } from './kept-tokens.ts'

/** A token is renewed this long ahead of its expiry, or a fifth of its life where that is less. */
const aheadMs = 300_000

/** What is kept of a token answer that came at `now`. A scope that isn't told is `scope`, as RFC 6749 §5.1 and §6 have it. */
export function accessRecord(answer: TokenEndpointResponse, now: Date, scope: string | undefined): KeptAccess {
  const lifeMs = answer.expires_in === undefined ? undefined : answer.expires_in * 1000
  const granted = answer.scope ?? scope
  return {
    token: answer.access_token,
    ...(lifeMs !== undefined && {
      expires: now.getTime() + lifeMs,
      renewAt: now.getTime() + lifeMs - Math.min(aheadMs, lifeMs / 5),
    }),
    ...(granted !== undefined && { scope: granted }),
  }
}

/** Whether a token is to be used at `now` without a new one being got. */
export function isFresh(access: KeptAccess, now: Date): boolean {
  return access.renewAt === undefined || now.getTime() < access.renewAt
}

/** The most that these scopes let in; undefined where they are those of no access. */
export function accessOf(login: OAuthLogin, scope: string | undefined): Access | undefined {
  if (scope === undefined) return undefined
  const granted = new Set(scope.split(/\s+/))
  const all: readonly Access[] = ['full', 'read', 'app']
  return all.find(access => login.access[access]?.every(wanted => granted.has(wanted)) === true)
}
