import { Readable } from 'node:stream'
import type { Http } from '@fairlead/core'
import type { StoragePipelineOptions } from '@azure/storage-blob'

type HttpClient = NonNullable<StoragePipelineOptions['httpClient']>

/** What the SDK sends requests with: the host's sockets, with its proxies, authorities and time limits. Bodies are small here. */
export function hostClient(http: Http): HttpClient {
  return {
    async sendRequest(request) {
      const body: unknown = typeof request.body === 'function' ? request.body() : request.body
      const abort = new AbortController()
      const stop = (): void => abort.abort(new DOMException('The operation was aborted.', 'AbortError'))
      if (request.abortSignal?.aborted === true) stop()
      request.abortSignal?.addEventListener('abort', stop)
      try {
        const response = await http.request({
          method: request.method,
          url: request.url,
          headers: request.headers.rawHeaders(),
          signal: abort.signal,
          ...((typeof body === 'string' || body instanceof Uint8Array) && { body }),
        })
        const bytes = await response.bytes()
        const headers = request.headers.clone()
        for (const name of headers.headerNames()) headers.remove(name)
        for (const [name, value] of Object.entries(response.headers)) headers.set(name, value)
        const streamed = request.streamResponseStatusCodes?.has(response.status) === true
        return {
          request,
          status: response.status,
          headers,
          ...(streamed ? { readableStreamBody: Readable.from([bytes]) } : { bodyAsText: new TextDecoder().decode(bytes) }),
        }
      } finally {
        request.abortSignal?.removeEventListener('abort', stop)
      }
    },
  }
}
