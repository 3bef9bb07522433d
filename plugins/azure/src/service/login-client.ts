import type { DefaultAzureCredentialOptions } from '@azure/identity'
import type { Http } from '@fairlead/core'

type LoginClient = NonNullable<DefaultAzureCredentialOptions['httpClient']>
type Answer = Awaited<ReturnType<LoginClient['sendRequest']>>

/** What logins of Azure AD are asked for with: the host's sockets, so that its proxies and authorities count there too. */
export function loginClient(http: Http): LoginClient {
  return {
    async sendRequest(request) {
      const { method, url, body, headers, abortSignal } = request
      const abort = new AbortController()
      const stop = (): void => abort.abort(new DOMException('The operation was aborted.', 'AbortError'))
      if (abortSignal?.aborted === true) stop()
      abortSignal?.addEventListener('abort', stop)
      // The probe for a managed identity must not wait as long as a transfer may.
      const limit = request.timeout > 0 ? { idleTimeoutMs: request.timeout } : {}
      try {
        const response = await http.request({
          method,
          url,
          headers: headers.toJSON(),
          signal: abort.signal,
          ...limit,
          ...((typeof body === 'string' || body instanceof Uint8Array) && { body }),
        })
        const bodyAsText = await response.text()
        return { request, status: response.status, headers: headersOf(response.headers), bodyAsText }
      } finally {
        abortSignal?.removeEventListener('abort', stop)
      }
    },
  }
}

/** Headers in the form that the package asks for. */
function headersOf(given: Readonly<Record<string, string>>): Answer['headers'] {
  const headers = new Map(Object.entries(given))
  return {
    get: name => headers.get(name.toLowerCase()),
    has: name => headers.has(name.toLowerCase()),
    set: (name, value) => void headers.set(name.toLowerCase(), String(value)),
    delete: name => void headers.delete(name.toLowerCase()),
    toJSON: () => Object.fromEntries(headers),
    [Symbol.iterator]: () => headers[Symbol.iterator](),
  }
}
