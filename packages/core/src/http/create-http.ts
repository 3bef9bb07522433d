import { type AgentOptions, createAgents, defaultMaxSockets } from './agents.ts'
import { createAbortWatch } from './abort-watch.ts'
import { createAddressReader } from './address.ts'
import { createDirectClient, type DirectRequest } from './direct/direct-client.ts'
import { exchange, headersOf, type Wire } from './exchange.ts'
import { createFetch } from './fetch.ts'
import type { Http, HttpRequest } from './http.ts'
import { withOpenBody } from './request-body.ts'
import { createResponse } from './response.ts'
import { createThrottle } from './throttle.ts'

/** Agents and waiting of {@link createHttp}. */
export interface HttpOptions extends AgentOptions {
  /** Milliseconds without a byte before a request is `timeout`, default 60,000. */
  readonly idleTimeoutMs?: number
  /** Bytes of bodies in a second, both ways and over all requests; default no bound. */
  readonly bytesPerSecond?: number
}

/** HTTP with agents of its own; disposing it closes their sockets. */
export function createHttp(options: HttpOptions = {}): Http & Disposable {
  const idleTimeoutMs = options.idleTimeoutMs ?? 60_000
  const agents = createAgents({ ...options, idleTimeoutMs })
  const wire: Wire = {
    agents,
    aborts: createAbortWatch(),
    addressOf: createAddressReader(),
    idleTimeoutMs,
    throttle: options.bytesPerSecond === undefined ? undefined : createThrottle(options.bytesPerSecond),
  }
  const direct = createDirectClient({
    ...wire,
    maxSockets: options.maxSockets ?? defaultMaxSockets,
    secureContext: () => agents.secureContext(),
  })
  return {
    agents,
    async request(request) {
      const straight = agents.proxied ? undefined : directRequest(request, wire)
      if (straight !== undefined) return direct.request(straight)
      return createResponse(await exchange(await withOpenBody(request), wire), request.decode ?? false)
    },
    fetch: createFetch(request => exchange(request, wire)),
    [Symbol.dispose]() {
      agents[Symbol.dispose]()
      direct[Symbol.dispose]()
    },
  }
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

/** Undefined for what only node:http can do: a body that is no memory or has to wait for bandwidth, and answers to decode. */
function directRequest(request: HttpRequest, { addressOf, idleTimeoutMs, throttle }: Wire): DirectRequest | undefined {
  const { method = 'GET', body: given, signal } = request
  const body = typeof given === 'string' ? Buffer.from(given) : given
  if (request.decode === true || (body !== undefined && (!(body instanceof Uint8Array) || throttle !== undefined))) return undefined
  const to = addressOf(request.url)
  // A method that usually has a body tells that it has none (RFC 9110 §8.6): some services refuse it else.
  const headers = headersOf(request, to, body?.byteLength ?? (bodiless.has(method) ? undefined : 0))
  return { method, to, headers, body, idleTimeoutMs: request.idleTimeoutMs ?? idleTimeoutMs, signal }
}
