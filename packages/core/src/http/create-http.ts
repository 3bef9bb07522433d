import { type AgentOptions, createAgents } from './agents.ts'
import { exchange } from './exchange.ts'
import { createFetch } from './fetch.ts'
import type { Http } from './http.ts'
import { withOpenBody } from './request-body.ts'
import { createResponse } from './response.ts'

/** Agents and waiting of {@link createHttp}. */
export interface HttpOptions extends AgentOptions {
  /** Milliseconds without a byte before a request is `timeout`, default 60,000. */
  readonly idleTimeoutMs?: number
}

/** HTTP with agents of its own; disposing it closes their sockets. */
export function createHttp(options: HttpOptions = {}): Http & Disposable {
  const agents = createAgents(options)
  const idleTimeoutMs = options.idleTimeoutMs ?? 60_000
  return {
    agents,
    request: async request => createResponse(await exchange(await withOpenBody(request), agents, idleTimeoutMs), request.decode ?? false),
    fetch: createFetch(request => exchange(request, agents, idleTimeoutMs)),
    [Symbol.dispose]: () => agents[Symbol.dispose](),
  }
}
