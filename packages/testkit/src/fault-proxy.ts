import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout } from 'node:timers/promises'
import { FaultPlan, type Fault, type FaultAnswer } from './fault-plan.ts'
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
  readonly #open = new Set<ClientRequest>()
  #port = 0

  constructor(target: URL) {
    this.#target = target
    const handle = (request: IncomingMessage, response: ServerResponse): void => this.#handle(request, response)
    this.#server = createServer(handle)
    // Whether a body is wanted is the server's to say.
    this.#server.on('checkContinue', handle)
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

  /**
   * Waits until the server has answered, or lost, all that reached the proxy. A process that was killed leaves bodies in its
   * sockets: they arrive after its death.
   */
  async settled(): Promise<void> {
    // A request may lie in a socket that was not read yet: only some quiet turns in a row are an end.
    for (let quiet = 0; quiet < 5; quiet += 1) {
      await setTimeout(10)
      if (this.#open.size > 0) quiet = -1
    }
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
    const planned = this.#plan.take(record.method, record.path, tokenOf(request))
    if (planned !== undefined) record.fault = planned.kind
    if (planned?.kind === 'status') {
      const { status, retryAfterSeconds, answer } = planned
      const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
      return this.#refuse(request, response, record, status, { ...answer, headers: { ...wait, ...answer?.headers } })
    }
    if (planned?.kind === 'expire-token') {
      const { status = 401, answer = { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } } } = planned
      return this.#refuse(request, response, record, status, answer)
    }
    if (planned?.kind === 'stall') {
      if (asksToContinue(request)) response.writeContinue()
      return void request.resume()
    }
    this.#forward(request, response, record)
  }

  #refuse(request: IncomingMessage, response: ServerResponse, record: RequestRecord, status: number, answer: FaultAnswer): void {
    request.on('data', (chunk: Buffer) => (record.requestBytes += chunk.byteLength))
    if (asksToContinue(request)) response.writeContinue()
    record.status = status
    const { headers, body = '{"message":"injected"}' } = answer
    // Answered only when the body is here: a client in the middle of sending would see a reset instead of the status.
    request.on('end', () =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(record.method === 'HEAD' ? undefined : body),
    )
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
    this.#open.add(upstream)
    upstream.on('close', () => this.#open.delete(upstream))
    // Kept here: a request that was cut off has no socket any more.
    const { socket } = request
    const breakOff = (): void => {
      upstream.destroy()
      socket.resetAndDestroy()
    }
    // A server that refuses a body before its end closes the connection: the client is to hear what it said.
    const stopSending = (): void => {
      if (record.status === undefined) return breakOff()
      request.resume()
    }
    const sendBody = (): void =>
      copyBody(request, upstream, {
        count: bytes => (record.requestBytes += bytes),
        takeFault: bytes => this.#take(record, 'request', bytes),
        breakOff,
        closed: stopSending,
      })
    if (asksToContinue(request)) {
      upstream.on('continue', () => {
        response.writeContinue()
        sendBody()
      })
      upstream.flushHeaders()
    } else sendBody()
    upstream.on('error', stopSending)
    request.on('error', breakOff)
    response.on('close', () => {
      // What arrived whole is done by the server whether or not somebody waits for the answer.
      const underway = upstream.writableEnded && record.status === undefined
      if (!underway && (!response.writableFinished || !upstream.writableEnded)) upstream.destroy()
    })
    upstream.on('response', answer => {
      if (response.destroyed) return upstream.destroy()
      record.status = answer.statusCode ?? 0
      response.writeHead(record.status, answer.headers)
      answer.on('error', breakOff)
      copyBody(answer, response, {
        count: bytes => (record.responseBytes += bytes),
        takeFault: bytes => this.#take(record, 'response', bytes),
        breakOff,
        closed: breakOff,
      })
    })
  }

  #take(record: RequestRecord, of: 'request' | 'response', bytes: number): Fault | undefined {
    const fault = this.#plan.takeBody(record.method, record.path, of, bytes)
    if (fault !== undefined) record.fault = fault.kind
    return fault
  }
}

/** Whether the client sends the body only when the server wants it. */
function asksToContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue'
}

/** What lets a request in: its Authorization, the X-Auth-Token of OpenStack, or the Girder-Token. */
function credentialOf({ headers }: IncomingMessage): string | undefined {
  return headers.authorization ?? [headers['x-auth-token'] ?? headers['girder-token']].flat()[0]
}

/**
 * What a request proves to be by. A signature of AWS differs with every request: it is the session's token, or the key it
 * was signed with.
 */
function tokenOf(request: IncomingMessage): string | undefined {
  const { authorization, 'x-amz-security-token': session } = request.headers
  if (authorization?.startsWith('AWS4-HMAC-SHA256 ') !== true) return credentialOf(request)
  return [session].flat()[0] ?? /Credential=([^/,]+)/.exec(authorization)?.[1]
}

/** Starts a proxy before a server: `await using proxy = await faultProxy(server.url)`. */
export async function faultProxy(target: URL): Promise<FaultProxy> {
  return await new FaultProxy(target).listen()
}
