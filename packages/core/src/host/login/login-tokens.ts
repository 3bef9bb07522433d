import { FairleadError } from '../../contract/errors.ts'
import type { Clock, Log, TokenCache } from '../../contract/host.ts'
import type { Login, OAuthLogin } from '../../contract/login.ts'
import { secret } from '../../contract/options.ts'
import type { Http } from '../../http/http.ts'
import { untilAborted } from '../attempts/until-aborted.ts'
import type { Locks } from '../runtime.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { SecretStore } from '../secrets/secrets-store.ts'
import type { SettingValue } from '../settings/settings-values.ts'
import { accessOf, accessRecord, isFresh } from './access-record.ts'
import { createKeptTokens, originOf, type KeptAccess } from './kept-tokens.ts'
import { loginCommand, loginError, notLoggedIn } from './login-error.ts'
import { clientOf, createProtocol, refreshGrant, textOf } from './protocol.ts'

/** What the tokens of a connection are got with. */
export interface LoginTokensInit {
  readonly connection: string
  readonly login: OAuthLogin
  /** The settings as they are now: somebody may log in anew while this process runs. */
  readonly settings: () => Promise<Readonly<Record<string, SettingValue>>>
  readonly http: () => Http
  readonly clock: Clock
  readonly log: Log
  readonly tokens: TokenCache
  readonly secrets: Pick<SecretStore, 'mode'>
  readonly locks: Locks
  readonly redactor: Redactor
}

/** What a token that could not be renewed ahead of time is used on for, before it is tried again. */
const tryAgainMs = 30_000

/** The lock under which tokens of a connection change. */
export function loginLock(connection: string): string {
  return `login-${connection}`
}

/**
 * The access tokens of one connection. Renewal is single flight: in this process all wait for one, and between processes who gets
 * the lock first renews while the others then find the new token.
 */
export function createLoginTokens(init: LoginTokensInit): Login {
  const { connection, login, clock, log, locks } = init
  const kept = createKeptTokens(init.tokens, init.redactor)
  let current: KeptAccess | undefined
  let given: string | undefined
  let running: Promise<KeptAccess> | undefined

  /** Takes what another process got, else asks the service. `refused` is a token that it doesn't take any more. */
  const obtain = async (refused: string | undefined): Promise<KeptAccess> => {
    const settings = await init.settings()
    const client = clientOf(login, settings)
    const token = textOf(settings, login.settings.refreshToken)
    const givenAccess = textOf(settings, login.settings.accessToken)
    const origin = originOf(client?.id ?? '', token ?? givenAccess)
    const known = await kept.access(origin)
    if (known !== undefined && known.token !== refused && isFresh(known, clock.now())) return known
    if (known === undefined && givenAccess !== undefined && givenAccess !== refused) return { token: givenAccess }
    if (token === undefined) throw givenAccess === undefined ? notLoggedIn(connection) : refusedForGood(connection)
    if (client === undefined) throw noClient(connection, login)
    const protocol = await createProtocol(login, settings, client, { http: init.http(), connection })
    try {
      const answer = await refreshGrant(protocol, (await kept.refresh(origin)) ?? token)
      const access = accessRecord(answer, clock.now(), known?.scope)
      const rotated = answer.refresh_token
      if (rotated !== undefined && rotated !== token && init.secrets.mode === 'environment') warnOfRotation(log)
      await kept.keep(origin, access, rotated)
      log.debug('renewed the login', { connection })
      return access
    } catch (cause) {
      const error = loginError(cause, connection, 'the renewal of the login')
      if (error.code === 'unauthenticated') await kept.dropAccess()
      // Renewed ahead of time, so what there is does for a while yet.
      const now = clock.now().getTime()
      if (error.retry === 'later' && known !== undefined && known.token !== refused && (known.expires ?? 0) > now + tryAgainMs) {
        log.debug('the access token could not be renewed ahead of time', { code: error.code })
        return { ...known, renewAt: now + tryAgainMs }
      }
      throw error
    }
  }

  const start = (refused: string | undefined): Promise<KeptAccess> => {
    running ??= locks
      .exclusive(loginLock(connection), () => obtain(refused))
      .then(access => (current = access))
      .finally(() => (running = undefined))
    return running
  }

  return {
    async accessToken(signal) {
      const access = current !== undefined && isFresh(current, clock.now()) ? current : await untilAborted(start(undefined), signal)
      given = access.token
      return secret(access.token)
    },
    async renew(used, signal) {
      const refused = used?.reveal() ?? given ?? current?.token
      // What runs already may end with the very token that was refused: it was begun before anybody knew.
      if (running !== undefined) await untilAborted(running, signal)
      if (current !== undefined && refused !== undefined && current.token !== refused) return
      await untilAborted(start(refused), signal)
    },
    async access() {
      if (current?.scope !== undefined) return accessOf(login, current.scope)
      const settings = await init.settings()
      const token = textOf(settings, login.settings.refreshToken) ?? textOf(settings, login.settings.accessToken)
      const origin = originOf(clientOf(login, settings)?.id ?? '', token)
      return accessOf(login, (await kept.access(origin))?.scope)
    },
  }
}

/** The login of a client that has none in its manifest. */
export function noLogin(connection: string, client: string): Login {
  const refuse = async (): Promise<never> => {
    throw new FairleadError('plugin-invalid', `client "${client}" requests a login, but its manifest has none`, { connection })
  }
  return { accessToken: refuse, renew: refuse, access: refuse }
}

function refusedForGood(connection: string): FairleadError {
  return new FairleadError(
    'unauthenticated',
    `the access token of connection "${connection}" was refused, and there is no refresh token to renew it with`,
    {
      connection,
      hint: `Log in with \`${loginCommand(connection)}\`, which stores a token that can be renewed.`,
    },
  )
}

function noClient(connection: string, { settings }: OAuthLogin): FairleadError {
  return new FairleadError(
    'config-invalid',
    `connection "${connection}" has a refresh token, but no "${settings.clientId}" to renew the login with`,
    {
      connection,
      hint: `Set it with \`fairlead client set ${connection} ${settings.clientId}=VALUE\`, or log in with \`${loginCommand(connection)}\`.`,
    },
  )
}

function warnOfRotation(log: Log): void {
  log.warn(
    'the service returned a new refresh token, which is not stored with FAIRLEAD_SECRETS=environment; the one in the environment may no longer be valid',
  )
}
