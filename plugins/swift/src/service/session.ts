import { createHash } from 'node:crypto'
import { FairleadError, type Host, type Resolved } from '@fairlead/core'
import { manifest, type options } from '../manifest.ts'
import { credentialsOf, loginOf, type Credentials } from './credentials.ts'
import { isRecord, textOf } from './json.ts'
import type { Granted } from './grant.ts'
import { discoverVersion, logIn } from './login.ts'

/** What requests are made with. */
export interface Session {
  readonly token: string
  /** The address of the account, without a slash at its end. */
  readonly storageUrl: string
  /** Milliseconds since 1970 from when a new token is got before the service refuses this one. */
  readonly renewAt?: number
}

const tokenKey = 'session'

/** The token of a connection: got at the first request, shared between processes, renewed when the service refuses it. */
export class Sessions {
  readonly #host: Host
  readonly #settings: Resolved<typeof options>
  readonly #credentials: Credentials
  #current: Session | undefined
  #opening: Promise<Session> | undefined
  #typed: string | undefined
  #refusal: FairleadError | undefined

  /** Throws `config-invalid` where the settings are no credentials. */
  constructor(host: Host, settings: Resolved<typeof options>) {
    this.#host = host
    this.#settings = settings
    this.#credentials = credentialsOf(settings, host.connection)
  }

  /** The session that holds now; logs in where there is none yet. */
  async current(): Promise<Session> {
    if (this.#current !== undefined && !this.#isEnding(this.#current)) return this.#current
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return await this.#opening
  }

  /** Replaces a token that was refused, by one that another process has got meanwhile, or by a login. */
  async refresh(): Promise<void> {
    // What was refused a moment ago would be refused again: a second wrong login may lock the user out.
    const refusal = this.#refusal
    this.#refusal = undefined
    if (refusal !== undefined) throw refusal
    const stored = await this.#stored()
    this.#current = stored !== undefined && stored.token !== this.#current?.token ? stored : await this.#logIn()
  }

  async #open(): Promise<Session> {
    try {
      this.#current =
        (await this.#usable()) ?? (await this.#host.tokens.exclusive(async () => (await this.#usable()) ?? (await this.#logIn())))
      this.#refusal = undefined
      return this.#current
    } catch (error) {
      if (FairleadError.is(error, 'unauthenticated')) this.#refusal = error
      throw error
    }
  }

  async #usable(): Promise<Session | undefined> {
    if ('token' in this.#credentials) {
      const { token, storageUrl } = this.#credentials
      return { token: token.reveal(), storageUrl: withoutSlash(storageUrl.href) }
    }
    const stored = await this.#stored()
    return stored === undefined || this.#isEnding(stored) ? undefined : stored
  }

  async #logIn(): Promise<Session> {
    const credentials = this.#credentials
    if ('token' in credentials) {
      throw new FairleadError('unauthenticated', 'the token in the settings has expired, and there is no login to get a new one', {
        hint: `Store a new one with \`fairlead client set ${this.#host.connection} token\`.`,
      })
    }
    const { settings, authUrl } = credentials
    const version = credentials.version === 'auto' ? await discoverVersion(authUrl, this.#host) : credentials.version
    const login = loginOf(settings, authUrl, version, this.#host.connection)
    let granted: Granted
    try {
      granted = await logIn(login, {
        host: this.#host,
        region: settings.region,
        interface: settings.interface,
        password: async () => settings.password?.reveal() ?? (this.#typed ??= await this.#ask(authUrl)),
      })
    } catch (error) {
      this.#typed = undefined
      throw error
    }
    const session = sessionOf(granted, settings['storage-url'], this.#host.clock.now())
    await this.#host.tokens.set(tokenKey, JSON.stringify({ ...session, of: this.#fingerprint() }))
    return session
  }

  async #ask(url: URL): Promise<string> {
    const { username, 'user-id': id } = this.#settings
    const who = username ?? id ?? ''
    return await this.#host.authorize({ url, message: `Logging in as ${who} at:`, question: `Password of ${who}: `, hidden: true })
  }

  async #stored(): Promise<Session | undefined> {
    const text = (await this.#host.tokens.get(tokenKey))?.reveal()
    if (text === undefined) return undefined
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || value['of'] !== this.#fingerprint()) return undefined
    const [token, storageUrl, renewAt] = [textOf(value['token']), textOf(value['storageUrl']), value['renewAt']]
    if (token === undefined || storageUrl === undefined) return undefined
    return { token, storageUrl, ...(typeof renewAt === 'number' && { renewAt }) }
  }

  /** A token is of these settings only: with other ones it would open another account. */
  #fingerprint(): string {
    const login = new Set(['region', 'interface', ...(manifest.credentials ?? [])])
    const values = Object.entries(this.#settings)
      .filter(([name]) => login.has(name))
      .map(([name, value]) => [name, typeof value === 'object' && 'reveal' in value ? value.reveal() : String(value)])
    return createHash('sha256').update(JSON.stringify(values.toSorted())).digest('hex')
  }

  #isEnding({ renewAt }: Session): boolean {
    return renewAt !== undefined && this.#host.clock.now().getTime() >= renewAt
  }
}

function sessionOf({ token, storageUrl, expires }: Granted, said: URL | undefined, now: Date): Session {
  const address = said?.href ?? storageUrl
  if (address === undefined) throw new FairleadError('config-invalid', 'the login returned no storage URL', { hint: 'Set storage-url.' })
  // A body that can be read once only must not meet the end of its token; the last tenth is for that, at most a minute.
  const lifetime = expires === undefined ? 0 : expires.getTime() - now.getTime()
  const margin = Math.min(60_000, lifetime / 10)
  return { token, storageUrl: withoutSlash(address), ...(expires !== undefined && lifetime > 0 && { renewAt: expires.getTime() - margin }) }
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '')
}
