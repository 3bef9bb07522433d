import type { Clock } from '../../contract/host.ts'
import type { OAuthLogin } from '../../contract/login.ts'
import type { LoginTalk } from './login-talk.ts'
import type { Protocol } from './protocol.ts'

/** What each way of logging in needs to know of the login it runs. */
export interface LoginRun {
  readonly connection: string
  /** The service's name, for people. */
  readonly title: string
  readonly login: OAuthLogin
  readonly protocol: Protocol
  readonly scopes: readonly string[]
  readonly talk: LoginTalk
  readonly clock: Clock
  /** How long a browser is waited for. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}
