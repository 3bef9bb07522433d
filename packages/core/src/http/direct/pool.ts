import type { SecureContext } from 'node:tls'
import { FairleadError } from '../../contract/errors.ts'
import type { AbortWatch } from '../abort-watch.ts'
import type { Address } from '../address.ts'
import { Line } from './line.ts'

/** What the lines of one application share. */
export interface PoolOptions {
  readonly aborts: AbortWatch
  /** Lines to one origin. */
  readonly maxSockets: number
  /** What https connections trust; undefined for what the platform trusts. */
  readonly secureContext: () => SecureContext | undefined
}

/** A line to ask on; `fresh` unless a request was answered on it before, and the server may have closed it since. */
interface Lent {
  readonly line: Line
  readonly fresh: boolean
}

/** The lines of all origins. */
export interface Pool extends Disposable {
  /**
   * A line to where a request goes. Where all are in use it waits for the next one; the signal's reason ends that.
   * `network` once the pool was disposed.
   */
  lend(to: Address, signal: AbortSignal | undefined): Lent | Promise<Lent>
  /** Takes a line back that can be used again; one that was closed needs no word. */
  giveBack(to: Address, line: Line): void
}

interface Waiter {
  place: number
  hand(lent: Lent): void
  giveUp(reason: unknown): void
}

interface Lines {
  readonly free: Line[]
  readonly open: Set<Line>
  readonly waiting: Set<Waiter>
}

/** Lends lines that are kept for the next request. */
export function createPool({ aborts, maxSockets, secureContext }: PoolOptions): Pool {
  const origins = new Map<string, Lines>()
  let over = false

  const linesTo = ({ secure, host }: Address): Lines => {
    const origin = secure ? `https://${host}` : host
    let lines = origins.get(origin)
    if (lines === undefined) {
      lines = { free: [], open: new Set(), waiting: new Set() }
      origins.set(origin, lines)
    }
    return lines
  }
  const connect = (to: Address, lines: Lines): Lent => {
    const line = new Line(to, to.secure ? secureContext() : undefined)
    lines.open.add(line)
    line.socket.on('close', () => {
      lines.open.delete(line)
      // Each holds a buffer: none is kept until a request comes upon it.
      const at = lines.free.indexOf(line)
      if (at >= 0) lines.free.splice(at, 1)
      const [next] = lines.waiting
      if (next !== undefined && !over) next.hand(connect(to, lines))
    })
    return { line, fresh: true }
  }
  const wait = async (lines: Lines, signal: AbortSignal | undefined): Promise<Lent> => {
    const { promise, resolve, reject } = Promise.withResolvers<Lent>()
    const leave = (): void => {
      lines.waiting.delete(waiter)
      if (signal !== undefined) aborts.delete(signal, waiter)
    }
    const waiter: Waiter = {
      place: -1,
      hand(lent) {
        leave()
        resolve(lent)
      },
      giveUp(reason) {
        leave()
        reject(reason)
      },
    }
    lines.waiting.add(waiter)
    if (signal !== undefined) aborts.add(signal, waiter)
    return await promise
  }

  return {
    lend(to, signal) {
      if (over) throw closed()
      const lines = linesTo(to)
      for (let line = lines.free.pop(); line !== undefined; line = lines.free.pop()) {
        if (line.socket.destroyed) continue
        line.socket.ref()
        return { line, fresh: false }
      }
      return lines.open.size < maxSockets ? connect(to, lines) : wait(lines, signal)
    },
    giveBack(to, line) {
      // Its end makes room for the next who waits.
      if (line.socket.destroyed) return undefined
      const lines = linesTo(to)
      const [next] = lines.waiting
      if (next !== undefined) return next.hand({ line, fresh: false })
      line.socket.unref()
      // Reading was stopped where the body was taken later: the server's end of the connection is to be heard.
      line.socket.resume()
      return void lines.free.push(line)
    },
    [Symbol.dispose]() {
      over = true
      for (const { open, waiting } of origins.values()) {
        for (const waiter of waiting) waiter.giveUp(closed())
        for (const line of open) line.socket.destroy(closed())
      }
    },
  }
}

function closed(): FairleadError {
  return new FairleadError('network', 'the connections of this application were closed', {
    retry: 'never',
    hint: 'Wait for pending requests before disposing the application.',
  })
}
