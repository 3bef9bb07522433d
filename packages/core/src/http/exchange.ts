import type { ClientRequest, IncomingMessage } from 'node:http'
import type { AbortWatch } from './abort-watch.ts'
import type { Address } from './address.ts'
import type { Agents } from './agents.ts'
import { idleError, networkError } from './network-error.ts'
import type { ReadyRequest } from './request-body.ts'
import { sendPieces, sendStream } from './send-body.ts'
import type { Throttle } from './throttle.ts'

/** What all requests of one application go through. */
export interface Wire {
  readonly agents: Agents
  /** Also what the agents wait, so that a request which wants no other needs no timer of its own. */
  readonly idleTimeoutMs: number
  readonly throttle: Throttle | undefined
  readonly aborts: AbortWatch
  readonly addressOf: (address: URL | string) => Address
}

/** A response as node:http gives it, and what its reader needs to know about the request. */
export interface Exchange {
  readonly incoming: IncomingMessage
  readonly method: string
  readonly address: URL | string
  readonly watch: Watch
  readonly signal: AbortSignal | undefined
  readonly throttle: Throttle | undefined
}

/** Who is being waited for, and why a request was given up. A timeout counts only while the network is waited for. */
export class Watch {
  /** True while the caller, not the network, holds things up: it isn't reading, or its body has nothing to send. */
  held = false
  place = -1
  private expired = false
  private failure: { readonly reason: unknown } | undefined
  private readonly outgoing: ClientRequest
  private readonly idleTimeoutMs: number
  private readonly method: string
  private readonly url: URL | string
  private readonly reject: (reason: unknown) => void

  constructor(outgoing: ClientRequest, idleTimeoutMs: number, method: string, url: URL | string, reject: (reason: unknown) => void) {
    this.outgoing = outgoing
    this.reject = reject
    this.idleTimeoutMs = idleTimeoutMs
    this.method = method
    this.url = url
  }

  /** Nothing moved on the socket for the idle timeout. */
  idle(): void {
    if (this.held) this.expired = true
    else this.giveUp(idleError(this.idleTimeoutMs, this.method, this.url))
  }

  /** The network is waited for again: a timer that ran out meanwhile starts anew. */
  release(): void {
    this.held = false
    if (!this.expired) return
    this.expired = false
    this.outgoing.setTimeout(this.idleTimeoutMs)
  }

  /** Ends the request; the first reason given is the one that comes out. */
  giveUp(reason: unknown): void {
    this.failure ??= { reason }
    // At once: a request that waits for a socket or a proxy's tunnel reports its end only when it has got one.
    this.reject(this.failure.reason)
    this.outgoing.destroy()
  }

  /** What to reject with when node:http reports `cause`. */
  reasonFor(cause: unknown): unknown {
    return this.failure === undefined ? networkError(cause, this.method, this.url) : this.failure.reason
  }
}

/** Sends one request and resolves with its response's head. Rejects with `network`, `timeout`, `input-invalid`, the signal's reason, or what the body's stream threw. */
export function exchange(request: ReadyRequest, wire: Wire): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { signal, body } = request
    if (signal?.aborted) throw signal.reason
    const { throttle, idleTimeoutMs: usualTimeoutMs } = wire
    const to = wire.addressOf(request.url)
    const method = request.method ?? 'GET'
    const bytes = typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : undefined
    const headers = headersOf(request, to, bytes?.byteLength)
    const idleTimeoutMs = request.idleTimeoutMs ?? usualTimeoutMs
    let outgoing: ClientRequest
    try {
      outgoing = wire.agents.request(to.secure, {
        method,
        hostname: to.hostname,
        port: to.port,
        path: to.path,
        headers,
        ...(idleTimeoutMs !== usualTimeoutMs && { timeout: idleTimeoutMs }),
      })
    } catch (cause) {
      throw networkError(cause, method, request.url)
    }
    const watch = new Watch(outgoing, idleTimeoutMs, method, request.url, reject)
    outgoing.on('timeout', () => watch.idle())
    outgoing.on('response', incoming => {
      watch.held = true
      resolve({ incoming, method, address: request.url, watch, signal, throttle })
    })
    // After a response this is about the rest of the upload; the response tells its own end.
    outgoing.on('error', cause => reject(watch.reasonFor(cause)))
    if (signal !== undefined) {
      wire.aborts.add(signal, watch)
      outgoing.on('close', () => wire.aborts.delete(signal, watch))
    }
    if (bytes !== undefined && throttle === undefined) outgoing.end(bytes)
    else if (bytes !== undefined) void sendPieces(outgoing, bytes, watch, throttle, signal)
    else if (body instanceof ReadableStream) {
      void sendStream(outgoing, body, { declared: lengthIn(headers), watch, throttle, signal })
    } else outgoing.end()
  })
}

/** Names in one spelling, so that ours and the caller's can't both be sent. */
export function headersOf(
  request: Pick<ReadyRequest, 'headers' | 'decode'>,
  { host, login }: Address,
  length: number | undefined,
): Record<string, string | number> {
  const headers: Record<string, string | number> = { host, 'user-agent': 'fairlead' }
  const given = request.headers
  for (const name in given) {
    const value = given[name]
    if (value !== undefined) headers[name.toLowerCase()] = value
  }
  if (length !== undefined) headers['content-length'] = length
  if (request.decode && headers['accept-encoding'] === undefined) headers['accept-encoding'] = 'gzip, deflate, br'
  if (login !== undefined) headers['authorization'] ??= `Basic ${Buffer.from(login).toString('base64')}`
  return headers
}

function lengthIn(headers: Readonly<Record<string, string | number>>): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}
