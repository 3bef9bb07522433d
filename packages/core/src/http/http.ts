import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Source } from '../contract/source.ts'

/**
 * One request. A source as body is opened anew for it and announced with its size; a stream is sent once, and the caller
 * repeats the request with a fresh one.
 */
export interface HttpRequest {
  readonly method?: string
  readonly url: URL | string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | Source | ReadableStream<Uint8Array>
  readonly signal?: AbortSignal
  /** Milliseconds without a byte in either direction before the request is `timeout`; the host's default is 60,000. */
  readonly idleTimeoutMs?: number
  /** True: asks for a compressed body and decodes it. Otherwise the bytes are handed over as they were sent. */
  readonly decode?: boolean
}

/** A response whose body has not been read: read or cancel it, it holds a socket. Header names are lower case. */
export interface HttpResponse {
  readonly status: number
  /** The request's. */
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: ReadableStream<Uint8Array>
  /** The whole body, read faster than through the stream; at most `maxBytes` (default 64 MiB), else `unexpected`. */
  bytes(maxBytes?: number): Promise<Uint8Array>
  text(maxBytes?: number): Promise<string>
  json(maxBytes?: number): Promise<unknown>
}

/**
 * HTTP with keep-alive, proxies and private CAs: over connections of the host's own, and over node:http where a body is
 * streamed, decoded or goes through a proxy. One attempt a call: repeating is the host's. It follows
 * no redirect. Failures before a status: `network`, `timeout`, or the signal's reason. Statuses are never thrown here.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>
  /** The same as WHATWG fetch, for SDKs: redirects as `init.redirect` says, Authorization dropped across origins. */
  readonly fetch: typeof globalThis.fetch
  /** The agents that SDKs of node:http take. */
  readonly agents: HttpAgents
}

/** Keep-alive agents with this host's proxies, certificate authorities and socket limit. */
export interface HttpAgents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}
