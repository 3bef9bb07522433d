import { type AgentOptions, createAgents } from './agents.ts'
import { createAbortWatch } from './abort-watch.ts'
import { createAddressReader } from './address.ts'
import { createBulkReader, type BulkRequest } from './bulk/bulk-reader.ts'
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
  const bulk = createBulkReader({ ...wire, secureContext: () => agents.secureContext() })
  return {
    agents,
    async request(request) {
      const read = request.bulk === true && !agents.proxied ? await bulk.get(bulkRequest(request, wire)) : undefined
      return read ?? createResponse(await exchange(await withOpenBody(request), wire), request.decode ?? false)
    },
    fetch: createFetch(request => exchange(request, wire)),
    [Symbol.dispose]() {
      agents[Symbol.dispose]()
      bulk[Symbol.dispose]()
    },
  }
}

function bulkRequest(request: HttpRequest, { addressOf, idleTimeoutMs }: Wire): BulkRequest {
  const to = addressOf(request.url)
  return {
    to,
    headers: headersOf(request, to, undefined),
    idleTimeoutMs: request.idleTimeoutMs ?? idleTimeoutMs,
    signal: request.signal,
  }
}
