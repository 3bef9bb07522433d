import { FairleadError, type Host, type HttpResponse, type Source } from '@fairlead/core'
import { AzureFailure } from '../errors.ts'
import type { Account } from './account.ts'
import type { AzureAd } from './azure-ad.ts'
import { sharedKey } from './signing.ts'

/** The version of the protocol: https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services */
const protocolVersion = '2023-11-03'

/** One request to the container, or to a blob in it. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  /** Of the blob, encoded; absent for the container. */
  readonly blob?: string
  readonly query?: Readonly<Record<string, string>>
  /** Lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | Source
  /** Where the service may be silent for longer than usual before it answers. */
  readonly idleTimeoutMs?: number
  readonly signal: AbortSignal
}

/** Signed requests over the host's sockets. Each is one attempt; what is no success is thrown as {@link AzureFailure}. */
export class Wire {
  readonly account: Account
  readonly #host: Host
  readonly #azureAd: AzureAd | undefined
  readonly #path: string
  readonly #origin: string

  constructor(host: Host, account: Account, azureAd: AzureAd | undefined) {
    this.account = account
    this.#host = host
    this.#azureAd = azureAd
    const { origin, pathname } = new URL(`${account.endpoint}/${account.container}`)
    this.#origin = origin
    this.#path = pathname
  }

  /** The address of a blob or, without one, of the container; without any signature. */
  address(blob?: string): string {
    return `${this.#origin}${this.#path}${blob === undefined ? '' : `/${blob}`}`
  }

  /** An answer that is a success, its body unread. */
  async send({ method, blob, query = {}, headers = {}, body, idleTimeoutMs, signal }: WireRequest): Promise<HttpResponse> {
    const { credential, name } = this.account
    const path = blob === undefined ? this.#path : `${this.#path}/${blob}`
    const sent: Record<string, string> = { ...headers, 'x-ms-version': protocolVersion, 'x-ms-date': this.#host.clock.now().toUTCString() }
    const contentLength = body === undefined ? undefined : body instanceof Uint8Array ? body.byteLength : body.size
    // A PUT without a body says so, or the service asks for its length.
    if (method === 'PUT') sent['content-length'] = String(contentLength ?? 0)
    if (credential.kind === 'key')
      sent['authorization'] = sharedKey(name, credential.key, { method, path, query, headers: sent, contentLength })
    else if (this.#azureAd !== undefined) sent['authorization'] = `Bearer ${await this.#azureAd.token()}`
    const parameters = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    if (credential.kind === 'sas') parameters.push(credential.query)
    const url = `${this.#origin}${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`
    const response = await this.#attempt({
      method,
      url,
      headers: sent,
      signal,
      ...(body !== undefined && { body }),
      ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
    })
    if (response.status < 300) {
      if (isOfService(response.headers)) return response
      await response.body.cancel()
      throw this.#strange(response.status)
    }
    // A body that is too long, or that breaks off, takes nothing from what the status says.
    const text = await response.text(65_536).catch(() => '')
    throw new AzureFailure(response.status, response.headers, text)
  }

  /** A page of a network that wants a login first would be taken for an object, or for a write that was done. */
  #strange(status: number): FairleadError {
    return new FairleadError(
      'config-invalid',
      `${this.account.endpoint} is not a Blob service: something else responded (status ${status}).`,
      {
        status,
        hint: `Log in to this network if it wants that, or correct the address: fairlead client set ${this.#host.connection} endpoint=https://…`,
      },
    )
  }

  async #attempt(request: Parameters<Host['http']['request']>[0]): Promise<HttpResponse> {
    try {
      return await this.#host.http.request(request)
    } catch (cause) {
      if (!FairleadError.is(cause, 'network') || !cause.message.includes('ENOTFOUND')) throw cause
      const { connection } = this.#host
      throw new FairleadError('network', cause.message, {
        retry: 'never',
        cause,
        hint: `The storage account "${this.account.name}" may not exist: check \`fairlead client show ${connection}\`, and HTTPS_PROXY if this network needs a proxy.`,
      })
    }
  }
}

/** Whether the service itself answered: it names the request, and its version, in every answer. */
function isOfService(headers: HttpResponse['headers']): boolean {
  for (const name in headers) if (name.startsWith('x-ms-')) return true
  return false
}
