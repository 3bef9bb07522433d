import type { AbortWatch } from '../abort-watch.ts'
import { idleError, networkError } from '../network-error.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Throttle } from '../throttle.ts'
import { Chunks } from './chunks.ts'
import type { Line, Listener } from './line.ts'
import { readHead, type ResponseHead } from './response-head.ts'

const mostHeadBytes = 64 * 1024
/** A body in chunks that is empty. */
const noChunks = Buffer.from('0\r\n\r\n')

/** What an answer needs to know of its request and of who made it. */
export interface Asked {
  readonly method: string
  readonly url: URL | string
  readonly idleTimeoutMs: number
  readonly throttle: Throttle | undefined
  readonly aborts: AbortWatch
  readonly signal: AbortSignal | undefined
  /** The line can be used again. */
  free(line: Line): void
}

/**
 * The answer to one request on one line: its head, and then its body, which waits on the socket until somebody takes it.
 * Pieces are good only until `take` returns.
 */
export class DirectAnswer implements Listener {
  /** For the watch of aborts. */
  place = -1
  readonly #line: Line
  readonly #asked: Asked
  readonly #head = Promise.withResolvers<ResponseHead>()
  readonly #end = Promise.withResolvers<void>()
  #begin: Buffer | undefined
  /** Bytes of interim answers. */
  #before = 0
  #known: ResponseHead | undefined
  /** What came behind the head before somebody took the body. */
  #first: Uint8Array | undefined
  /** Bytes of the body that are still to come, where that is known. */
  #left = Infinity
  #chunks: Chunks | undefined
  #take: ((piece: Uint8Array) => boolean) | undefined
  /** The wait for this body's turn, under a bound on the bandwidth. */
  #turn: Promise<void> | undefined
  #ended = false
  #idled = false
  /** Whether the network is waited for; the taker is otherwise. */
  #reading = true
  #failed = false
  #lost = false

  constructor(line: Line, asked: Asked) {
    this.#line = line
    this.#asked = asked
    // Told by the head's promise, or by who takes the body.
    this.#end.promise.catch(() => undefined)
    if (asked.signal !== undefined) asked.aborts.add(asked.signal, this)
  }

  /** Whether it failed with the connection, or with what came over it, and not by a timeout or by who asked. */
  get lost(): boolean {
    return this.#lost
  }

  /** The head, or why there is none. */
  get head(): Promise<ResponseHead> {
    return this.#head.promise
  }

  arrived(piece: Buffer): boolean {
    try {
      const more = this.#known === undefined ? this.#readHead(piece) : this.#pass(piece)
      this.#reading = more
      return more
    } catch (cause) {
      this.#malformed(cause)
      return false
    }
  }

  finished(): void {
    if (this.#known?.body === 'all') this.#done()
    else this.broke(undefined)
    this.#line.socket.destroy()
  }

  broke(cause: unknown): void {
    if (this.#ended) return
    this.#lost = true
    const { method, url } = this.#asked
    this.#fail(FairleadError.is(cause) ? cause : networkError(cause ?? endedEarly(), method, url))
  }

  idle(): void {
    // Who reads nothing waits for nothing: the time begins anew with the reading.
    if (!this.#reading) this.#idled = true
    else this.giveUp(idleError(this.#asked.idleTimeoutMs, this.#asked.method, this.#asked.url))
  }

  giveUp(reason: unknown): void {
    if (this.#ended) return
    this.#fail(reason)
    this.#line.socket.destroy()
  }

  /** Hands over the body; `take` says whether more may come now. Resolves at its end. */
  async each(take: (piece: Uint8Array) => boolean): Promise<void> {
    this.#take = take
    const first = this.#first
    this.#first = undefined
    if (!this.#ended) {
      try {
        if (first === undefined || this.#pass(first)) this.resume()
      } catch (cause) {
        this.#malformed(cause)
      }
    } else if (first !== undefined && !this.#failed) take(first)
    await this.#end.promise
  }

  /** Goes on after a `take` that wanted no more. */
  resume(): void {
    if (this.#ended) return
    // An abort ends the wait, and the request.
    if (this.#turn !== undefined) return void this.#turn.then(() => this.resume()).catch(() => undefined)
    if (this.#idled) this.#line.socket.setTimeout(this.#asked.idleTimeoutMs)
    this.#idled = false
    this.#reading = true
    this.#line.socket.resume()
  }

  #readHead(piece: Buffer): boolean {
    let bytes = this.#begin === undefined ? piece : Buffer.concat([this.#begin, piece])
    let head = readHead(bytes, this.#asked.method)
    // Interim answers tell nothing that is used here.
    for (; head !== undefined && head.status < 200; head = readHead(bytes, this.#asked.method)) {
      this.#before += head.bytes
      if (this.#before > mostHeadBytes) throw headTooLong()
      bytes = bytes.subarray(head.bytes)
    }
    if (this.#before + (head?.bytes ?? bytes.byteLength) > mostHeadBytes) throw headTooLong()
    if (head === undefined) {
      this.#begin = Buffer.from(bytes)
      return true
    }
    let rest = bytes.byteLength === head.bytes ? undefined : Buffer.from(bytes.subarray(head.bytes))
    let { body } = head
    if (body === 'chunks' && rest?.equals(noChunks) === true) {
      // Few read a body that is empty: its line is free all the same.
      body = 0
      rest = undefined
    }
    this.#known = head
    this.#first = rest
    if (body === 'chunks') this.#chunks = new Chunks()
    else if (body !== 'all') this.#left = body
    const arrived = rest?.byteLength ?? 0
    if (arrived > this.#left) throw tooMuch()
    this.#head.resolve(head)
    return arrived === this.#left && (arrived === 0 || this.#asked.throttle === undefined) ? this.#done() : false
  }

  #pass(piece: Uint8Array): boolean {
    const { throttle, signal } = this.#asked
    let wanted = false
    const take = (content: Uint8Array): void => {
      // Ended by the taker itself: it wants nothing more, though it is here.
      if (this.#ended) return
      try {
        wanted = this.#take?.(content) ?? false
      } catch (reason) {
        this.giveUp(reason)
      }
    }
    let over: boolean
    if (this.#chunks !== undefined) {
      wanted = true
      over = this.#chunks.push(piece, take)
    } else {
      this.#left -= piece.byteLength
      if (this.#left < 0) throw tooMuch()
      take(piece)
      over = this.#left === 0
    }
    if (this.#ended) return false
    const turn = throttle?.turn(piece.byteLength, signal)
    if (turn === undefined) return over ? this.#done() : wanted
    this.#turn = turn.finally(() => (this.#turn = undefined))
    if (over) this.#turn.then(() => this.#done()).catch(() => undefined)
    else if (wanted) this.resume()
    else this.#turn.catch(() => undefined)
    return false
  }

  #done(): boolean {
    if (this.#ended) return false
    const keepMs = this.#known?.keepMs ?? 0
    const { socket } = this.#line
    this.#close()
    this.#end.resolve()
    // A server that answers before it has read the whole request may never read the rest.
    if (keepMs <= 0 || socket.writableLength > 0) socket.destroy()
    else {
      if (keepMs < this.#asked.idleTimeoutMs) socket.setTimeout(keepMs)
      this.#asked.free(this.#line)
    }
    return true
  }

  /** What came is no answer, or not the one to this request. */
  #malformed(cause: unknown): void {
    this.broke(cause)
    this.#line.socket.destroy()
  }

  #fail(reason: unknown): void {
    this.#close()
    this.#failed = true
    this.#head.reject(reason)
    this.#end.reject(reason)
  }

  #close(): void {
    const { aborts, signal } = this.#asked
    this.#ended = true
    this.#line.listener = undefined
    if (signal !== undefined) aborts.delete(signal, this)
  }
}

function endedEarly(): Error {
  return Object.assign(new Error('the connection ended early'), { code: 'ECONNRESET' })
}

function headTooLong(): Error {
  return Object.assign(new Error('the head is too long'), { code: 'HPE_HEADER_OVERFLOW' })
}

function tooMuch(): Error {
  return Object.assign(new Error('more bytes came than were announced'), { code: 'HPE_INVALID' })
}
