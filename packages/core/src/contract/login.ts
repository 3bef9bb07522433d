import type { OptionsSpec, Secret } from './options.ts'

/**
 * How much a login lets in. `app`: only what Fairlead itself made. `read`: everything, to be read. `full`: everything, to be
 * read and changed.
 */
export type Access = 'app' | 'read' | 'full'

/**
 * A login by OAuth 2 (RFC 6749, RFC 7636 PKCE, RFC 8252 native apps, RFC 8628 devices), as pure data: `fairlead client login`
 * runs it, and the host renews its tokens. A client with a login has a `doRefresh` that calls {@link Login.renew}.
 *
 * `refreshToken` and `accessToken` belong to the manifest's `credentials`, `clientId` and `clientSecret` don't: they name the
 * program, not who uses it, and may come from the environment while the login is stored.
 */
export interface OAuthLogin {
  readonly kind: 'oauth2'
  /** https addresses of the service. */
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly deviceEndpoint?: string
  readonly revocationEndpoint?: string
  /** What it is sent: `token` in a form (RFC 7009), the default; or nothing but an access token in the Authorization header (Dropbox). */
  readonly revocation?: 'form' | 'bearer'
  /** What the service calls itself in its answers (RFC 9207); by default the origin of `authorizationEndpoint`. */
  readonly issuer?: string
  /** A setting of type `url` whose origin takes the place of that of all endpoints: private gateways, tests. */
  readonly endpointSetting?: string
  /** The settings, of the option table, that hold what a login needs and gives; all but `clientId` are secrets. */
  readonly settings: {
    readonly clientId: string
    readonly clientSecret?: string
    readonly refreshToken: string
    /** An access token that somebody got elsewhere; used until it is refused. */
    readonly accessToken?: string
  }
  /** The scopes that each access asks for; an access that the service doesn't have is absent. */
  readonly access: Readonly<Partial<Record<Access, readonly string[]>>>
  /** The least that most things can be done with. */
  readonly defaultAccess: Access
  /** The accesses that a login with a device code can have, where the service allows not all of them. */
  readonly deviceAccess?: readonly Access[]
  /** Further parameters of the authorization request, such as `access_type=offline`. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly redirect: {
    /** For services that know their redirect addresses to the letter: the ports that are tried, in order. Else any free port. */
    readonly ports?: readonly number[]
    /** Path of the redirect address, default `/`. */
    readonly path?: string
    /** Host of the redirect address as the service wants it written, default `127.0.0.1`; it listens on the loopback address only. */
    readonly host?: '127.0.0.1' | 'localhost'
    /**
     * How a login goes on without a browser on this machine. `address`: the browser elsewhere ends at an address that it can't
     * open, and a person pastes that. `code` (Dropbox): no redirect address is sent, and the service shows a code. Default `address`.
     */
    readonly paste?: 'address' | 'code'
  }
  /** What to do to get an OAuth client of one's own, step by step; `{redirect}` stands for the redirect addresses to enter there. */
  readonly guide: readonly string[]
}

/** The tokens of a connection whose manifest has a `login`. For others each call is `plugin-invalid`. */
export interface Login {
  /**
   * An access token, valid for some time yet: kept between calls and processes, renewed ahead of its expiry. Ask before each
   * request and keep none. `unauthenticated` that names `fairlead client login` when nobody is logged in.
   */
  accessToken(signal?: AbortSignal): Promise<Secret>
  /**
   * For `doRefresh`: the service refused an access token. Gets a new one, unless another call or process has got one since
   * `used` was given out (default: the last that {@link Login.accessToken} gave). `unauthenticated` when the login was revoked.
   */
  renew(used?: Secret, signal?: AbortSignal): Promise<void>
  /** How much the login lets in, as the service told; undefined where that isn't known. */
  access(): Promise<Access | undefined>
}

/** What is wrong with the login of a manifest with these options, or undefined. */
export function loginProblem(login: OAuthLogin, options: OptionsSpec): string | undefined {
  for (const name of ['authorizationEndpoint', 'tokenEndpoint', 'deviceEndpoint', 'revocationEndpoint'] as const) {
    const address = login[name]
    if (address !== undefined && URL.parse(address)?.protocol !== 'https:') return `its login's ${name} must be an https address`
  }
  for (const [key, setting] of Object.entries(login.settings)) {
    const wanted = key === 'clientId' ? 'string' : 'secret'
    if (options[setting]?.type !== wanted) return `"${setting}", its login's ${key}, must be a setting of type ${wanted}`
  }
  if (login.endpointSetting !== undefined && options[login.endpointSetting]?.type !== 'url')
    return `"${login.endpointSetting}", its login's endpointSetting, must be a setting of type url`
  if (login.access[login.defaultAccess] === undefined) return `its login has no access "${login.defaultAccess}", which is its default`
  if (login.guide.length === 0) return 'its login has no guide to an OAuth client'
  return undefined
}
