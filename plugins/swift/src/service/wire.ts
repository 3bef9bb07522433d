import { FairleadError, type Host, type HttpRequest, type HttpResponse } from '@fairlead/core'
import { SwiftAnswer } from '../errors.ts'
import { encodeName, encodeSegment } from '../mapping.ts'
import type { Sessions } from './session.ts'

/** One request to the object store. Without a container it is about the account, without a name about the container. */
export interface Call {
  readonly method?: string
  readonly container?: string
  readonly name?: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpRequest['body']
  readonly signal?: AbortSignal
  readonly idleTimeoutMs?: number
  /** Statuses that are answers too. */
  readonly also?: readonly number[]
}

/** The object store behind its token. */
export class Wire {
  readonly #host: Host
  readonly #sessions: Sessions
  #lastDate: { readonly service: number; readonly here: number } | undefined

  constructor(host: Host, sessions: Sessions) {
    this.#host = host
    this.#sessions = sessions
  }

  /** An answer that is a success; its body has not been read. Throws {@link SwiftAnswer} for others. */
  async send(call: Call): Promise<HttpResponse> {
    const { token, storageUrl } = await this.#sessions.current()
    const { method = 'GET', headers, body, signal, idleTimeoutMs } = call
    const response = await this.#host.http.request({
      method,
      url: storageUrl + pathOf(call),
      headers: { ...headers, 'x-auth-token': token },
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
      ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
    })
    const { status } = response
    const date = Date.parse(response.headers['date'] ?? '')
    if (!Number.isNaN(date)) this.#lastDate = { service: date, here: this.#host.clock.now().getTime() }
    if (status < 300 && isPage(call, status, response.headers)) {
      await response.body.cancel()
      throw this.#strange(storageUrl, status)
    }
    if (status < 300 || call.also?.includes(status) === true) return response
    // A body that breaks off takes nothing from what the status says.
    const text = await response.text(65_536).catch(() => '')
    const of = call.container === undefined ? 'account' : call.name === undefined ? 'container' : 'object'
    throw new SwiftAnswer(status, response.headers, text, of)
  }

  /** A page of a network that wants a login first would be taken for an object, or for a write that was done. */
  #strange(storageUrl: string, status: number): FairleadError {
    return new FairleadError('config-invalid', `${storageUrl} is not an object store: something else responded (status ${status})`, {
      status,
      hint: 'Log in to this network if it requires that, or correct auth-url or storage-url; `fairlead client show` shows them.',
    })
  }

  /** The headers of an answer whose body says nothing. */
  async head(call: Call): Promise<HttpResponse['headers']> {
    const response = await this.send(call)
    await response.bytes()
    return response.headers
  }

  /** The address of the account. */
  async account(): Promise<URL> {
    return new URL((await this.#sessions.current()).storageUrl)
  }

  /** A request to the service that needs no token, such as `/info`. */
  async open(url: URL, signal: AbortSignal | undefined): Promise<HttpResponse> {
    return await this.#host.http.request({ url, ...(signal !== undefined && { signal }) })
  }

  /** How far the clock of the service is ahead of ours, in milliseconds, as far as the last answer told. */
  get skewMs(): number {
    return this.#lastDate === undefined ? 0 : this.#lastDate.service - this.#lastDate.here
  }
}

function pathOf({ container, name, query }: Call): string {
  const path = container === undefined ? '' : `/${encodeSegment(container)}${name === undefined ? '' : `/${encodeName(name)}`}`
  const parameters = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [value === '' ? key : `${key}=${encodeURIComponent(value)}`],
  )
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`
}

/**
 * Whether something else answered: the service tells the etag of an object, or names its answer. A gateway before it may drop both, but
 * no page comes with an answer that has no content, or that says that something was made.
 */
function isPage({ name, method = 'GET' }: Call, status: number, headers: HttpResponse['headers']): boolean {
  if (status === 201 || status === 204) return false
  if (name === undefined || headers['etag'] !== undefined || headers['x-trans-id'] !== undefined) return false
  return method === 'PUT' || (method !== 'DELETE' && /^text\/html\b/i.test(headers['content-type'] ?? ''))
}
