import { FairleadError, type Host, type HttpRequest, type HttpResponse } from '@fairlead/core'
import { GirderAnswer } from '../errors.ts'
import type { Sessions } from './session.ts'

/** One request to the API. */
export interface Call {
  readonly method?: string
  /** Below `/api/v1/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpRequest['body']
  readonly signal?: AbortSignal | undefined
}

const bytes = { 'content-type': 'application/octet-stream' }

/** Girder behind its token. */
export class Wire {
  readonly #host: Host
  readonly #sessions: Sessions

  constructor(host: Host, sessions: Sessions) {
    this.#host = host
    this.#sessions = sessions
  }

  /** An answer that is a success; its body has not been read. Throws {@link GirderAnswer} for others. */
  async send({ method = 'GET', path, query = {}, headers, body, signal }: Call): Promise<HttpResponse> {
    const token = await this.#sessions.token()
    // Girder wants to be told how long what it gets is, also where it is nothing.
    const sent = body ?? (method === 'POST' || method === 'PUT' ? '' : undefined)
    const response = await this.#host.http.request({
      method,
      url: this.address(path, query),
      headers: { ...(token !== '' && { 'girder-token': token }), ...(body !== undefined && bytes), ...headers },
      ...(sent !== undefined && { body: sent }),
      ...(signal !== undefined && { signal }),
    })
    if (response.status < 300) return response
    // A body that breaks off takes nothing from what the status says.
    throw new GirderAnswer(response.status, response.headers, await response.text(65_536).catch(() => ''))
  }

  /** What an answer says. Throws `config-invalid` where something else than Girder answers. */
  async json(call: Call): Promise<unknown> {
    const response = await this.send(call)
    const text = await response.text(1024 ** 3)
    try {
      return text === '' ? undefined : JSON.parse(text)
    } catch (cause) {
      throw new FairleadError(
        'config-invalid',
        `${this.#sessions.api} is not Girder: something else responded (status ${response.status}).`,
        {
          cause,
          hint: 'Log in to this network if it requires that, or correct url; `fairlead client show` shows it.',
        },
      )
    }
  }

  /** The address of a part of the API. */
  address(path: string, query: NonNullable<Call['query']> = {}): string {
    const parameters = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`]))
    return `${this.#sessions.api}/${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`
  }
}
