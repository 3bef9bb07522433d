import type { IncomingMessage, ServerResponse } from 'node:http'

/** A status that ends a request, as Girder says it. */
export class Refusal extends Error {
  readonly status: number
  readonly type: 'rest' | 'validation' | 'access'
  readonly field: string | undefined

  constructor(status: number, message: string, type: Refusal['type'], field?: string) {
    super(message)
    this.status = status
    this.type = type
    this.field = field
  }
}

/** A request as it came in. */
export interface Asked {
  readonly method: string
  /** The parts of the path below `/api/v1`, decoded. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Who asks; undefined for nobody. */
  readonly user: 'admin' | undefined
}

/** Answers with JSON. */
export function reply(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

/** The body of a request. What has come of one that breaks off is given to `partly`. */
export async function bodyOf(request: IncomingMessage, partly?: (bytes: Buffer) => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk)
  } catch (cause) {
    partly?.(Buffer.concat(chunks))
    throw cause
  }
  return Buffer.concat(chunks)
}

/** A parameter that must be there. */
export function need({ query }: Pick<Asked, 'query'>, name: string): string {
  const value = query.get(name)
  if (value === null) throw new Refusal(400, `Parameter "${name}" is required.`, 'rest')
  return value
}
