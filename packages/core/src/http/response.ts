import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { FairleadError } from '../contract/errors.ts'
import { withPump } from './body-pump.ts'
import type { Exchange } from './exchange.ts'
import type { HttpResponse } from './http.ts'
import { redactUrl } from './redact.ts'

const defaultMaxBytes = 64 * 1024 * 1024

/** The response to an exchange. Its body stays on the socket until someone asks for it; a stream is made only on demand. */
export function createResponse(exchange: Exchange, decode: boolean): HttpResponse {
  return new OpenResponse(exchange, decode)
}

/** A class, because getters of a literal give every single object a shape of its own, which costs more than the request. */
class OpenResponse implements HttpResponse {
  readonly status: number
  readonly method: string
  readonly #exchange: Exchange
  readonly #decode: boolean
  readonly #length: string | undefined
  readonly #empty: boolean
  #headers: Readonly<Record<string, string>> | undefined
  #body: ReadableStream<Uint8Array> | undefined
  #source: Readable | undefined

  constructor(exchange: Exchange, decode: boolean) {
    const { incoming, method } = exchange
    const status = incoming.statusCode ?? 0
    this.status = status
    this.method = method
    this.#exchange = exchange
    this.#decode = decode
    this.#length = incoming.headers['content-length']
    const arrivedEmpty = incoming.complete && incoming.readableLength === 0
    this.#empty = method === 'HEAD' || status === 204 || status === 304 || this.#length === '0' || arrivedEmpty
    // Gives the socket back at once: nothing more comes, and few callers read an empty body.
    if (this.#empty) incoming.resume()
    // Heard here so that a break before anyone reads isn't thrown into the process; `errored` tells it to the reader.
    incoming.on('error', ignore)
  }

  get url(): URL {
    return new URL(this.#exchange.address)
  }

  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= flatten(this.#exchange.incoming.headers)
    return this.#headers
  }

  get body(): ReadableStream<Uint8Array> {
    this.#body ??= this.#empty ? new Blob([]).stream() : bodyStream(this.#open(), this.#exchange)
    return this.#body
  }

  async bytes(maxBytes = defaultMaxBytes): Promise<Uint8Array> {
    const exchange = this.#exchange
    if (this.#body !== undefined || exchange.incoming.readableDidRead)
      throw new TypeError('the body of this response is already being read')
    if (this.#empty) return new Uint8Array(0)
    if (this.#length !== undefined && Number(this.#length) > maxBytes) {
      exchange.watch.giveUp(undefined)
      throw tooLong(exchange, maxBytes)
    }
    return readAll(this.#open(), exchange, maxBytes)
  }

  async text(maxBytes?: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(maxBytes))
  }

  async json(maxBytes?: number): Promise<unknown> {
    const bytes = await this.bytes(maxBytes)
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch {
      const { method, address } = this.#exchange
      throw new FairleadError('unexpected', `${method} ${redactUrl(address)}: the response is not JSON`, { status: this.status })
    }
  }

  #open(): Readable {
    const { incoming } = this.#exchange
    this.#source ??= this.#decode && !this.#empty ? decoded(incoming) : incoming
    return this.#source
  }
}

const ignore = (): void => undefined

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

function tooLong({ method, address }: Exchange, maxBytes: number): FairleadError {
  return new FairleadError('unexpected', `${method} ${redactUrl(address)}: the response has more than ${maxBytes} bytes`)
}

async function readAll(source: Readable, exchange: Exchange, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  await pump(source, exchange, chunk => {
    length += chunk.byteLength
    if (length > maxBytes) throw tooLong(exchange, maxBytes)
    chunks.push(chunk)
  })
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length)
}

/** Hands over each piece as it comes from the socket. */
function pump(source: Readable, exchange: Exchange, take: (piece: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => reject(exchange.watch.reasonFor(cause ?? brokenOff()))
    if (source.destroyed) return fail(source.errored)
    exchange.watch.release()
    source.on('data', (chunk: Uint8Array) => {
      try {
        take(chunk)
      } catch (reason) {
        reject(reason)
        exchange.watch.giveUp(undefined)
        source.destroy()
        return
      }
      const turn = exchange.throttle?.turn(chunk.byteLength, exchange.signal)
      if (turn !== undefined) void holdBack(source, exchange, turn)
    })
    source.on('end', () => resolve())
    source.on('error', fail)
    source.on('close', () => {
      if (!source.readableEnded) fail()
    })
  })
}

/** Reads nothing more until it is this body's turn: the sender is slowed down by its full socket. An abort ends the wait. */
async function holdBack(source: Readable, exchange: Exchange, turn: Promise<void>): Promise<void> {
  exchange.watch.held = true
  source.pause()
  await turn.catch(() => undefined)
  exchange.watch.release()
  source.resume()
}

/** Pulls one buffer at a time, so that a slow reader slows the sender down and nothing piles up. */
function bodyStream(source: Readable, exchange: Exchange): ReadableStream<Uint8Array> {
  let wake: (() => void) | undefined
  let ended = false
  let failure: { readonly cause: unknown } | undefined
  const stir = () => {
    wake?.()
    wake = undefined
  }
  const fail = (cause?: unknown) => {
    failure ??= { cause: cause ?? brokenOff() }
    stir()
  }
  let begun = false
  /** With the first reader, since one who takes the pump must find the source as it was. */
  const begin = () => {
    begun = true
    if (source.destroyed && !source.readableEnded) fail(source.errored)
    source.on('readable', stir)
    source.on('end', () => {
      ended = true
      stir()
    })
    source.on('error', fail)
    source.on('close', () => {
      if (!source.readableEnded) fail()
    })
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!begun) begin()
        exchange.watch.release()
        for (;;) {
          if (failure !== undefined) throw exchange.watch.reasonFor(failure.cause)
          const chunk: Uint8Array | null = source.read()
          if (chunk !== null) {
            exchange.watch.held = true
            await exchange.throttle?.turn(chunk.byteLength, exchange.signal)
            return controller.enqueue(chunk)
          }
          if (ended) return controller.close()
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      },
      cancel(reason) {
        exchange.watch.giveUp(reason)
        source.destroy()
      },
    },
    { highWaterMark: 0 },
  )
  return withPump(stream, take => pump(source, exchange, take))
}

function brokenOff(): Error {
  return Object.assign(new Error('the body ended early'), { code: 'ECONNRESET' })
}

/** The body without its content codings (RFC 9110 §8.4); one that isn't known is handed over as it is. */
function decoded(incoming: Exchange['incoming']): Readable {
  const codings = (incoming.headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map(coding => coding.trim())
  return codings.reduceRight<Readable>((source, coding) => {
    const decoder = decoderFor(coding)
    if (decoder === undefined) return source
    source.on('error', cause => decoder.destroy(cause))
    source.on('close', () => {
      if (!source.readableEnded) decoder.destroy(brokenOff())
    })
    return source.pipe(decoder)
  }, incoming)
}

function decoderFor(coding: string) {
  const zlib = process.getBuiltinModule('node:zlib')
  if (coding === 'gzip' || coding === 'x-gzip') return zlib.createGunzip()
  if (coding === 'deflate') return zlib.createInflate()
  if (coding === 'br') return zlib.createBrotliDecompress()
  if (coding === 'zstd') return zlib.createZstdDecompress()
  return undefined
}
