import type { Clock, Log } from '../../contract/host.ts'
import type { Access } from '../../contract/login.ts'
import type { Manifest } from '../../contract/manifest.ts'
import type { Http } from '../../http/http.ts'
import type { Locks } from '../runtime.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { SecretStore } from '../secrets/secrets-store.ts'
import type { ConnectionSettings, SavedSetting } from '../settings/settings.ts'
import type { LoginTalk } from './login-talk.ts'
import { logIn } from './log-in.ts'
import { logOut } from './log-out.ts'
import { loginStatus } from './login-status.ts'
import type { OAuthClient } from './protocol.ts'

/** How a login is run. */
export interface LoginOptions {
  /** Default: the client's, which is the least that most things can be done with. */
  readonly access?: Access
  /** `browser`: on this machine. `device`: a code entered elsewhere. `paste`: what a browser elsewhere ends with is pasted here. */
  readonly way?: 'browser' | 'device' | 'paste'
  /** The OAuth client to log in with, which is then stored; default the one in the settings. */
  readonly oauthClient?: OAuthClient
  readonly talk: LoginTalk
  /** Milliseconds that a browser is waited for, default ten minutes. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What a login gave. */
export interface LoginResult {
  readonly connection: string
  /** What the service granted, which may be less or more than what was asked for; undefined where it is none of the known. */
  readonly access: Access | undefined
  readonly scopes: readonly string[]
  /** Where the settings went. */
  readonly saved: readonly SavedSetting[]
  /** A variable of the environment that takes the place of this login, if there is one. */
  readonly shadowedBy?: string
}

/** What ending a login came to. */
export interface LogoutResult {
  readonly connection: string
  /** True: the service takes the login's tokens no more. */
  readonly revoked: boolean
  /** Why the service was not told, or did not take it. */
  readonly reason?: string
  /** Settings that were forgotten. */
  readonly removed: readonly string[]
  /** Settings that a keychain which did not answer may still hold. */
  readonly left: readonly string[]
  /** A variable of the environment that still logs in. */
  readonly remains?: string
}

/** What is known of a login on this machine, without asking the service. */
export interface LoginStatus {
  readonly connection: string
  readonly client: string
  /** False: the client has no login; its settings are all there is to it. */
  readonly hasLogin: boolean
  /** `login`: a token that can be renewed. `token`: an access token only. `other`: other credentials of the client. `none`: nothing. */
  readonly credentials: 'login' | 'token' | 'other' | 'none'
  /** Where the credentials come from, in words. */
  readonly source?: string
  readonly access?: Access
  readonly scopes?: readonly string[]
  /** When the access token at hand ends; a new one is got before. */
  readonly expires?: Date
  readonly oauthClient?: { readonly id: string; readonly source: string }
  /** The accesses that `login` can ask for, the default first. */
  readonly accesses: readonly Access[]
  /** How to get an OAuth client of one's own. */
  readonly guide: readonly string[]
}

/** Logging in and out, for applications. */
export interface LoginVerbs {
  /**
   * Logs a connection in by OAuth 2 and stores its tokens. `unsupported`: the client has no login, or not that access or way.
   * `config-invalid`: there is no OAuth client, or nothing may be stored. `permission-denied`: consent was denied. `timeout`.
   */
  login(connection: string, options: LoginOptions): Promise<LoginResult>
  /** Ends the login at the service (unless `revoke` is false) and forgets it here, which is done whatever the service says. */
  logout(connection: string, options?: { readonly revoke?: boolean; readonly signal?: AbortSignal }): Promise<LogoutResult>
  loginStatus(connection: string): Promise<LoginStatus>
}

/** What the verbs of logging in stand on. */
export interface LoginSurroundings {
  manifestOf(connection: string): Manifest
  settingsOf(connection: string): ConnectionSettings
  readonly http: () => Http
  readonly clock: Clock
  readonly log: Log
  readonly locks: Locks
  readonly secrets: SecretStore
  readonly redactor: Redactor
}

/** The verbs over these surroundings. */
export function createLoginVerbs(around: LoginSurroundings): LoginVerbs {
  return {
    login: (connection, options) => logIn(connection, options, around),
    logout: (connection, options = {}) => logOut(connection, options, around),
    loginStatus: connection => loginStatus(connection, around),
  }
}
