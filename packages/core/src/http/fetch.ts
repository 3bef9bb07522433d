import { FairleadError } from '../contract/errors.ts'
import type { Exchange } from './exchange.ts'
import { isSecretHeader, redactUrl } from './redact.ts'
import type { ReadyRequest } from './request-body.ts'
import { createResponse } from './response.ts'

const maxRedirects = 20
const bufferedBytes = 8 * 1024 * 1024
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The parts of a request that a redirect may change. */
interface Leg {
  readonly method: string
  readonly url: URL
  readonly headers: Record<string, string>
  readonly body: Uint8Array | ReadableStream<Uint8Array> | undefined
}

/**
 * A WHATWG fetch over this host's sockets. It differs from the standard in three points that SDKs rely on: failures are
 * `network` and `timeout` FairleadErrors, `redirect: 'manual'` hands over the 3xx response itself, and besides
 * Authorization every header that lets someone in is dropped when a redirect leaves the origin.
 */
export function createFetch(send: (request: ReadyRequest) => Promise<Exchange>): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    signal?.throwIfAborted()
    const request = new Request(input, streaming(init))
    let leg: Leg = {
      method: request.method,
      url: new URL(request.url),
      headers: { ...(init?.body instanceof Blob && { 'content-length': String(init.body.size) }), ...Object.fromEntries(request.headers) },
      body: await bodyOf(request, init?.body),
    }
    for (let count = 0; ; count++) {
      const answer = await send({
        method: leg.method,
        url: leg.url,
        headers: leg.headers,
        decode: true,
        ...(leg.body !== undefined && { body: leg.body }),
        ...(signal && { signal }),
      })
      const status = answer.incoming.statusCode ?? 0
      const location = answer.incoming.headers.location
      if (!redirects.has(status) || location === undefined || request.redirect === 'manual') return toResponse(answer, count > 0)
      answer.incoming.resume()
      answer.watch.release()
      if (request.redirect === 'error') throw refusal(leg, `status ${status}: redirects are not to be followed`)
      if (count === maxRedirects) throw refusal(leg, `more than ${maxRedirects} redirects`)
      leg = follow(leg, status, location)
    }
  }
}

/** A stream as body needs `duplex`, which callers written for browsers leave out. */
function streaming(init: RequestInit | undefined): RequestInit | undefined {
  return init?.body instanceof ReadableStream ? { duplex: 'half', ...init } : init
}

/** Bytes wherever the body is in memory already: they carry a length, and can be sent again after a redirect. */
async function bodyOf(request: Request, given: RequestInit['body']): Promise<Leg['body']> {
  if (request.body === null) return undefined
  const large = given instanceof Blob && given.size > bufferedBytes
  if (given === undefined || given === null || given instanceof ReadableStream || large || isIterable(given)) return request.body
  return new Uint8Array(await request.arrayBuffer())
}

function isIterable(body: object | string): boolean {
  return typeof body === 'object' && Symbol.asyncIterator in body
}

function follow(leg: Leg, status: number, location: string): Leg {
  const url = URL.parse(location, leg.url.href)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw refusal(leg, `status ${status} leads to no http address`)
  if (url.hash === '') url.hash = leg.url.hash
  const toGet = (status === 303 && leg.method !== 'GET' && leg.method !== 'HEAD') || (status <= 302 && leg.method === 'POST')
  if (!toGet && leg.body instanceof ReadableStream)
    throw refusal(leg, `status ${status}: a body that can be read once can't follow a redirect`)
  const leaves = url.origin !== leg.url.origin
  const headers = Object.fromEntries(
    Object.entries(leg.headers).filter(
      ([name]) => !(leaves && (isSecretHeader(name) || name === 'host')) && !(toGet && name.startsWith('content-')),
    ),
  )
  return { method: toGet ? 'GET' : leg.method, url, headers, body: toGet ? undefined : leg.body }
}

function refusal(leg: Leg, problem: string): FairleadError {
  return new FairleadError('network', `${leg.method} ${redactUrl(leg.url)}: ${problem}`, { retry: 'never' })
}

function toResponse(answer: Exchange, redirected: boolean): Response {
  const { incoming } = answer
  const status = incoming.statusCode ?? 0
  const headers = new Headers()
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '')
  }
  const made = createResponse(answer, true)
  const hasBody = status !== 204 && status !== 205 && status !== 304 && answer.method !== 'HEAD'
  const response = new Response(hasBody ? made.body : null, { status, statusText: incoming.statusMessage ?? '', headers })
  // The constructor leaves these empty, and SDKs read where an answer came from.
  return Object.defineProperties(response, { url: { value: new URL(answer.address).href }, redirected: { value: redirected } })
}
