import type { ConnectionInit, Context, HttpRequest, HttpResponse } from '@fairlead/core'
import { Authentication } from './authentication/api-key.ts'
import { Refusal } from './errors.ts'
import type { options } from './manifest.ts'
import { toAddress } from './mapping.ts'

/** One request: the parts of its address, quoted where they go by; `json` is sent as its body. */
interface Call extends Pick<HttpRequest, 'method' | 'headers' | 'body'> {
  readonly parts: readonly string[]
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly json?: unknown
}

/** The wire: all that is sent to the service goes through here, and this is the only place where an SDK would be used. */
export class ShelfService {
  readonly #init: ConnectionInit<typeof options>
  /** Who asks. */
  readonly authentication: Authentication

  constructor(init: ConnectionInit<typeof options>) {
    this.#init = init
    this.authentication = new Authentication(init)
  }

  /** An answer that is a success, its body unread. Any other one is thrown as a {@link Refusal}. One attempt: the host repeats. */
  async send({ parts, query, json, ...request }: Call, { signal }: Context): Promise<HttpResponse> {
    const { host, settings } = this.#init
    const body = json === undefined ? request.body : JSON.stringify(json)
    const headers = {
      ...(await this.authentication.headers(signal)),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...request.headers,
    }
    const url = toAddress(settings.url, parts, query)
    const response = await host.http.request({ ...request, url, headers, signal, ...(body !== undefined && { body }) })
    if (response.status >= 300) {
      const { status, method } = response
      throw new Refusal({ status, method, url, headers: response.headers, body: await response.text(65_536) })
    }
    return response
  }

  /** The JSON of an answer. */
  async json(call: Call, context: Context): Promise<unknown> {
    return await (await this.send(call, context)).json()
  }
}
