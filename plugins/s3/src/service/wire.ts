import { FairleadError, type ConnectionInit, type Context, type HttpRequest, type HttpResponse } from '@fairlead/core'
import { failureOf, namedRegion, toError, type At, type Failure } from '../errors.ts'
import type { options } from '../manifest.ts'
import { Credentials, regionOfProfile } from './credentials.ts'
import { checkBucket, placeOf, regionOfEndpoint, type Place } from './place.ts'
import { Remembered } from './remembered.ts'
import { emptyPayload, encodeKey, Signer } from './signer.ts'
import { readAnswer, type Answer } from './xml.ts'

/** One request to the service. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Absent: the bucket itself. */
  readonly key?: string
  /** Percent-encoded, its names in order; without `?`. */
  readonly query?: string
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpRequest['body']
  /** What stands for the body in the signature; absent where there is none. */
  readonly payload?: string
  /** The path that errors name. */
  readonly path?: string
  /** The permission that errors name. */
  readonly permission: string
  /** For what the service may think about for long. */
  readonly idleTimeoutMs?: number
}

const defaultRegion = 'us-east-1'
/** Failures that only say something in a body, which an answer to HEAD does not have. */
const mute: ReadonlySet<number> = new Set([301, 307, 400, 403])

/**
 * Signed requests to one bucket. Every answer that is no success is thrown as the error it means; one that names another
 * region makes the request go there, once, and every later one.
 */
export class Wire {
  readonly credentials: Credentials
  readonly remembered: Remembered
  readonly #init: ConnectionInit<typeof options>
  readonly #signer = new Signer()
  #place: Place | undefined
  #placing: Promise<Place> | undefined
  /** Whether the bucket is known to be there. */
  #seen = false
  readonly #missing = new WeakSet<FairleadError>()

  constructor(init: ConnectionInit<typeof options>) {
    const { settings, host } = init
    checkBucket(settings.bucket)
    this.#init = init
    this.credentials = new Credentials(init)
    this.remembered = new Remembered(host, settings.endpoint?.href ?? 'aws', settings.bucket)
    // What could never be a place is refused here already.
    this.#placeIn(settings.region ?? defaultRegion)
  }

  /** Where the bucket answers. */
  async place(): Promise<Place> {
    if (this.#place !== undefined) return this.#place
    this.#placing ??= this.#findPlace()
    return await this.#placing
  }

  /** The answer to a request that succeeded, its body unread. */
  async send(call: Call, { signal }: Context): Promise<HttpResponse> {
    let moved = false
    for (;;) {
      const place = this.#place ?? (await this.place())
      const response = await this.#exchange(call, place, signal)
      if (response.status < 300) {
        if (isPage(response.headers)) {
          await response.body.cancel()
          throw this.#strange(call, response, place)
        }
        this.#seen = true
        return response
      }
      const failure = await this.#explained(call, response, place, signal)
      const region = moved ? undefined : namedRegion(failure)
      if (region === undefined || region === place.region) throw this.failure(failure, call, place)
      this.#moveTo(region)
      if (!isReplayable(call.body)) throw this.#movedOnce(region, call)
      moved = true
    }
  }

  /** What an answer means that came as a success and is none of S3, such as the page of a network that wants a login first. */
  #strange(call: Call, response: HttpResponse, place: Place): FairleadError {
    return this.failure({ status: response.status, fields: {}, headers: response.headers, page: true }, call, place)
  }

  /** The headers of a write's answer, which is read. What is no answer of the service kept nothing. */
  async write(call: Call, context: Context): Promise<HttpResponse['headers']> {
    const response = await this.send(call, context)
    const { headers } = response
    await response.bytes()
    if (!isOfService(headers)) throw this.#strange(call, response, await this.place())
    return headers
  }

  /** The whole answer, read. */
  async ask(call: Call, context: Context): Promise<Answer> {
    return (await this.askFully(call, context)).answer
  }

  /** The same with the headers that came before it. An error in an answer that began as a success is thrown like any other. */
  async askFully(call: Call, context: Context): Promise<{ readonly answer: Answer; readonly headers: Readonly<Record<string, string>> }> {
    const response = await this.send(call, context)
    const { headers } = response
    const answer = readAnswer(await response.text())
    const error = this.failureIn(answer, call, await this.place())
    if (error !== undefined) throw error
    // Every answer of S3 is named so; what has another name would be taken for one that lists nothing.
    if (!answer.root.endsWith('Result')) throw this.#strange(call, response, await this.place())
    return { answer, headers }
  }

  /** The error a failed answer to a call means. */
  failure(failure: Failure, call: Call, place: Place): FairleadError {
    const error = toError(failure, this.#at(call, place))
    if (failure.code === 'NoSuchBucket') this.#missing.add(error)
    return error
  }

  /** The error an answer means that came as a success: long requests are answered before they are done. */
  failureIn(answer: Answer, call: Call, place: Place): FairleadError | undefined {
    if (answer.root !== 'Error') return undefined
    const { Code: code = '', Message: message = '' } = answer.fields
    return this.failure({ status: 0, code, message, fields: answer.fields, headers: {}, page: false }, call, place)
  }

  /** Whether a request failed because there is no such bucket. */
  isMissingBucket(cause: unknown): boolean {
    return FairleadError.is(cause, 'not-found') && this.#missing.has(cause)
  }

  /** The address of an object that anybody may use for so many seconds, in this way. */
  async presign(method: 'GET' | 'HEAD' | 'PUT', key: string, seconds: number, now: Date): Promise<URL> {
    const place = await this.place()
    const keys = await this.credentials.keys()
    const path = `${place.base}/${encodeKey(key)}`
    // Who follows a link sends no headers, so this one goes into it.
    const own = this.#init.settings['requester-pays'] ? 'x-amz-request-payer=requester' : ''
    const query = this.#signer.presign({ method, host: place.host, path, query: own }, keys, place.region, now, seconds)
    return new URL(`${place.protocol}//${place.host}${path}?${query}`)
  }

  /**
   * Makes sure the region is right before an address is given away, since nobody corrects one that is followed elsewhere. Keys
   * that may not look at the bucket may still sign for its objects.
   */
  async settle(context: Context): Promise<void> {
    if (this.#seen) return
    try {
      await this.send({ method: 'HEAD', permission: 's3:ListBucket' }, context)
    } catch (cause) {
      if (!FairleadError.is(cause, 'permission-denied')) throw cause
    }
  }

  async #exchange(call: Call, place: Place, signal: AbortSignal): Promise<HttpResponse> {
    const { http, clock } = this.#init.host
    const path = call.key === undefined ? place.base || '/' : `${place.base}/${encodeKey(call.key)}`
    const query = call.query ?? ''
    const sent = this.#init.settings['requester-pays'] ? { ...call.headers, 'x-amz-request-payer': 'requester' } : (call.headers ?? {})
    const payload = call.payload ?? emptyPayload
    const keys = this.credentials.anonymous ? undefined : (this.credentials.ready ?? (await this.credentials.keys()))
    const headers =
      keys === undefined
        ? sent
        : this.#signer.sign({ method: call.method, host: place.host, path, query, headers: sent, payload }, keys, place.region, clock.now())
    return await http.request({
      method: call.method,
      url: `${place.protocol}//${place.host}${path}${query === '' ? '' : `?${query}`}`,
      headers,
      signal,
      ...(call.body !== undefined && { body: call.body }),
      ...(call.idleTimeoutMs !== undefined && { idleTimeoutMs: call.idleTimeoutMs }),
    })
  }

  /** What a failed answer says; where HEAD could not say it, a GET of the same is asked. */
  async #explained(call: Call, response: HttpResponse, place: Place, signal: AbortSignal): Promise<Failure> {
    const failure = await readFailure(response)
    const unclear = mute.has(failure.status) || (failure.status === 404 && !this.#seen)
    if (call.method !== 'HEAD' || !unclear || namedRegion(failure) !== undefined) return failure
    const ask: Call =
      call.key === undefined
        ? { ...call, method: 'GET', query: 'list-type=2&max-keys=0' }
        : { ...call, method: 'GET', headers: { ...call.headers, range: 'bytes=0-0' } }
    const asked = await this.#exchange(ask, place, signal)
    const told = await readFailure(asked)
    if (failure.status === 404 && told.code !== 'NoSuchBucket') this.#seen = true
    return told.status === failure.status || (asked.status >= 300 && mute.has(told.status)) ? told : failure
  }

  #moveTo(region: string): void {
    const { settings, host } = this.#init
    const told = `the bucket "${settings.bucket}" is in ${region}`
    if (settings.region === undefined) host.log.debug(told)
    else host.log.info(`${told}, not in ${settings.region}: set it with \`fairlead client set ${host.connection} region=${region}\``)
    this.#place = this.#placeIn(region)
    this.remembered.keepRegion(region)
  }

  #movedOnce(region: string, call: Call): FairleadError {
    return new FairleadError(
      'config-invalid',
      `The bucket "${this.#init.settings.bucket}" is in ${region}, which was detected too late for data that can be read only once.`,
      {
        ...(call.path !== undefined && { path: call.path }),
        hint: `Run it again; to be spared this, set the region: fairlead client set ${this.#init.host.connection} region=${region}`,
      },
    )
  }

  /** Files are looked into only for AWS, or where a profile is named: other services have one region, and most don't mind. */
  async #findPlace(): Promise<Place> {
    const { endpoint, profile, region } = this.#init.settings
    const named = this.remembered.region ?? region ?? regionOfEndpoint(endpoint)
    const inFiles = endpoint === undefined || profile !== undefined
    this.#place = this.#placeIn(named ?? (inFiles ? await regionOfProfile(this.#init) : undefined) ?? defaultRegion)
    return this.#place
  }

  #placeIn(region: string): Place {
    const { bucket, endpoint, 'path-style': pathStyle } = this.#init.settings
    return placeOf({ bucket, ...(endpoint !== undefined && { endpoint }), ...(pathStyle !== undefined && { pathStyle }) }, region)
  }

  #at(call: Call, place: Place): At {
    return {
      connection: this.#init.host.connection,
      bucket: place.bucket,
      region: place.region,
      endpoint: place.endpoint,
      permission: call.permission,
      now: this.#init.host.clock.now(),
      ...(call.path !== undefined && { path: call.path }),
      ...(call.key !== undefined && { key: call.key }),
    }
  }
}

/** Whether the same body can be sent to another region. */
function isReplayable(body: HttpRequest['body']): boolean {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return true
  return !(body instanceof ReadableStream) && body.replayable
}

/** The service names each of its answers, or tells an etag. */
function isOfService({ etag, 'x-amz-request-id': id }: HttpResponse['headers']): boolean {
  return etag !== undefined || id !== undefined
}

/** Whether a web page answered. */
function isPage(headers: HttpResponse['headers']): boolean {
  return /^text\/html\b/i.test(headers['content-type'] ?? '') && !isOfService(headers)
}

/** Reads what a failed answer says. A body that is too long, or breaks off, takes nothing from its status. */
async function readFailure(response: HttpResponse): Promise<Failure> {
  const body = await response.bytes(262_144).catch(() => new Uint8Array(0))
  return failureOf(response.status, response.headers, new TextDecoder().decode(body))
}
