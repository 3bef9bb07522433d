import { FairleadError } from '../../contract/errors.ts'
import type { Address } from '../address.ts'
import type { HttpResponse } from '../http.ts'
import { networkError } from '../network-error.ts'
import type { Throttle } from '../throttle.ts'
import { DirectAnswer, type Asked } from './direct-answer.ts'
import { DirectResponse } from './direct-response.ts'
import { createPool, type PoolOptions } from './pool.ts'

/** One request whose body, if there is one, lies in memory. */
export interface DirectRequest {
  readonly method: string
  readonly to: Address
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Uint8Array | undefined
  readonly idleTimeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** HTTP/1.1 without node:http, for requests and answers that need nothing of it but the wire. */
export interface DirectClient extends Disposable {
  /** The answer, whose pump hands over pieces that are good only until the call returns. Rejects like every request. */
  request(request: DirectRequest): Promise<HttpResponse>
}

/** Asks on lines that are kept for the next request, see `Line`. */
export function createDirectClient(options: PoolOptions & { readonly throttle: Throttle | undefined }): DirectClient {
  const { aborts, throttle } = options
  const pool = createPool(options)
  return {
    async request({ method, to, headers, body, idleTimeoutMs, signal }) {
      const text = headText(method, to, headers)
      const asked: Asked = { method, url: to.url, idleTimeoutMs, throttle, aborts, signal, free: line => pool.giveBack(to, line) }
      for (;;) {
        signal?.throwIfAborted()
        const lending = pool.lend(to, signal)
        const { line, fresh } = lending instanceof Promise ? await lending : lending
        const answer = new DirectAnswer(line, asked)
        line.ask(answer, text, body, idleTimeoutMs)
        try {
          return new DirectResponse(answer, await answer.head, asked)
        } catch (cause) {
          // The server closed it while nobody used it: another one tells what is the matter. What changes something is the caller's to repeat.
          const stale = !fresh && method === 'GET' && !FairleadError.is(cause) && signal?.aborted !== true
          if (!stale) throw failure(cause, method, to)
        }
      }
    },
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  }
}

function failure(cause: unknown, method: string, to: Address): unknown {
  return cause instanceof Error && 'code' in cause && !FairleadError.is(cause) ? networkError(cause, method, to.url) : cause
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// What ends a line, or is no byte, can't be sent.
const unsendable = /[^\t\u0020-\u007e\u0080-\u00ff]/
const unsendableInPath = /[^\u0021-\u00ff]/

/** The head of the request as it is sent; `input-invalid` for what can't be. */
function headText(method: string, to: Address, headers: Readonly<Record<string, string | number>>): string {
  const refuse = (code: string): never => {
    throw networkError(Object.assign(new Error('request'), { code }), method, to.url)
  }
  if (!token.test(method)) refuse('ERR_INVALID_HTTP_TOKEN')
  if (unsendableInPath.test(to.path)) refuse('ERR_UNESCAPED_CHARACTERS')
  let text = `${method} ${to.path} HTTP/1.1\r\n`
  for (const name in headers) {
    const value = String(headers[name])
    if (!token.test(name)) refuse('ERR_INVALID_HTTP_TOKEN')
    if (unsendable.test(value)) refuse('ERR_INVALID_CHAR')
    text += `${name}: ${value}\r\n`
  }
  return `${text}\r\n`
}
