import type * as library from 'oauth4webapi'
import type { AuthorizationServer, Client, ClientAuth, TokenEndpointResponse } from 'oauth4webapi'
import type { OAuthLogin } from '../../contract/login.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Http } from '../../http/http.ts'
import { isSecret, type SettingValue } from '../settings/settings-values.ts'
import { createTokenFetch } from './token-fetch.ts'

/** The library, loaded at the first login or renewal: most commands need neither. */
type OAuthLibrary = typeof library

/** What every request of a login is made with. */
export interface Protocol {
  readonly oauth: OAuthLibrary
  readonly server: AuthorizationServer
  readonly client: Client
  readonly authentication: ClientAuth
  /** What the library's requests take last. */
  options(signal?: AbortSignal): RequestOptions
}

/** The options of the library's requests: our sockets, and http where it can't leave this machine. */
interface RequestOptions {
  readonly [option: symbol]: typeof globalThis.fetch | boolean
  readonly signal?: AbortSignal
}

/** A program as the service knows it. */
export interface OAuthClient {
  readonly id: string
  readonly secret?: string
}

/** The OAuth client of these settings, or undefined where there is none. */
export function clientOf(login: OAuthLogin, settings: Readonly<Record<string, SettingValue>>): OAuthClient | undefined {
  const id = settings[login.settings.clientId]
  const secret = textOf(settings, login.settings.clientSecret)
  if (typeof id !== 'string' || id === '') return undefined
  return { id, ...(secret !== undefined && { secret }) }
}

/** The text of a secret setting. */
export function textOf(settings: Readonly<Record<string, SettingValue>>, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : settings[name]
  return isSecret(value) ? value.reveal() : undefined
}

/**
 * The address that takes the place of the service's own, where one is set. `config-invalid` for one over http at another machine:
 * logins and every request with a token would go there in the clear.
 */
export function gatewayOf(login: OAuthLogin, settings: Readonly<Record<string, SettingValue>>, connection: string): URL | undefined {
  const gateway = login.endpointSetting === undefined ? undefined : settings[login.endpointSetting]
  if (!(gateway instanceof URL)) return undefined
  if (gateway.protocol === 'http:' && !isLoopback(gateway.hostname)) {
    throw new FairleadError('config-invalid', `connection "${connection}" would send its login over http to ${gateway.host}`, {
      connection,
      hint: `Set ${login.endpointSetting ?? 'the endpoint'} to an https address; http is for this machine only.`,
    })
  }
  return gateway
}

/** The protocol with one service for one OAuth client. `config-invalid` as of {@link gatewayOf}. */
export async function createProtocol(
  login: OAuthLogin,
  settings: Readonly<Record<string, SettingValue>>,
  oauthClient: OAuthClient,
  around: { readonly http: Http; readonly connection: string },
): Promise<Protocol> {
  const oauth = await import('oauth4webapi')
  const base = gatewayOf(login, settings, around.connection)
  const insecure = base?.protocol === 'http:'
  const at = (endpoint: string): string => (base === undefined ? endpoint : moved(endpoint, base))
  const { authorizationEndpoint, tokenEndpoint, deviceEndpoint, revocationEndpoint } = login
  const server: AuthorizationServer = {
    issuer: base === undefined ? (login.issuer ?? new URL(authorizationEndpoint).origin) : base.origin,
    authorization_endpoint: at(authorizationEndpoint),
    token_endpoint: at(tokenEndpoint),
    ...(deviceEndpoint !== undefined && { device_authorization_endpoint: at(deviceEndpoint) }),
    ...(revocationEndpoint !== undefined && { revocation_endpoint: at(revocationEndpoint) }),
  }
  const fetch = createTokenFetch(around.http)
  return {
    oauth,
    server,
    client: { client_id: oauthClient.id },
    authentication: oauthClient.secret === undefined ? oauth.None() : oauth.ClientSecretPost(oauthClient.secret),
    options: signal => ({
      [oauth.customFetch]: fetch,
      [oauth.allowInsecureRequests]: insecure,
      ...(signal !== undefined && { signal }),
    }),
  }
}

/** One refresh of an access token. Whatever it throws goes through `loginError`. */
export async function refreshGrant(protocol: Protocol, refreshToken: string, signal?: AbortSignal): Promise<TokenEndpointResponse> {
  const { oauth, server, client, authentication } = protocol
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, protocol.options(signal))
  return oauth.processRefreshTokenResponse(server, client, response)
}

/** An endpoint at another origin, below that one's path. */
function moved(endpoint: string, base: URL): string {
  const { pathname, search } = new URL(endpoint)
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}${pathname}${search}`
}

/** Whether a host of an address is this machine. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
