import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoredAccount } from './store.ts'

/** A request as it came in, and where it leads. */
export interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly query: URLSearchParams
  /** Header names as WSGI gives them: what has `_` can't be told from what has `-`. */
  readonly headers: Readonly<Record<string, string>>
  readonly account: StoredAccount
  readonly accountName: string
  readonly container: string | undefined
  readonly name: string | undefined
  /** An account of the same service that this user owns. */
  accountOf(name: string): StoredAccount | undefined
}

/** A status that ends a request. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message = '', headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** Ends a request with headers and a body; HEAD gets the headers alone. */
export function reply(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array | string = '',
): void {
  const length = headers['content-length'] ?? String(Buffer.byteLength(body))
  response.writeHead(status, {
    'content-type': 'text/html; charset=UTF-8',
    ...headers,
    ...(status !== 204 && { 'content-length': length }),
  })
  if (response.req.method === 'HEAD') response.end()
  else response.end(body)
}

/** The body of a request. Rejects when it breaks off, so that nothing of it is kept. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk)
  if (!request.complete) throw new Refusal(499, 'Client Disconnect')
  return Buffer.concat(chunks)
}

/** Headers that begin so; an empty value takes an entry away. */
export function withPrefix(headers: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith(prefix)))
}

/** Puts posted headers over what is kept. */
export function post(metadata: Record<string, string>, posted: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(posted)) {
    if (value === '') Reflect.deleteProperty(metadata, name)
    else metadata[name] = value
  }
}
