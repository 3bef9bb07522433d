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
    async request(request) {
      const { method, to, body, idleTimeoutMs, signal } = request
      const text = headText(request)
      const asked: Asked = { method, url: to.url, idleTimeoutMs, throttle, aborts, signal, free: line => pool.giveBack(to, line) }
      for (;;) {
        signal?.throwIfAborted()
        const lending = pool.lend(to, signal)
        const { line, fresh } = lending instanceof Promise ? await lending : lending
        if (signal?.aborted === true) {
          // Between its turn and now.
          pool.giveBack(to, line)
          throw signal.reason
        }
        const answer = new DirectAnswer(line, asked)
        line.ask(answer, text, body, idleTimeoutMs)
        try {
          return new DirectResponse(answer, await answer.head, asked)
        } catch (cause) {
          // The server closed it while nobody used it: another one tells what is the matter. What changes something is the caller's to repeat.
          if (fresh || !answer.lost || (method !== 'GET' && method !== 'HEAD')) throw cause
        }
      }
    },
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  }
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// What ends a line, or is no byte, can't be sent.
const unsendable = /[^\t\u0020-\u007e\u0080-\u00ff]/
const unsendableInPath = /[^\u0021-\u00ff]/

/** The head of the request as it is sent; `input-invalid` for what can't be. */
function headText({ method, to, headers, body }: DirectRequest): string {
  const length = body?.byteLength ?? 0
  const refuse = (code: string): never => {
    throw networkError(Object.assign(new Error('request'), { code }), method, to.url)
  }
  if (!token.test(method)) refuse('ERR_INVALID_HTTP_TOKEN')
  if (unsendableInPath.test(to.path)) refuse('ERR_UNESCAPED_CHARACTERS')
  // The body lies in memory and has its length: any other framing would make its rest the next request on this line.
  if ('transfer-encoding' in headers) refuse('ERR_HTTP_TRANSFER_ENCODING_INVALID')
  if (Number(headers['content-length'] ?? 0) !== length) refuse('ERR_HTTP_CONTENT_LENGTH_MISMATCH')
  let text = `${method} ${to.path} HTTP/1.1\r\n`
  for (const name in headers) {
    const value = String(headers[name])
    if (!token.test(name)) refuse('ERR_INVALID_HTTP_TOKEN')
    if (unsendable.test(value)) refuse('ERR_INVALID_CHAR')
    text += `${name}: ${value}\r\n`
  }
  return `${text}\r\n`
}
