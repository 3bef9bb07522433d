import type { SecureContext } from 'node:tls'
import { FairleadError } from '../../contract/errors.ts'
import type { AbortWatch } from '../abort-watch.ts'
import type { Address } from '../address.ts'
import type { HttpResponse } from '../http.ts'
import { networkError } from '../network-error.ts'
import type { Throttle } from '../throttle.ts'
import { BulkAnswer, type Asked } from './bulk-answer.ts'
import { BulkResponse } from './bulk-response.ts'
import { Line } from './line.ts'

/** What all big reads of one application share. */
export interface BulkOptions {
  readonly aborts: AbortWatch
  readonly throttle: Throttle | undefined
  /** What https connections trust; undefined for what the platform trusts. */
  readonly secureContext: () => SecureContext | undefined
}

/** One GET of a big body. */
export interface BulkRequest {
  readonly to: Address
  readonly headers: Readonly<Record<string, string | number>>
  readonly idleTimeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Big bodies over connections of their own. */
export interface BulkReader extends Disposable {
  /**
   * The answer, whose pump hands over pieces that are good only until the call returns. Undefined: this server answers in
   * a form that is left to node:http, and is not asked again. Rejects like every request.
   */
  get(request: BulkRequest): Promise<HttpResponse | undefined>
}

/** Reads big bodies from lines that are kept for the next one, see {@link Line}. */
export function createBulkReader({ aborts, throttle, secureContext }: BulkOptions): BulkReader {
  const free = new Map<string, Line[]>()
  const open = new Set<Line>()
  const others = new Set<string>()

  const connect = (to: Address): Line => {
    const line = new Line(to, to.secure ? secureContext() : undefined)
    open.add(line)
    line.socket.on('close', () => open.delete(line))
    return line
  }
  const reused = (origin: string): Line | undefined => {
    const lines = free.get(origin) ?? []
    for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
      if (line.socket.destroyed) continue
      line.socket.ref()
      return line
    }
    return undefined
  }
  const keep = (origin: string, line: Line): void => {
    line.used = true
    line.socket.unref()
    const lines = free.get(origin) ?? []
    lines.push(line)
    free.set(origin, lines)
  }

  return {
    async get({ to, headers, idleTimeoutMs, signal }) {
      const origin = `${to.secure ? 'https' : 'http'}://${to.host} ${to.hostname}`
      if (others.has(origin)) return undefined
      const text = headText(to, headers)
      const asked: Asked = { url: to.url, idleTimeoutMs, throttle, aborts, signal, free: line => keep(origin, line) }
      for (let line = reused(origin); ; line = undefined) {
        signal?.throwIfAborted()
        const on = line ?? connect(to)
        const answer = new BulkAnswer(on, asked)
        on.listener = answer
        on.socket.setTimeout(idleTimeoutMs)
        on.socket.write(text, 'latin1')
        // After an answer, or a wait for room, the reading was stopped.
        on.socket.resume()
        try {
          const head = await answer.head()
          if (head.length !== undefined && head.headers['content-encoding'] === undefined) return new BulkResponse(answer, head, asked)
          answer.giveUp(undefined)
          // An error may well come in chunks from a server that sends objects with their length.
          if (head.status < 300) others.add(origin)
          return undefined
        } catch (cause) {
          if (line === undefined || FairleadError.is(cause) || signal?.aborted === true) throw failure(cause, to)
          // The server closed it while nobody used it: a new one tells what is the matter.
        }
      }
    },
    [Symbol.dispose]() {
      for (const line of open) line.socket.destroy()
    },
  }
}

function failure(cause: unknown, to: Address): unknown {
  return cause instanceof Error && 'code' in cause && !FairleadError.is(cause) ? networkError(cause, 'GET', to.url) : cause
}

/** The request as it is sent. Throws what node:http throws for names and values that can't be. */
function headText(to: Address, headers: Readonly<Record<string, string | number>>): string {
  const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')
  try {
    if (/[^\u0021-\u00ff]/.test(to.path)) throw Object.assign(new Error('path'), { code: 'ERR_UNESCAPED_CHARACTERS' })
    const lines = Object.entries(headers).map(([name, value]) => {
      validateHeaderName(name)
      validateHeaderValue(name, String(value))
      return `${name}: ${value}\r\n`
    })
    return `GET ${to.path} HTTP/1.1\r\n${lines.join('')}\r\n`
  } catch (cause) {
    throw networkError(cause, 'GET', to.url)
  }
}
