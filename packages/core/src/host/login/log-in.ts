import type { TokenEndpointResponse } from 'oauth4webapi'
import { FairleadError } from '../../contract/errors.ts'
import type { Access } from '../../contract/login.ts'
import { secret } from '../../contract/options.ts'
import type { SettingInput } from '../settings/settings-values.ts'
import type { SavedSetting } from '../settings/settings.ts'
import { accessOf, accessRecord } from './access-record.ts'
import { createAuthorization } from './authorization.ts'
import { loginByBrowser } from './browser-login.ts'
import { loginByDevice } from './device-login.ts'
import { originOf } from './kept-tokens.ts'
import { loginCommand } from './login-error.ts'
import { loginPlace, type LoginPlace } from './login-place.ts'
import type { LoginRun } from './login-run.ts'
import { loginLock } from './login-tokens.ts'
import type { LoginOptions, LoginResult, LoginSurroundings } from './login-verbs.ts'
import { loginByPaste } from './paste-login.ts'
import { clientOf, createProtocol, type OAuthClient } from './protocol.ts'

const browserTimeoutMs = 600_000

/** See {@link LoginVerbs.login}. */
export async function logIn(connection: string, options: LoginOptions, around: LoginSurroundings): Promise<LoginResult> {
  const place = loginPlace(connection, around)
  const { login, manifest } = place
  const { way = 'browser', access = login.defaultAccess, talk, signal, timeoutMs = browserTimeoutMs } = options
  const scopes = scopesOf(place, access, way)
  if (around.secrets.mode === 'environment') {
    throw new FairleadError(
      'config-invalid',
      `the login of connection "${connection}" could not be stored, because FAIRLEAD_SECRETS=environment`,
      {
        connection,
        hint: 'Set FAIRLEAD_SECRETS to keychain or file, or set a refresh token in the environment.',
      },
    )
  }
  const settings = await place.values()
  const oauthClient = options.oauthClient ?? clientOf(login, settings)
  if (oauthClient === undefined) throw noOAuthClient(place)
  if (oauthClient.secret !== undefined) around.redactor.hide(oauthClient.secret)
  const protocol = await createProtocol(login, settings, oauthClient, { http: around.http(), connection })
  const run: LoginRun = { connection, title: manifest.title, login, protocol, scopes, talk, clock: around.clock, timeoutMs, signal }
  const tokens = await grant(run, way)
  return around.locks.exclusive(loginLock(connection), () => store(place, oauthClient, tokens, { options, scopes, around }))
}

async function grant(run: LoginRun, way: NonNullable<LoginOptions['way']>): Promise<TokenEndpointResponse> {
  if (way === 'device') return loginByDevice(run)
  const authorization = await createAuthorization(run.protocol, run.login, run.scopes)
  return way === 'paste' ? loginByPaste(run, authorization) : loginByBrowser(run, authorization)
}

/** The scopes of an access; `unsupported` for one that the service, or a login with a device code, doesn't have. */
function scopesOf({ connection, login, manifest }: LoginPlace, access: Access, way: LoginOptions['way']): readonly string[] {
  const refuse = (what: string, hint: string): FairleadError =>
    new FairleadError('unsupported', `${manifest.title} has no ${what}`, { connection, hint })
  const scopes = login.access[access]
  if (scopes === undefined) throw refuse(`access "${access}"`, `Ask for one of: ${Object.keys(login.access).join(', ')}.`)
  if (way === 'device' && login.deviceEndpoint === undefined)
    throw refuse('login with a device code', `Without a browser on this machine: \`${loginCommand(connection)} --no-browser\`.`)
  if (way === 'device' && login.deviceAccess?.includes(access) === false) {
    throw refuse(
      `access "${access}" for a login with a device code`,
      `It has: ${login.deviceAccess.join(', ')}. For more, without a browser on this machine: \`${loginCommand(connection)} --no-browser --access ${access}\`.`,
    )
  }
  return scopes
}

/** Stores the login, and what an earlier one left is forgotten. */
async function store(
  place: LoginPlace,
  oauthClient: OAuthClient,
  tokens: TokenEndpointResponse,
  { options, scopes, around }: { readonly options: LoginOptions; readonly scopes: readonly string[]; readonly around: LoginSurroundings },
): Promise<LoginResult> {
  const { connection, login, settings, kept } = place
  const names = login.settings
  if (tokens.refresh_token === undefined) {
    throw new FairleadError('unexpected', `the service returned no renewable token for connection "${connection}"`, {
      connection,
      hint: `Revoke Fairlead's access on the service's page of connected apps, then run \`${loginCommand(connection)}\` again.`,
    })
  }
  const given: Record<string, SettingInput> = { [names.refreshToken]: secret(tokens.refresh_token) }
  if (options.oauthClient !== undefined) {
    given[names.clientId] = oauthClient.id
    if (names.clientSecret !== undefined && oauthClient.secret !== undefined) given[names.clientSecret] = secret(oauthClient.secret)
    // The secret of the client before is none of this one's.
    if (names.clientSecret !== undefined && oauthClient.secret === undefined) await settings.unset(names.clientSecret)
  }
  await kept.clear()
  if (names.accessToken !== undefined) await settings.unset(names.accessToken)
  const saved: readonly SavedSetting[] = await settings.updateAll(given)
  const access = accessRecord(tokens, around.clock.now(), scopes.join(' '))
  await kept.keep(originOf(oauthClient.id, tokens.refresh_token), access, undefined)
  return {
    connection,
    access: accessOf(login, access.scope),
    scopes: (access.scope ?? '').split(/\s+/).filter(scope => scope !== ''),
    saved,
    ...shadow(place),
  }
}

/** The variable of the environment that gives the credentials, though a login is stored. */
function shadow({ login, manifest, settings }: LoginPlace): Pick<LoginResult, 'shadowedBy'> {
  const reports = settings.all()
  if (reports.find(({ name }) => name === login.settings.refreshToken)?.source?.kind === 'settings') return {}
  const names = [login.settings.refreshToken, ...(manifest.credentials ?? [])]
  for (const { name, source } of reports)
    if (names.includes(name) && source !== undefined && 'variable' in source) return { shadowedBy: source.variable }
  return {}
}

function noOAuthClient({ connection, login, manifest }: LoginPlace): FairleadError {
  return new FairleadError(
    'config-invalid',
    `connection "${connection}" has no OAuth client yet: ${manifest.title} needs your own OAuth client`,
    {
      connection,
      hint: `Get one, then \`${loginCommand(connection)} --client-file FILE\`:\n${guideOf(login)
        .map((step, index) => `  ${index + 1}. ${step}`)
        .join('\n')}`,
    },
  )
}

/** The steps to an OAuth client, with the redirect addresses to enter. */
export function guideOf({ guide, redirect }: LoginPlace['login']): readonly string[] {
  const { ports, host = '127.0.0.1', path = '/' } = redirect
  const addresses =
    ports === undefined ? `http://${host}${path === '/' ? '' : path}` : ports.map(port => `http://${host}:${port}${path}`).join(' and ')
  return guide.map(step => step.replaceAll('{redirect}', addresses))
}
