import { FairleadError } from '../../contract/errors.ts'
import { describeSource } from '../settings/settings-sources.ts'
import { loginError } from './login-error.ts'
import { originOf } from './kept-tokens.ts'
import { loginPlace, type LoginPlace } from './login-place.ts'
import { loginLock } from './login-tokens.ts'
import type { LoginSurroundings, LogoutResult } from './login-verbs.ts'
import { clientOf, createProtocol, refreshGrant, textOf, type Protocol } from './protocol.ts'

/** See {@link LoginVerbs.logout}. */
export async function logOut(
  connection: string,
  { revoke = true, signal }: { readonly revoke?: boolean; readonly signal?: AbortSignal },
  around: LoginSurroundings,
): Promise<LogoutResult> {
  const place = loginPlace(connection, around)
  return around.locks.exclusive(
    loginLock(connection),
    async () => {
      const outcome = revoke ? await revoked(place, around, signal) : { revoked: false }
      const forgotten = await forget(place)
      const report = place.settings.all().find(({ name, value }) => name === place.login.settings.refreshToken && value !== undefined)
      return {
        connection,
        ...outcome,
        ...forgotten,
        ...(report?.source !== undefined && { remains: describeSource(report.source) }),
      }
    },
    signal === undefined ? {} : { signal },
  )
}

/** Forgets settings and tokens of this login; the OAuth client stays, for the next one. */
async function forget({ login, settings, kept }: LoginPlace): Promise<Pick<LogoutResult, 'removed' | 'left'>> {
  const [removed, left]: [string[], string[]] = [[], []]
  for (const name of [login.settings.refreshToken, login.settings.accessToken]) {
    if (name === undefined) continue
    const outcome = await settings.unset(name)
    if (outcome.removed) removed.push(name)
    if (outcome.left !== undefined) left.push(name)
  }
  await kept.clear()
  return { removed, left }
}

async function revoked(
  place: LoginPlace,
  around: LoginSurroundings,
  signal: AbortSignal | undefined,
): Promise<Pick<LogoutResult, 'revoked' | 'reason'>> {
  const { connection, login, kept } = place
  const settings = await place.values()
  const oauthClient = clientOf(login, settings)
  const given = textOf(settings, login.settings.refreshToken)
  if (given === undefined || oauthClient === undefined) return { revoked: false, reason: 'there was no login to revoke' }
  if (login.revocationEndpoint === undefined) return { revoked: false, reason: 'the service has no address for it' }
  const origin = originOf(oauthClient.id, given)
  const refreshToken = (await kept.refresh(origin)) ?? given
  try {
    const protocol = await createProtocol(login, settings, oauthClient, { http: around.http(), connection })
    if (login.revocation === 'bearer') {
      const known = await kept.access(origin)
      const valid = known?.expires !== undefined && known.expires > around.clock.now().getTime() ? known.token : undefined
      await revokeByBearer(protocol, valid ?? (await refreshGrant(protocol, refreshToken, signal)).access_token, signal)
    } else {
      const { oauth, server, client, authentication } = protocol
      const response = await oauth.revocationRequest(server, client, authentication, refreshToken, {
        ...protocol.options(signal),
        additionalParameters: { token_type_hint: 'refresh_token' },
      })
      await oauth.processRevocationResponse(response)
    }
    return { revoked: true }
  } catch (cause) {
    signal?.throwIfAborted()
    const error = loginError(cause, connection, 'revoking the login')
    // A login that the service doesn't know any more needs no ending.
    if (error.code === 'unauthenticated') return { revoked: true }
    return { revoked: false, reason: error.message }
  }
}

async function revokeByBearer(protocol: Protocol, accessToken: string, signal: AbortSignal | undefined): Promise<void> {
  const { oauth, server } = protocol
  const { signal: _signal, ...options } = protocol.options(signal)
  const fetch = options[oauth.customFetch]
  const address = server.revocation_endpoint
  if (typeof fetch !== 'function' || address === undefined) return
  const response = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    ...(signal !== undefined && { signal }),
  })
  if (response.ok) return
  throw new FairleadError(
    response.status === 401 ? 'unauthenticated' : 'unexpected',
    `the service answered with status ${response.status}`,
    {
      status: response.status,
    },
  )
}
