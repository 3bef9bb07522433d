import type { ClientRequest, IncomingMessage } from 'node:http'
import { FairleadError } from '../contract/errors.ts'
import type { HttpAgents } from './http.ts'
import { idleError, networkError } from './network-error.ts'
import { redactUrl } from './redact.ts'
import type { ReadyRequest } from './request-body.ts'
import type { Throttle } from './throttle.ts'

/** What all requests of one application go through. */
export interface Wire {
  readonly agents: HttpAgents
  readonly idleTimeoutMs: number
  readonly throttle: Throttle | undefined
}

/** A response as node:http gives it, and what its reader needs to know about the request. */
export interface Exchange {
  readonly incoming: IncomingMessage
  readonly method: string
  readonly url: URL
  readonly watch: Watch
  readonly signal: AbortSignal | undefined
  readonly throttle: Throttle | undefined
}

/** Who is being waited for, and why a request was given up. A timeout counts only while the network is waited for. */
class Watch {
  /** True while the caller, not the network, holds things up: it isn't reading, or its body has nothing to send. */
  held = false
  private expired = false
  private failure: { readonly reason: unknown } | undefined
  private readonly outgoing: ClientRequest
  private readonly idleTimeoutMs: number
  private readonly method: string
  private readonly url: URL
  private readonly reject: (reason: unknown) => void

  constructor(outgoing: ClientRequest, idleTimeoutMs: number, method: string, url: URL, reject: (reason: unknown) => void) {
    this.outgoing = outgoing
    this.reject = reject
    this.idleTimeoutMs = idleTimeoutMs
    this.method = method
    this.url = url
    outgoing.on('timeout', () => {
      if (this.held) this.expired = true
      else this.giveUp(idleError(idleTimeoutMs, method, url))
    })
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
export function exchange(request: ReadyRequest, { agents, idleTimeoutMs: idleTimeoutDefault, throttle }: Wire): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { signal, body } = request
    if (signal?.aborted) throw signal.reason
    const url = parseAddress(request.url)
    const method = request.method ?? 'GET'
    const secure = url.protocol === 'https:'
    const bytes = typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : undefined
    const headers: Record<string, string | number> = { 'user-agent': 'fairlead', ...lowerCase(request.headers) }
    if (bytes !== undefined) headers['content-length'] = bytes.byteLength
    if (request.decode && !('accept-encoding' in headers)) headers['accept-encoding'] = 'gzip, deflate, br'
    const idleTimeoutMs = request.idleTimeoutMs ?? idleTimeoutDefault
    const options = { method, headers, timeout: idleTimeoutMs }
    let outgoing: ClientRequest
    try {
      outgoing = secure
        ? process.getBuiltinModule('node:https').request(url, { ...options, agent: agents.https })
        : process.getBuiltinModule('node:http').request(url, { ...options, agent: agents.http })
    } catch (cause) {
      throw networkError(cause, method, url)
    }
    const watch = new Watch(outgoing, idleTimeoutMs, method, url, reject)
    outgoing.on('response', incoming => {
      watch.held = true
      resolve({ incoming, method, url, watch, signal, throttle })
    })
    // After a response this is about the rest of the upload; the response tells its own end.
    outgoing.on('error', cause => reject(watch.reasonFor(cause)))
    if (signal !== undefined) {
      const abort = () => watch.giveUp(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      outgoing.on('close', () => signal.removeEventListener('abort', abort))
    }
    if (bytes !== undefined && (throttle === undefined || bytes.byteLength === 0)) outgoing.end(bytes)
    else if (bytes !== undefined) void sendStream(outgoing, streamOf(bytes), headers, watch, throttle, signal)
    else if (body instanceof ReadableStream) void sendStream(outgoing, body, headers, watch, throttle, signal)
    else outgoing.end()
  })
}

/** One spelling a name, so that ours and the caller's can't both be sent. */
function lowerCase(headers: ReadyRequest['headers']): Record<string, string> {
  const lower: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) lower[name.toLowerCase()] = value
  }
  return lower
}

function parseAddress(address: URL | string): URL {
  const url = typeof address === 'string' ? URL.parse(address) : address
  if (url === null) throw new FairleadError('input-invalid', 'the address of a request is no URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FairleadError('input-invalid', `${redactUrl(url)}: only http and https addresses can be requested`)
  }
  return url
}

async function sendStream(
  outgoing: ClientRequest,
  body: ReadableStream<Uint8Array>,
  headers: Readonly<Record<string, string | number>>,
  watch: Watch,
  throttle: Throttle | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const declared = headers['content-length']
  const reader = body.getReader()
  let sent = 0
  let closed = false
  outgoing.on('close', () => {
    closed = true
    // Nobody is left to hear a complaint of a source that is told to stop.
    reader.cancel().catch(() => undefined)
  })
  try {
    for (;;) {
      if (!outgoing.writableNeedDrain) watch.held = true
      const { done, value } = await reader.read()
      watch.release()
      if (closed) return
      if (done) break
      sent += value.byteLength
      const pieceBytes = throttle?.pieceBytes ?? value.byteLength
      for (let start = 0; start < value.byteLength; start += pieceBytes) {
        const piece = pieceBytes >= value.byteLength ? value : value.subarray(start, start + pieceBytes)
        const turn = throttle?.turn(piece.byteLength, signal)
        if (turn !== undefined) {
          watch.held = true
          await turn
          watch.release()
          if (closed) return
        }
        if (!outgoing.write(piece)) await drained(outgoing)
      }
    }
    if (declared !== undefined && Number(declared) !== sent) {
      throw new FairleadError('input-invalid', `the body has ${sent} bytes, but ${declared} were announced`)
    }
    outgoing.end()
  } catch (cause) {
    watch.giveUp(cause)
  }
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise(resolve => {
    const settle = () => {
      outgoing.off('drain', settle)
      outgoing.off('close', settle)
      resolve()
    }
    outgoing.on('drain', settle)
    outgoing.on('close', settle)
  })
}
