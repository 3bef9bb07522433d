import { FairleadError, type ConnectionInit, type Secret } from '@fairlead/core'
import type { AuthClient } from 'google-auth-library'
import { scopes, type options } from '../manifest.ts'

/** What lets requests in. */
export interface Tokens {
  /** A token that is valid for some time yet. */
  current(signal?: AbortSignal): Promise<string>
  /** The last one was refused: gets another one, unless somebody else just has. */
  refresh(): Promise<void>
  /** Whether only files of this program itself are seen. */
  seesOwnFilesOnly(): Promise<boolean>
}

/** The tokens of the settings: of a key file, of this machine, or of a login. */
export function tokensOf(init: ConnectionInit<typeof options>): Tokens {
  const { settings } = init
  return settings['key-file'] !== undefined || settings['application-default'] ? new GoogleTokens(init) : new LoginTokens(init)
}

/** The host's, of `fairlead client login`. */
class LoginTokens implements Tokens {
  readonly #init: ConnectionInit<typeof options>
  #used: Secret | undefined

  constructor(init: ConnectionInit<typeof options>) {
    this.#init = init
  }

  async current(signal?: AbortSignal): Promise<string> {
    this.#used = await this.#init.host.login.accessToken(signal)
    return this.#used.reveal()
  }

  async refresh(): Promise<void> {
    await this.#init.host.login.renew(this.#used)
  }

  async seesOwnFilesOnly(): Promise<boolean> {
    return (await this.#init.host.login.access()) === 'app'
  }
}

/** What is kept of a token between processes. */
interface Kept {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
  /** Of what credentials. */
  readonly of: string
}

/** A token is renewed so long before it ends. */
const aheadMs = 300_000
const key = 'google'

/** Tokens that Google's own library gets: service accounts, gcloud, instances, federated identities. */
class GoogleTokens implements Tokens {
  readonly #init: ConnectionInit<typeof options>
  #client: Promise<AuthClient> | undefined
  #current: Kept | undefined
  #running: Promise<Kept> | undefined

  constructor(init: ConnectionInit<typeof options>) {
    this.#init = init
  }

  async current(): Promise<string> {
    if (this.#current !== undefined && this.#isFresh(this.#current)) return this.#current.token
    return (await this.#renewed(undefined)).token
  }

  async refresh(): Promise<void> {
    await this.#renewed(this.#current?.token)
  }

  async seesOwnFilesOnly(): Promise<boolean> {
    return this.#init.settings.access === 'app'
  }

  #isFresh({ expires, of }: Kept): boolean {
    return of === this.#credentials() && expires - aheadMs > this.#init.host.clock.now().getTime()
  }

  #credentials(): string {
    const { 'key-file': file = '', subject = '', access } = this.#init.settings
    return JSON.stringify([file, subject, access])
  }

  /** One at a time, in this process and between processes; `refused` is a token that is worth nothing any more. */
  async #renewed(refused: string | undefined): Promise<Kept> {
    const { tokens } = this.#init.host
    this.#running ??= tokens
      .exclusive(async () => {
        const known = parseKept((await tokens.get(key))?.reveal())
        if (known !== undefined && known.token !== refused && this.#isFresh(known)) return (this.#current = known)
        const fresh = await this.#ask()
        await tokens.set(key, JSON.stringify(fresh))
        return (this.#current = fresh)
      })
      .finally(() => (this.#running = undefined))
    return await this.#running
  }

  async #ask(): Promise<Kept> {
    const { host } = this.#init
    try {
      this.#client ??= this.#open()
      const client = await this.#client
      client.setCredentials({})
      const { token } = await client.getAccessToken()
      if (typeof token !== 'string' || token === '') throw new Error('Google gave no token')
      const expires = client.credentials.expiry_date ?? host.clock.now().getTime() + 3_600_000
      return { token, expires, of: this.#credentials() }
    } catch (cause) {
      this.#client = undefined
      throw this.#failure(cause)
    }
  }

  async #open(): Promise<AuthClient> {
    const { settings, host } = this.#init
    const { GoogleAuth } = await import('google-auth-library')
    const { endpoint, subject, access, 'key-file': keyFilename } = settings
    const auth = new GoogleAuth({
      scopes: [...scopes[access]],
      ...(keyFilename !== undefined && { keyFilename }),
      clientOptions: {
        ...(subject !== undefined && { subject }),
        transporterOptions: { fetchImplementation: movedFetch(host.http.fetch, endpoint), retry: false },
      },
    })
    return await auth.getClient()
  }

  #failure(cause: unknown): FairleadError {
    if (FairleadError.is(cause)) return cause
    const { settings, host } = this.#init
    const file = settings['key-file']
    const said = cause instanceof Error ? cause.message : String(cause)
    const of = file === undefined ? 'the credentials of this machine' : `the key file "${file}"`
    const missing = cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EACCES')
    const config = missing || /JSON|could not load the default credentials|does not contain|must be specified|unable to read/i.test(said)
    const nested = cause instanceof Error && FairleadError.is(cause.cause) ? cause.cause : undefined
    if (nested !== undefined) return nested
    return new FairleadError(config ? 'config-invalid' : 'unauthenticated', `Google gives no token for ${of}: ${said}`, {
      connection: host.connection,
      hint:
        file === undefined
          ? 'Run `gcloud auth application-default login`, or set key-file.'
          : `Download a key of the service account anew, and name it with \`fairlead client set ${host.connection} key-file=FILE\`.`,
    })
  }
}

/** Google's library knows its addresses by heart; where an endpoint is set, its origin takes their place. */
function movedFetch(fetch: typeof globalThis.fetch, endpoint: URL | undefined): typeof globalThis.fetch {
  if (endpoint === undefined) return fetch
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.hostname.endsWith('.googleapis.com')) url.host = endpoint.host
    if (url.host === endpoint.host) url.protocol = endpoint.protocol
    return await fetch(url, init)
  }
}

function parseKept(text: string | undefined): Kept | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('token' in value) || !('expires' in value) || !('of' in value)) return undefined
    const { token, expires, of } = value
    return typeof token === 'string' && typeof expires === 'number' && typeof of === 'string' ? { token, expires, of } : undefined
  } catch {
    // Not ours: a new one takes its place.
    return undefined
  }
}
