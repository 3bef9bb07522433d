import { readFileSync } from 'node:fs'
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
  #current: Kept | undefined
  #opening: Promise<Kept> | undefined
  #refusal: FairleadError | undefined

  constructor(init: ConnectionInit<typeof options>) {
    this.#init = init
  }

  async current(): Promise<string> {
    if (this.#current !== undefined && this.#isFresh(this.#current)) return this.#current.token
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return (await this.#opening).token
  }

  /** Runs while no other process refreshes: the host holds the lock. */
  async refresh(): Promise<void> {
    // What was refused a moment ago would be refused again.
    const refusal = this.#refusal
    this.#refusal = undefined
    if (refusal !== undefined) throw refusal
    const kept = await this.#kept()
    this.#current = kept !== undefined && kept.token !== this.#current?.token ? kept : await this.#ask()
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

  async #kept(): Promise<Kept | undefined> {
    const known = parseKept((await this.#init.host.tokens.get(key))?.reveal())
    return known !== undefined && this.#isFresh(known) ? known : undefined
  }

  /** One at a time, in this process and between processes. */
  async #open(): Promise<Kept> {
    try {
      this.#current =
        (await this.#kept()) ?? (await this.#init.host.tokens.exclusive(async () => (await this.#kept()) ?? (await this.#ask())))
      return this.#current
    } catch (error) {
      if (FairleadError.is(error, 'unauthenticated')) this.#refusal = error
      throw error
    }
  }

  async #ask(): Promise<Kept> {
    const { host } = this.#init
    try {
      // A new one each time: it would give its old token again.
      const client = await this.#library()
      const { token } = await client.getAccessToken()
      if (typeof token !== 'string' || token === '') throw new Error('Google returned no token')
      const expires = client.credentials.expiry_date ?? host.clock.now().getTime() + 3_600_000
      const kept = { token, expires, of: this.#credentials() }
      await host.tokens.set(key, JSON.stringify(kept))
      return kept
    } catch (cause) {
      throw this.#failure(cause)
    }
  }

  async #library(): Promise<AuthClient> {
    const { settings, host } = this.#init
    const { endpoint, subject, access, 'key-file': keyFilename } = settings
    if (keyFilename !== undefined) checkKeyFile(keyFilename, host.connection)
    const { GoogleAuth } = await import('google-auth-library')
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
    const config = /could not load the default credentials|does not contain|must be specified/i.test(said)
    const nested = cause instanceof Error && FairleadError.is(cause.cause) ? cause.cause : undefined
    if (nested !== undefined) return nested
    return new FairleadError(config ? 'config-invalid' : 'unauthenticated', `Google issued no token for ${of}: ${said}`, {
      connection: host.connection,
      hint:
        file === undefined
          ? 'Run `gcloud auth application-default login`, or set key-file.'
          : `Download a new key of the service account, and set it with \`fairlead client set ${host.connection} key-file=FILE\`.`,
    })
  }
}

/** Whether a file can be credentials: what the library says of others does not name them. `config-invalid`. */
function checkKeyFile(file: string, connection: string): void {
  let what: string
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string') return
    what = 'it has no "type", as credentials of Google have'
  } catch (cause) {
    what = cause instanceof SyntaxError ? 'it is no JSON' : "it can't be read"
  }
  throw new FairleadError('config-invalid', `setting "key-file" of connection "${connection}": "${file}" is not a key: ${what}.`, {
    connection,
    hint: 'Download one at https://console.cloud.google.com/iam-admin/serviceaccounts, and set it there.',
  })
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
