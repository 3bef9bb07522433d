import { describe, pageOf, receive, receiveJson, send, type Exchange } from './exchange.ts'
import { sendObject } from './object-routes.ts'
import { refuse } from './refusal.ts'
import type { Tables } from './server.ts'
import type { StoredShare } from './shares.ts'

/** `/shares`: POST makes a link, GET lists them; `/shares/<id>`: GET checks one, DELETE revokes it. */
export async function answerShares({ shares, objects }: Tables, exchange: Exchange, id: string, links: URL): Promise<void> {
  const { method, url } = exchange
  if (method === 'DELETE') {
    shares.revoke(id)
    return send(exchange, 200, {})
  }
  if (method === 'GET' && id !== '') {
    const share = shares.open(id, url.searchParams.get('method') ?? 'GET', url.searchParams.get('password') ?? undefined)
    return send(exchange, 200, describeShare(share, links))
  }
  if (method === 'GET') {
    const page = pageOf(shares.list(), url)
    return send(exchange, 200, { ...page, items: page.items.map(share => describeShare(share, links)) })
  }
  const request = await receiveJson(exchange)
  const path = String(request.path)
  if (request.target !== 'prefix' && request.method !== 'PUT') objects.get(path)
  const share = shares.create({
    path,
    target: request.target === 'prefix' ? 'prefix' : 'object',
    kind: request.kind === 'public-link' ? 'public-link' : request.kind === 'grant' ? 'grant' : 'signed-url',
    method: request.method === 'PUT' ? 'PUT' : request.method === 'HEAD' ? 'HEAD' : 'GET',
    ...(typeof request.expires === 'number' && { expires: request.expires }),
    ...(typeof request.password === 'string' && { password: request.password }),
  })
  send(exchange, 200, describeShare(share, links))
}

/** A link that somebody follows without a token: `/links/<store>/<id>[/path below a shared folder]`. */
export async function followShare({ shares, objects }: Tables, exchange: Exchange, id: string, below: string): Promise<void> {
  const password = exchange.request.headers['x-memory-password'] ?? exchange.url.searchParams.get('password')
  const share = shares.open(id, exchange.method, typeof password === 'string' ? password : undefined)
  if (share.target === 'object' && below !== '') refuse(404, 'this link is for one object')
  const path = below === '' ? share.path : `${share.path}/${below}`
  if (exchange.method !== 'PUT') return sendObject(exchange, objects.get(path))
  send(exchange, 200, describe(objects.put(path, await receive(exchange), {}, { absent: false })))
}

function describeShare({ password: _password, ...share }: StoredShare, links: URL): Readonly<Record<string, unknown>> {
  return { ...share, url: new URL(share.id, links).href }
}
