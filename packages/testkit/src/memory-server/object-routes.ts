import { attributesOf, conditionOf, describe, receive, receiveJson, send, unquote, type Exchange } from './exchange.ts'
import { refuse } from './refusal.ts'
import type { ObjectStore, StoredObject } from './store.ts'

const pageEntries = 1000

/** `/objects/<path>`: GET (`Range`, `If-Match`, `?version=`), HEAD, PUT; `/objects?list`, POST `?copy`, `?remove`, `?removeAll`. */
export async function answerObjects(store: ObjectStore, exchange: Exchange, path: string): Promise<void> {
  const { method, url } = exchange
  if (path !== '' && method === 'PUT') return await put(store, exchange, path)
  if (path !== '') return sendObject(exchange, store.get(path, url.searchParams.get('version') ?? undefined))
  if (method === 'GET') return list(store, exchange)
  const request = await receiveJson(exchange)
  if (url.searchParams.has('copy')) {
    const { from, to, ifMatch } = request
    if (ifMatch !== undefined && store.get(String(from)).etag !== ifMatch) refuse(412, `"${String(from)}" has changed`)
    return send(exchange, 200, describe(store.copy(String(from), String(to), conditionOf(exchange))))
  }
  if (url.searchParams.has('removeAll')) store.removeAll(String(request.prefix))
  else if (Array.isArray(request.paths)) store.remove(request.paths.map(String))
  else refuse(400, 'paths are missing')
  send(exchange, 200, {})
}

async function put(store: ObjectStore, exchange: Exchange, path: string): Promise<void> {
  const body = await receive(exchange)
  send(exchange, 200, describe(store.put(path, body, attributesOf(exchange), conditionOf(exchange))))
}

function list(store: ObjectStore, exchange: Exchange): void {
  const query = exchange.url.searchParams
  const limit = Math.min(Number(query.get('limit') ?? pageEntries), pageEntries)
  const versions = query.get('versions') === 'true'
  const page = store.list(query.get('prefix') ?? '', query.get('recursive') === 'true', query.get('cursor') ?? undefined, limit, versions)
  const items = page.entries.map(entry =>
    entry.kind === 'object' ? { ...describe(entry.object), ...(versions && { latest: store.isLatest(entry.object) }) } : entry,
  )
  send(exchange, 200, { items, ...(page.cursor !== undefined && { cursor: page.cursor }) })
}

/** The body of an object or a range of it; `x-memory-entry` carries the whole entry. */
export function sendObject(exchange: Exchange, object: StoredObject): void {
  const { request, response, method } = exchange
  const match = request.headers['if-match']
  if (match !== undefined && unquote(match) !== object.etag) refuse(412, `"${object.path}" has changed`)
  const size = object.body.byteLength
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const start = range?.[1] === undefined ? 0 : Number(range[1])
  const end = range?.[2] === undefined || range[2] === '' ? size : Math.min(Number(range[2]) + 1, size)
  if (range !== null && (start >= size || end <= start)) refuse(416, `the body of "${object.path}" has ${size} bytes`)
  const body = object.body.subarray(start, end)
  response.writeHead(range === null ? 200 : 206, {
    'content-type': object.contentType ?? 'application/octet-stream',
    'content-length': body.byteLength,
    etag: `"${object.etag}"`,
    'x-memory-entry': Buffer.from(JSON.stringify(describe(object))).toString('base64url'),
    ...(range !== null && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  })
  if (method === 'HEAD') response.end()
  else response.end(body)
}
