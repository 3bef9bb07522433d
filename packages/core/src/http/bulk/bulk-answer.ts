import type { AbortWatch } from '../abort-watch.ts'
import { idleError, networkError } from '../network-error.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Throttle } from '../throttle.ts'
import type { Line, Listener } from './line.ts'
import { readHead, type ResponseHead } from './response-head.ts'

const mostHeadBytes = 64 * 1024

/** What an answer needs to know of its request and of who made it. */
export interface Asked {
  readonly url: URL | string
  readonly idleTimeoutMs: number
  readonly throttle: Throttle | undefined
  readonly aborts: AbortWatch
  readonly signal: AbortSignal | undefined
  /** The line can be used again. */
  free(line: Line): void
}

/**
 * The answer to one GET on one line: its head, and then its body, which waits on the socket until somebody takes it. Pieces
 * of the pump are good only until `take` returns.
 */
export class BulkAnswer implements Listener {
  /** For the watch of aborts. */
  place = -1
  readonly #line: Line
  readonly #asked: Asked
  readonly #head = Promise.withResolvers<ResponseHead>()
  readonly #end = Promise.withResolvers<void>()
  #begin: Buffer | undefined
  #known: ResponseHead | undefined
  /** What came behind the head before somebody took the body. */
  #first: Uint8Array | undefined
  #left = 0
  #take: ((piece: Uint8Array) => boolean) | undefined
  /** The wait for this body's turn, under a bound on the bandwidth. */
  #turn: Promise<void> | undefined
  #ended = false
  #idled = false

  constructor(line: Line, asked: Asked) {
    this.#line = line
    this.#asked = asked
    // Told by the head's promise, or by who takes the body.
    this.#end.promise.catch(() => undefined)
    if (asked.signal !== undefined) asked.aborts.add(asked.signal, this)
  }

  /** The head, or why there is none: a socket's own error where the connection broke. */
  async head(): Promise<ResponseHead> {
    return await this.#head.promise
  }

  arrived(piece: Buffer): boolean {
    try {
      if (this.#known === undefined) return this.#readHead(piece)
      return this.#pass(piece)
    } catch (reason) {
      this.giveUp(reason)
      return false
    }
  }

  broke(cause: unknown): void {
    this.#fail(cause ?? Object.assign(new Error('the connection ended early'), { code: 'ECONNRESET' }))
  }

  idle(): void {
    // Who reads nothing waits for nothing: the time begins anew with the reading.
    if (this.#known !== undefined && (this.#take === undefined || this.#turn !== undefined)) this.#idled = true
    else this.giveUp(idleError(this.#asked.idleTimeoutMs, 'GET', this.#asked.url))
  }

  giveUp(reason: unknown): void {
    this.#fail(reason)
    this.#line.socket.destroy()
  }

  /** Hands over the body; `take` says whether more may come now. Resolves at its end. */
  async each(take: (piece: Uint8Array) => boolean): Promise<void> {
    this.#take = take
    if (!this.#ended) {
      const first = this.#first
      this.#first = undefined
      try {
        if (first === undefined || this.#pass(first)) this.resume()
      } catch (reason) {
        this.giveUp(reason)
      }
    }
    await this.#end.promise
  }

  /** Goes on after a `take` that wanted no more. */
  resume(): void {
    if (this.#ended) return
    // An abort ends the wait, and the request.
    if (this.#turn !== undefined) return void this.#turn.then(() => this.resume()).catch(() => undefined)
    if (this.#idled) this.#line.socket.setTimeout(this.#asked.idleTimeoutMs)
    this.#idled = false
    this.#line.socket.resume()
  }

  #readHead(piece: Buffer): boolean {
    const bytes = this.#begin === undefined ? piece : Buffer.concat([this.#begin, piece])
    const head = readHead(bytes)
    if (head === undefined) {
      if (bytes.byteLength > mostHeadBytes) throw Object.assign(new Error('the head is too long'), { code: 'HPE_HEADER_OVERFLOW' })
      this.#begin = Buffer.from(bytes)
      return true
    }
    const rest = Buffer.from(bytes.subarray(head.bytes))
    if (head.status < 200) {
      this.#begin = undefined
      return rest.byteLength === 0 || this.#readHead(rest)
    }
    this.#known = head
    this.#left = head.length ?? Infinity
    this.#head.resolve(head)
    if (rest.byteLength > this.#left) throw tooMuch()
    if (this.#left === 0) return this.#done()
    if (rest.byteLength > 0) this.#first = rest
    return false
  }

  #pass(piece: Uint8Array): boolean {
    const { throttle, signal } = this.#asked
    this.#left -= piece.byteLength
    if (this.#left < 0) throw tooMuch()
    const wanted = this.#take?.(piece) ?? false
    if (this.#left === 0) return this.#done()
    const turn = throttle?.turn(piece.byteLength, signal)
    if (turn === undefined) return wanted
    this.#turn = turn.finally(() => (this.#turn = undefined))
    if (wanted) this.resume()
    else this.#turn.catch(() => undefined)
    return false
  }

  #done(): boolean {
    const { keepAlive } = this.#known ?? { keepAlive: false }
    this.#close()
    this.#end.resolve()
    if (!keepAlive) this.#line.socket.destroy()
    else this.#asked.free(this.#line)
    return true
  }

  #fail(reason: unknown): void {
    if (this.#ended) return
    this.#close()
    this.#head.reject(reason)
    this.#end.reject(
      reason instanceof Error && !FairleadError.is(reason) && 'code' in reason ? networkError(reason, 'GET', this.#asked.url) : reason,
    )
  }

  #close(): void {
    const { aborts, signal } = this.#asked
    this.#ended = true
    this.#line.listener = undefined
    if (signal !== undefined) aborts.delete(signal, this)
  }
}

function tooMuch(): Error {
  return Object.assign(new Error('more bytes came than were announced'), { code: 'HPE_INVALID' })
}
