import { FairleadError, type Host, type HttpRequest, type HttpResponse } from '@fairlead/core'
import { DriveAnswer } from '../errors.ts'
import type { Tokens } from './tokens.ts'

/** One request to the API; `path` begins behind the version. */
export interface Call {
  readonly method?: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpRequest['body']
  readonly signal: AbortSignal
  /** True: to the address that takes content. */
  readonly upload?: boolean
}

/** Google's own address. */
const google = new URL('https://www.googleapis.com')
/** Answers are compressed only for programs whose name says so: https://developers.google.com/workspace/drive/api/guides/performance */
const agent = 'fairlead (gzip)'

/** The requests that are made most, without the SDK: it costs more to load than most commands take. */
export class Wire {
  readonly #host: Host
  readonly #tokens: Tokens
  readonly #endpoint: URL

  constructor(host: Host, tokens: Tokens, endpoint: URL = google) {
    this.#host = host
    this.#tokens = tokens
    this.#endpoint = endpoint
  }

  /** An answer that is a success, its body unread. Throws {@link DriveAnswer} for others. */
  async send(call: Call): Promise<HttpResponse> {
    const token = await this.#tokens.current(call.signal)
    return await this.plain({
      method: call.method ?? 'GET',
      url: this.#address(call),
      headers: { 'user-agent': agent, ...call.headers, authorization: `Bearer ${token}` },
      signal: call.signal,
      decode: call.query?.['alt'] !== 'media' && call.upload !== true,
      ...(call.body !== undefined && { body: call.body }),
    })
  }

  /** The JSON of an answer. */
  async json(call: Call): Promise<unknown> {
    return await (await this.send(call)).json()
  }

  /** A request whose address lets it in. 308 is an answer to a part of an upload. */
  async plain(request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#host.http.request(request)
    const { status } = response
    if (status < 300 && /^text\/html\b/i.test(response.headers['content-type'] ?? '') && isJsonWanted(request)) {
      await response.body.cancel()
      throw strange(new URL(request.url).origin, status)
    }
    if (status < 300 || status === 308) return response
    // A body that breaks off takes nothing from what the status says.
    throw new DriveAnswer(status, response.headers, await response.text(65_536).catch(() => ''))
  }

  #address({ path, query, upload = false }: Call): URL {
    const url = new URL(`${upload ? '/upload' : ''}/drive/v3/${path}`, this.#endpoint)
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, value)
    return url
  }
}

function isJsonWanted({ url }: HttpRequest): boolean {
  return !/[?&]alt=media(&|$)/.test(new URL(url).search) && !/\/export$/.test(new URL(url).pathname)
}

/** A page of a network that wants a login first would be taken for an answer. */
function strange(origin: string, status: number): FairleadError {
  return new FairleadError('config-invalid', `${origin} is not Google Drive: something else responded (status ${status})`, {
    status,
    hint: 'Log in to this network if it wants that, or correct the setting endpoint.',
  })
}
