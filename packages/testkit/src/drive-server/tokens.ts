import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { jsonAnswer, Refusal, type Answer } from './answer.ts'

/** Whoever has an access token: a person, by way of an OAuth client, let in so far. */
export interface Visitor {
  readonly email: string
  readonly client: string
  readonly scopes: ReadonlySet<string>
}

interface Grant extends Visitor {
  readonly secret: string
}

interface AccessToken {
  readonly visitor: Visitor
  readonly expires: number
}

const drive = 'https://www.googleapis.com/auth/drive'

/** The scopes of the API, by the word after `drive`. */
export const scopes = { full: drive, file: `${drive}.file`, readonly: `${drive}.readonly` } as const

/** The tokens that Google gives out, and takes: https://developers.google.com/identity/protocols/oauth2 */
export class Tokens {
  readonly #access = new Map<string, AccessToken>()
  readonly #refresh = new Map<string, Grant>()
  readonly #keys = new Map<string, Visitor>()
  #lifetimeSeconds = 3599
  /** How many access tokens were given out for refresh tokens and signed assertions. */
  issued = 0

  /** A refresh token, as a login gives one. */
  login(email: string, options: { readonly client?: string; readonly secret?: string; readonly scope?: string } = {}): string {
    const token = `1//${randomBytes(24).toString('base64url')}`
    const { client = 'fairlead-test', secret = 'client-secret', scope = scopes.full } = options
    this.#refresh.set(token, { email, client, secret, scopes: new Set(scope.split(' ')) })
    return token
  }

  /** An access token without a login. */
  access(visitor: { readonly email: string; readonly client?: string; readonly scope?: string }): string {
    const { email, client = 'fairlead-test', scope = scopes.full } = visitor
    return this.#give({ email, client, scopes: new Set(scope.split(' ')) })
  }

  /** Lets a service account in, by the address in its key file. */
  serviceAccount(email: string, client: string): void {
    this.#keys.set(email, { email, client, scopes: new Set() })
  }

  /** Takes a refresh token back, as its owner can. */
  revoke(token: string): void {
    this.#refresh.delete(token)
  }

  /** From now on access tokens last so long. */
  setLifetime(seconds: number): void {
    this.#lifetimeSeconds = seconds
  }

  /** Ends every access token that there is. */
  expireAll(): void {
    this.#access.clear()
  }

  /** Whose token a request has. */
  visitorOf({ headers }: IncomingMessage): Visitor {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
    const found = token === undefined ? undefined : this.#access.get(token)
    if (found !== undefined && found.expires > Date.now()) return found.visitor
    throw new Refusal(401, 'authError', token === undefined ? 'Login Required.' : 'Invalid Credentials', {
      place: { location: 'Authorization', locationType: 'header' },
    })
  }

  /** The token endpoint: refresh tokens, and assertions of service accounts. */
  answer(body: Buffer): Answer {
    const form = new URLSearchParams(body.toString())
    const visitor = this.#visitorFor(form)
    if (typeof visitor === 'string')
      return jsonAnswer(visitor === 'invalid_client' ? 401 : 400, {
        error: visitor,
        error_description: visitor === 'invalid_grant' ? 'Token has been expired or revoked.' : 'The OAuth client was not found.',
      })
    this.issued += 1
    return jsonAnswer(200, {
      access_token: this.#give(visitor),
      expires_in: this.#lifetimeSeconds,
      scope: [...visitor.scopes].join(' '),
      token_type: 'Bearer',
    })
  }

  #visitorFor(form: URLSearchParams): Visitor | 'invalid_grant' | 'invalid_client' {
    if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      const claims: { readonly iss?: unknown; readonly scope?: unknown; readonly sub?: unknown } = JSON.parse(
        Buffer.from(form.get('assertion')?.split('.')[1] ?? 'e30', 'base64url').toString(),
      )
      const account = this.#keys.get(String(claims.iss))
      if (account === undefined) return 'invalid_grant'
      const email = typeof claims.sub === 'string' ? claims.sub : account.email
      return { ...account, email, scopes: new Set(String(claims.scope).split(' ')) }
    }
    const grant = this.#refresh.get(form.get('refresh_token') ?? '')
    if (grant === undefined) return 'invalid_grant'
    return form.get('client_id') === grant.client && form.get('client_secret') === grant.secret ? grant : 'invalid_client'
  }

  #give(visitor: Visitor): string {
    const token = `ya29.${randomBytes(32).toString('base64url')}`
    this.#access.set(token, { visitor, expires: Date.now() + this.#lifetimeSeconds * 1000 })
    return token
  }
}
