import type { Context, Host, HttpResponse, Resolved, Source } from '@fairlead/core'
import { StatusError } from './errors.ts'
import type { MemoryOptions } from './manifest.ts'
import { asObject } from './mapping.ts'

const tokenKey = 'access'

/** What a request is made of; `path` is below the store. */
export interface Call extends Context {
  readonly method?: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly source?: Source
}

/** The wire: requests to one store of a memory server under a bearer token. */
export class MemoryService {
  readonly #host: Host
  readonly #settings: Resolved<MemoryOptions>
  #token: string | undefined

  constructor(host: Host, settings: Resolved<MemoryOptions>) {
    this.#host = host
    this.#settings = settings
  }

  /** Any answer that is a success; its body has not been read. Throws {@link StatusError}. */
  async send(call: Call): Promise<HttpResponse> {
    const token = this.#token ?? (await this.#storedToken())
    const response = await this.#host.http.request({
      method: call.method ?? 'GET',
      url: this.#address(call),
      headers: {
        ...call.headers,
        ...(call.json !== undefined && { 'content-type': 'application/json' }),
        authorization: `Bearer ${token}`,
      },
      signal: call.signal,
      ...(call.source !== undefined && { body: call.source }),
      ...(call.json !== undefined && { body: JSON.stringify(call.json) }),
    })
    if (response.status >= 300) throw await failure(response)
    return response
  }

  /** What the cache holds, unless a refresh was faster than the cache: what it bought must not be forgotten for it. */
  async #storedToken(): Promise<string> {
    const stored = (await this.#host.tokens.get(tokenKey))?.reveal() ?? ''
    return (this.#token ??= stored)
  }

  /** The JSON of an answer. */
  async json(call: Call): Promise<unknown> {
    return await (await this.send(call)).json()
  }

  /** Buys a new token, unless another process has done so meanwhile. */
  async refresh(): Promise<void> {
    const stored = (await this.#host.tokens.get(tokenKey))?.reveal()
    if (stored !== undefined && stored !== this.#token) {
      this.#token = stored
      return
    }
    const response = await this.#host.http.request({
      method: 'POST',
      url: new URL('token', this.#settings.url),
      headers: { 'x-memory-key': this.#settings.key.reveal() },
    })
    if (response.status >= 300) throw await failure(response)
    const { token } = asObject(await response.json())
    this.#token = String(token)
    await this.#host.tokens.set(tokenKey, this.#token)
  }

  #address({ path, query }: Call): URL {
    const url = new URL(`stores/${encodeURIComponent(this.#settings.store)}/${path}`, this.#settings.url)
    for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(key, value)
    return url
  }
}

async function failure(response: HttpResponse): Promise<StatusError> {
  const text = await response.text()
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN)
  return new StatusError(
    response.status,
    messageIn(text) ?? `the server answered ${response.status}`,
    Number.isNaN(seconds) ? undefined : seconds * 1000,
  )
}

function messageIn(text: string): string | undefined {
  const found = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  return found === undefined ? undefined : found.replace(/\\(.)/g, '$1')
}
