import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Visitor } from './tokens.ts'

/** A request as it came in, its body read and its token known. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly visitor: Visitor
}

/** What a request is answered with. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** What the body says, where it is JSON. */
  readonly json?: unknown
}

/** A status that ends a request, with the body that Google gives: one error in two forms. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: string
  readonly place: { readonly location: string; readonly locationType: string } | undefined
  readonly rpc: { readonly status: string; readonly reason: string } | undefined

  constructor(
    status: number,
    reason: string,
    message: string,
    more: { readonly place?: Refusal['place']; readonly rpc?: Refusal['rpc'] } = {},
  ) {
    super(message)
    this.status = status
    this.reason = reason
    this.place = more.place
    this.rpc = more.rpc
  }

  /** https://developers.google.com/workspace/drive/api/guides/handle-errors */
  body(): unknown {
    const { message, status: code, reason, place, rpc } = this
    return {
      error: {
        code,
        message,
        errors: [{ message, domain: reason.endsWith('imitExceeded') ? 'usageLimits' : 'global', reason, ...place }],
        ...(rpc !== undefined && {
          status: rpc.status,
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: rpc.reason, domain: 'googleapis.com' }],
        }),
      },
    }
  }
}

/** What Drive says of an id that this visitor can't see, whether or not it exists. */
export function notFound(id: string): Refusal {
  return new Refusal(404, 'notFound', `File not found: ${id}.`, { place: { location: 'fileId', locationType: 'parameter' } })
}

/** What Drive says of a parameter that it can't take. */
export function invalid(what: string, location: string): Refusal {
  return new Refusal(400, 'invalid', what, { place: { location, locationType: 'parameter' } })
}

/** An answer of JSON. */
export function jsonAnswer(status: number, json: unknown): Answer {
  const headers = {
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
    vary: 'Origin, X-Origin, Referer',
  }
  return { status, headers, body: Buffer.from(JSON.stringify(json)), json }
}

/** An answer of bytes, or of the range of them that was asked for. */
export function bytesAnswer(
  body: Buffer,
  type: string,
  { range: asked, name }: { readonly range?: string | undefined; readonly name?: string } = {},
): Answer {
  const headers = {
    'content-type': type,
    'accept-ranges': 'bytes',
    ...(name !== undefined && { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }),
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(asked ?? '')
  if (range?.[1] === undefined) return { status: 200, headers, body }
  const start = Number(range[1])
  const end = range[2] === undefined || range[2] === '' ? body.byteLength : Math.min(Number(range[2]) + 1, body.byteLength)
  if (start >= body.byteLength || end <= start)
    throw new Refusal(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable', {
      place: { location: 'Range', locationType: 'header' },
    })
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${body.byteLength}` },
    body: body.subarray(start, end),
  }
}

/** Sends an answer. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': String(body?.byteLength ?? 0) }) }).end(body)
}

/** The body of a request. Rejects when it breaks off, so that nothing of it is kept. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk)
  if (!request.complete) throw new Refusal(499, 'clientClosedRequest', 'Client Closed Request')
  return Buffer.concat(chunks)
}

/** A JSON object out of a body; nothing is an empty one. */
export function objectIn(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(400, 'parseError', 'Parse Error')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal(400, 'parseError', 'Parse Error')
  return { ...value }
}
