import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuse } from './refusal.ts'
import type { ObjectAttributes, StoreCondition, StoredObject } from './store.ts'

/** One request with its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly method: string
}

/** Sends JSON. */
export function send(exchange: Exchange, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  exchange.response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.byteLength }).end(bytes)
}

/** The whole body; a request that breaks off midway throws, so nothing of it is ever stored. */
export async function receive({ request }: Exchange): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  if (!request.complete) refuse(400, 'the body broke off')
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

/** A JSON object from the body. */
export async function receiveJson(exchange: Exchange): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(Buffer.from(await receive(exchange)).toString('utf8'))
  if (typeof value !== 'object' || value === null) refuse(400, 'the body is not a JSON object')
  return { ...value }
}

/** The condition in `If-None-Match: *` or `If-Match`. */
export function conditionOf({ request }: Exchange): StoreCondition {
  const match = request.headers['if-match']
  return { absent: request.headers['if-none-match'] === '*', ...(match !== undefined && { match: unquote(match) }) }
}

/** What comes with a body: content type, `x-memory-modified` (milliseconds), `x-memory-metadata` (JSON in base64url). */
export function attributesOf({ request }: Exchange): ObjectAttributes {
  const { 'content-type': contentType, 'x-memory-modified': modified, 'x-memory-metadata': metadata } = request.headers
  return {
    ...(contentType !== undefined && { contentType }),
    ...(modified !== undefined && { modified: Number(modified) }),
    ...(typeof metadata === 'string' && { metadata: JSON.parse(Buffer.from(metadata, 'base64url').toString('utf8')) }),
  }
}

/** The same from a JSON body. */
export function attributesIn({ contentType, modified, metadata }: Readonly<Record<string, unknown>>): ObjectAttributes {
  return {
    ...(typeof contentType === 'string' && { contentType }),
    ...(typeof modified === 'number' && { modified }),
    ...(typeof metadata === 'object' && metadata !== null && { metadata: Object.fromEntries(Object.entries(metadata)) }),
  }
}

/** An object as clients see it. */
export function describe(object: StoredObject): Readonly<Record<string, unknown>> {
  const { body, ...rest } = object
  return { kind: 'object', size: body.byteLength, ...rest }
}

/** An entity tag without its quotes. */
export function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, '')
}

/** Which slice of a list a cursor and a limit name; `cursor` of the answer is the next start. */
export function pageOf<T>(items: readonly T[], url: URL, mostItems = 1000): { readonly items: readonly T[]; readonly cursor?: string } {
  const start = Number(url.searchParams.get('cursor') ?? 0)
  const limit = Math.min(Number(url.searchParams.get('limit') ?? mostItems), mostItems)
  return { items: items.slice(start, start + limit), ...(start + limit < items.length && { cursor: String(start + limit) }) }
}
