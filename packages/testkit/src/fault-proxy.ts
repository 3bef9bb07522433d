import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { FaultPlan, type Fault } from './fault-plan.ts'
import { copyBody } from './faulty-body.ts'
import { closeServer, listenOnLoopback } from './loopback.ts'

/** One request as the proxy saw it. Bodies are counted, not kept. */
export interface RequestRecord {
  readonly method: string
  readonly path: string
  /** What the proxy or the server answered; absent when the connection broke first. */
  status?: number
  requestBytes: number
  responseBytes: number
  /** The kind of the fault it met. */
  fault?: Fault['kind']
}

/**
 * An HTTP proxy on loopback before one real server. Without a fault it passes everything on unchanged (Host included); each injected fault meets the next request it matches.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #target: URL
  readonly #server: Server
  readonly #plan = new FaultPlan()
  readonly #requests: RequestRecord[] = []
  readonly #credentials = new Set<string>()
  #port = 0

  constructor(target: URL) {
    this.#target = target
    this.#server = createServer((request, response) => {
      this.#handle(request, response)
    })
    this.#server.keepAliveTimeout = 30_000
  }

  /** Where it answers; the path of the target is kept. */
  get url(): URL {
    return new URL(this.#target.pathname + this.#target.search, `http://127.0.0.1:${this.#port}`)
  }

  /** Every request so far, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.#requests
  }

  /** Every Authorization value and X-Auth-Token that went by. */
  get credentials(): ReadonlySet<string> {
    return this.#credentials
  }

  inject(fault: Fault): void {
    this.#plan.add(fault)
  }

  /** Takes back every fault that is left. Tokens stay expired. */
  clear(): void {
    this.#plan.clear()
  }

  async listen(): Promise<this> {
    this.#port = await listenOnLoopback(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server)
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const record: RequestRecord = { method: request.method ?? 'GET', path: request.url ?? '/', requestBytes: 0, responseBytes: 0 }
    this.#requests.push(record)
    const credential = credentialOf(request)
    if (credential !== undefined) this.#credentials.add(credential)
    const planned = this.#plan.take(record.method, record.path, credential)
    if (planned !== undefined) record.fault = planned.kind
    if (planned?.kind === 'status') {
      const retryAfter: Record<string, string> =
        planned.retryAfterSeconds === undefined ? {} : { 'retry-after': String(planned.retryAfterSeconds) }
      return this.#refuse(request, response, record, planned.status, retryAfter)
    }
    if (planned?.kind === 'expire-token')
      return this.#refuse(request, response, record, 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
    if (planned?.kind === 'stall') return void request.resume()
    this.#forward(request, response, record)
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
    status: number,
    headers: Record<string, string>,
  ): void {
    request.on('data', (chunk: Buffer) => (record.requestBytes += chunk.byteLength))
    record.status = status
    // Answered only when the body is here: a client in the middle of sending would see a reset instead of the status.
    request.on('end', () => response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end('{"message":"injected"}'))
  }

  #forward(request: IncomingMessage, response: ServerResponse, record: RequestRecord): void {
    const send = this.#target.protocol === 'https:' ? httpsRequest : httpRequest
    const upstream = send({
      host: this.#target.hostname,
      port: this.#target.port,
      method: record.method,
      path: record.path,
      headers: request.headers,
    })
    // Kept here: a request that was cut off has no socket any more.
    const { socket } = request
    const breakOff = (): void => {
      upstream.destroy()
      socket.resetAndDestroy()
    }
    copyBody(request, upstream, {
      count: bytes => (record.requestBytes += bytes),
      takeFault: bytes => this.#take(record, 'request', bytes),
      breakOff,
    })
    upstream.on('error', breakOff)
    request.on('error', breakOff)
    response.on('close', () => {
      if (!response.writableFinished) upstream.destroy()
    })
    upstream.on('response', answer => {
      record.status = answer.statusCode ?? 0
      response.writeHead(record.status, answer.headers)
      answer.on('error', breakOff)
      copyBody(answer, response, {
        count: bytes => (record.responseBytes += bytes),
        takeFault: bytes => this.#take(record, 'response', bytes),
        breakOff,
      })
    })
  }

  #take(record: RequestRecord, of: 'request' | 'response', bytes: number): Fault | undefined {
    const fault = this.#plan.takeBody(record.method, record.path, of, bytes)
    if (fault !== undefined) record.fault = fault.kind
    return fault
  }
}

/** What lets a request in: its Authorization, or the X-Auth-Token of OpenStack. */
function credentialOf({ headers }: IncomingMessage): string | undefined {
  return headers.authorization ?? [headers['x-auth-token']].flat()[0]
}

/** Starts a proxy before a server: `await using proxy = await faultProxy(server.url)`. */
export async function faultProxy(target: URL): Promise<FaultProxy> {
  return await new FaultProxy(target).listen()
}
