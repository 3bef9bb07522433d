import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerAssets } from './asset-routes.ts'
import { send, type Exchange } from './exchange.ts'
import { answerObjects } from './object-routes.ts'
import { Refusal, refuse } from './refusal.ts'
import type { MemoryServer } from './server.ts'
import { answerShares, followShare } from './share-routes.ts'
import { answerUploads } from './upload-routes.ts'

/**
 * Answers one request. `POST /token` buys a token and `/links/…` follows a share link; everything else needs a token and
 * is `/stores/<store>/<table>/…`.
 */
export async function answer(server: MemoryServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', server.url)
  const exchange: Exchange = { request, response, url, method: request.method ?? 'GET' }
  try {
    await route(server, exchange)
  } catch (cause) {
    if (response.headersSent || response.destroyed) return void response.destroy()
    const status = cause instanceof Refusal ? cause.status : 500
    send(exchange, status, { message: cause instanceof Error ? cause.message : 'the server failed' })
  }
}

async function route(server: MemoryServer, exchange: Exchange): Promise<void> {
  const [first = '', store = '', table = '', ...rest] = exchange.url.pathname.slice(1).split('/').map(decode)
  if (first === 'token') return await sellToken(server, exchange)
  if (first === 'links') return await followShare(server.store(store), exchange, table, rest.join('/'))
  server.tokens.check(exchange.request.headers.authorization)
  if (first !== 'stores' || store === '') refuse(404, 'there is no such address')
  const tables = server.store(store)
  const path = rest.join('/')
  if (table === 'objects') return await answerObjects(tables.objects, exchange, path)
  if (table === 'uploads') return await answerUploads(tables.uploads, exchange, rest)
  if (table === 'shares') return await answerShares(tables, exchange, path, new URL(`links/${encodeURIComponent(store)}/`, server.url))
  if (table === 'assets') return await answerAssets(tables.assets, exchange, rest)
  refuse(404, 'there is no such address')
}

async function sellToken(server: MemoryServer, exchange: Exchange): Promise<void> {
  send(exchange, 200, { token: server.tokens.issue(String(exchange.request.headers['x-memory-key'] ?? '')) })
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return refuse(400, 'the address is not valid UTF-8')
  }
}
