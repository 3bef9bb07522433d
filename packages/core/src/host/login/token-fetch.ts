import type { Http } from '../../http/http.ts'
import { errorFromStatus } from '../../http/status-error.ts'

const maxAnswerBytes = 1024 * 1024

/**
 * The fetch of token requests: a refused one comes with its body and without challenges, which would keep the library from
 * reading why; a service that is out of order is an error that may pass.
 */
export function createTokenFetch(http: Http): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const answer = await http.request({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
      decode: true,
      ...(init?.signal && { signal: init.signal }),
    })
    const bytes = await answer.bytes(maxAnswerBytes)
    const { status, headers } = answer
    if (status >= 500 || status === 429 || status === 408 || status === 407)
      throw errorFromStatus(status, { method: request.method, url: request.url, headers, body: bytes })
    const contentType = headers['content-type']
    return new Response(status === 204 || status === 304 ? null : Uint8Array.from(bytes), {
      status,
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    })
  }
}
