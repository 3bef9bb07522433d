import type { Host, HttpRequest, HttpResponse, Resolved } from '@fairlead/core'
import { Dropbox, DropboxResponseError, type DropboxRequestOptions, type DropboxResponse, type files } from 'dropbox'
import { DropboxFailure } from '../errors.ts'
import { headerJson } from '../mapping.ts'
import type { options } from '../manifest.ts'
import { foundIn, type Found } from './json.ts'
import { PathRoot } from './path-root.ts'

/** A call whose body or answer is content: its argument goes in a header. */
export interface ContentCall {
  /** `files/upload` */
  readonly route: string
  readonly argument: unknown
  readonly body?: HttpRequest['body']
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** A download: a GET. */
  readonly download?: true
}

/**
 * The way to Dropbox. Calls go through the SDK, over the host's HTTP. Content does not: the SDK holds a whole body in memory, where
 * the host sends and receives it as it comes.
 */
export class Wire {
  readonly #host: Host
  readonly #endpoint: URL | undefined
  readonly #root: PathRoot
  readonly #headers: Readonly<Record<string, string>>
  readonly #sdk: Dropbox

  constructor(host: Host, settings: Resolved<typeof options>) {
    this.#host = host
    this.#endpoint = settings.endpoint
    const { 'team-member': member, 'team-admin': admin } = settings
    this.#headers = {
      ...(member !== undefined && { 'dropbox-api-select-user': member }),
      ...(admin !== undefined && { 'dropbox-api-select-admin': admin }),
    }
    this.#root = new PathRoot(settings.namespace)
    this.#sdk = new Dropbox({
      fetch: async (url: string, init?: RequestInit) => await this.#fetch(url, init),
      ...(this.#endpoint !== undefined && { domain: this.#endpoint.host, domainDelimiter: '' }),
    })
  }

  /** A call of the SDK. Throws {@link DropboxFailure} for a refusal. */
  async call<T>(work: (sdk: Dropbox, options: DropboxRequestOptions) => Promise<DropboxResponse<T>>, signal: AbortSignal): Promise<T> {
    return await this.#rooted(async () => (await this.#once(work, signal)).result, signal)
  }

  /** What lies at a path: asked for so often that it goes past the SDK, which takes twice the time of the host's HTTP alone. */
  async metadata(argument: files.GetMetadataArg, signal: AbortSignal): Promise<Found> {
    const { http } = this.#host
    return await this.#rooted(async () => {
      const response = await http.request({
        method: 'POST',
        url: this.#address('https://api.dropboxapi.com', 'files/get_metadata'),
        headers: { 'content-type': 'application/json', ...(await this.#ownHeaders(signal)) },
        body: JSON.stringify(argument),
        signal,
      })
      return foundIn(await (await succeeded(response)).json())
    }, signal)
  }

  /** A call with content. The body of an answer that is a success has not been read. */
  async content({ route, argument, body, headers, signal, download }: ContentCall): Promise<HttpResponse> {
    const { http } = this.#host
    return await this.#rooted(async () => {
      const response = await http.request({
        method: download === undefined ? 'POST' : 'GET',
        url: this.#address('https://content.dropboxapi.com', route),
        headers: {
          ...(download === undefined && { 'content-type': 'application/octet-stream' }),
          ...headers,
          'dropbox-api-arg': headerJson(argument),
          ...(await this.#ownHeaders(signal)),
        },
        ...(body !== undefined && { body }),
        signal,
      })
      return await succeeded(response)
    }, signal)
  }

  async #once<T>(
    work: (sdk: Dropbox, options: DropboxRequestOptions) => Promise<DropboxResponse<T>>,
    signal: AbortSignal,
  ): Promise<DropboxResponse<T>> {
    try {
      return await work(this.#sdk, { signal })
    } catch (cause) {
      if (!(cause instanceof DropboxResponseError)) throw cause
      const { status, headers, error } = cause
      throw new DropboxFailure(status, headers instanceof Headers ? Object.fromEntries(headers) : {}, error)
    }
  }

  /** Work under the namespace of the settings. A team may have replaced its root: the refusal says by which one. */
  async #rooted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#root.find(async () => (await this.#once(async (sdk, options) => await sdk.usersGetCurrentAccount(options), signal)).result)
    try {
      return await work()
    } catch (cause) {
      signal.throwIfAborted()
      if (!(cause instanceof DropboxFailure) || !this.#root.replaced(cause)) throw cause
      return await work()
    }
  }

  #address(origin: string, route: string): URL {
    return new URL(`/2/${route}`, this.#endpoint ?? origin)
  }

  async #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const address = new URL(url)
    if (this.#endpoint !== undefined) address.protocol = this.#endpoint.protocol
    const { headers, signal, ...rest } = init
    const own = await this.#ownHeaders(signal ?? undefined)
    return await this.#host.http.fetch(address, {
      ...rest,
      ...(signal !== undefined && { signal }),
      headers: { ...Object.fromEntries(new Headers(headers)), ...own },
    })
  }

  async #ownHeaders(signal: AbortSignal | undefined): Promise<Record<string, string>> {
    const token = (await this.#host.login.accessToken(signal)).reveal()
    const root = this.#root.header()
    return { ...this.#headers, authorization: `Bearer ${token}`, ...(root !== undefined && { 'dropbox-api-path-root': root }) }
  }
}

/** An answer that is a success; any other one is thrown. */
async function succeeded(response: HttpResponse): Promise<HttpResponse> {
  if (response.status < 300) return response
  // A body that breaks off takes nothing from what the status says.
  const text = await response.text(65_536).catch(() => '')
  throw new DropboxFailure(response.status, response.headers, jsonOrText(text))
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Some refusals are a plain sentence.
    return text
  }
}
