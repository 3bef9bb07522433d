import { errorFromResponse, FairleadError, type Host, type HttpRequest, type Resolved } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { timeOf } from '../mapping.ts'
import { isRecord, textOf } from './json.ts'

interface Session {
  /** Empty for nobody's. */
  readonly token: string
  /** Milliseconds since 1970 from when a new token is got before Girder refuses this one. */
  readonly renewAt?: number
}

const tokenKey = 'session'

/** The token of a connection: got at the first request, shared between processes, renewed when Girder refuses it and ahead of its end. */
export class Sessions {
  readonly #host: Host
  readonly #settings: Resolved<typeof options>
  readonly #api: string
  #current: Session | undefined
  #opening: Promise<Session> | undefined
  #password: string | undefined

  constructor(host: Host, settings: Resolved<typeof options>) {
    this.#host = host
    this.#settings = settings
    this.#api = apiOf(settings.url)
  }

  /** The address of the API, without a slash at its end. */
  get api(): string {
    return this.#api
  }

  /** Whether nobody logs in. */
  get anonymous(): boolean {
    return ['api-key', 'username', 'token'].every(name => Reflect.get(this.#settings, name) === undefined)
  }

  /** The token that holds now; empty for nobody's. Logs in where there is none yet. */
  async token(): Promise<string> {
    if (this.#current !== undefined && !this.#isEnding(this.#current)) return this.#current.token
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return (await this.#opening).token
  }

  /** Replaces a token that was refused, by one that another process has got meanwhile, or by a login. */
  async refresh(cause: FairleadError): Promise<void> {
    const { 'api-key': key, username, token } = this.#settings
    if (key === undefined && username === undefined) {
      const hint =
        token === undefined
          ? `Store an API key with \`fairlead client set ${this.#host.connection} api-key\`.`
          : `Its token is over and nothing renews it: \`fairlead client set ${this.#host.connection} api-key\` stores a key.`
      throw cause.with({ hint })
    }
    const refused = this.#current?.token
    const stored = await this.#stored()
    this.#current = stored !== undefined && stored.token !== refused ? stored : await this.#logIn()
  }

  async #open(): Promise<Session> {
    const { 'api-key': key, username, token } = this.#settings
    if (key === undefined && username === undefined) return (this.#current = { token: token?.reveal() ?? '' })
    const usable =
      (await this.#usable()) ?? (await this.#host.tokens.exclusive(async () => (await this.#usable()) ?? (await this.#logIn())))
    return (this.#current = usable)
  }

  /** Girder takes a token that is over for nobody, and shows nobody what is public: so one of another process is asked about. */
  async #usable(): Promise<Session | undefined> {
    const stored = await this.#stored()
    if (stored === undefined || this.#isEnding(stored)) return undefined
    const me = await this.#json('/user/me', { headers: { 'girder-token': stored.token } }).catch((cause: unknown) => {
      if (FairleadError.is(cause, 'unauthenticated') || FairleadError.is(cause, 'permission-denied')) return null
      throw cause
    })
    return isRecord(me) ? stored : undefined
  }

  async #stored(): Promise<Session | undefined> {
    const text = (await this.#host.tokens.get(tokenKey))?.reveal()
    if (text === undefined) return undefined
    try {
      const value: unknown = JSON.parse(text)
      const token = isRecord(value) ? textOf(value['token']) : undefined
      const renewAt = isRecord(value) && typeof value['renewAt'] === 'number' ? value['renewAt'] : undefined
      return token === undefined ? undefined : { token, ...(renewAt !== undefined && { renewAt }) }
    } catch (cause) {
      if (cause instanceof SyntaxError) return undefined
      throw cause
    }
  }

  #isEnding({ renewAt }: Session): boolean {
    return renewAt !== undefined && this.#host.clock.now().getTime() >= renewAt
  }

  async #logIn(): Promise<Session> {
    const { 'api-key': key } = this.#settings
    const answer = key === undefined ? await this.#byPassword() : await this.#byKey(key.reveal())
    const granted = isRecord(answer) && isRecord(answer['authToken']) ? answer['authToken'] : {}
    const token = textOf(granted['token'])
    if (token === undefined)
      throw new FairleadError('config-invalid', `${this.#api} returned no token: it is not Girder.`, {
        hint: `Correct url; \`fairlead client show ${this.#host.connection}\` shows it.`,
      })
    const now = this.#host.clock.now().getTime()
    const lifetime = (timeOf(granted['expires']) ?? now) - now
    const session = { token, ...(lifetime > 0 && { renewAt: now + lifetime - Math.min(60_000, lifetime / 10) }) }
    await this.#host.tokens.set(tokenKey, JSON.stringify(session))
    return session
  }

  async #byKey(key: string): Promise<unknown> {
    try {
      // In a form: an address may be kept in a log.
      return await this.#json('/api_key/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `key=${encodeURIComponent(key)}`,
      })
    } catch (cause) {
      if (!FairleadError.is(cause, 'input-invalid')) throw cause
      throw new FairleadError(
        'unauthenticated',
        `Girder does not accept the API key of "${this.#host.connection}": it is unknown or inactive.`,
        {
          cause,
          hint: `Create one in Girder under "My account", "API keys", then: fairlead client set ${this.#host.connection} api-key`,
        },
      )
    }
  }

  async #byPassword(): Promise<unknown> {
    const { username = '', password } = this.#settings
    this.#password ??=
      password?.reveal() ?? (await this.#host.authorize({ url: this.#settings.url, question: `Password of ${username}: `, hidden: true }))
    const basic = Buffer.from(`${username}:${this.#password}`).toString('base64')
    try {
      return await this.#json('/user/authentication', { headers: { authorization: `Basic ${basic}` } })
    } catch (cause) {
      if (!FairleadError.is(cause, 'unauthenticated') && !FairleadError.is(cause, 'permission-denied')) throw cause
      this.#password = undefined
      throw new FairleadError('unauthenticated', `Girder does not let "${username}" log in: ${cause.message}`, {
        cause,
        hint: `Check username and password; \`fairlead client set ${this.#host.connection} password\` stores another one.`,
      })
    }
  }

  async #json(path: string, request: Omit<HttpRequest, 'url'>): Promise<unknown> {
    const response = await this.#host.http.request({ ...request, url: `${this.#api}${path}` })
    if (response.status >= 300) throw await errorFromResponse(response)
    const text = await response.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new FairleadError('config-invalid', `${this.#api} is not Girder: something else responded.`, {
        cause,
        hint: `Correct url; \`fairlead client show ${this.#host.connection}\` shows it.`,
      })
    }
  }
}

function apiOf(url: URL): string {
  const address = `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  return /\/api\/v\d+$/.test(address) ? address : `${address}/api/v1`
}
