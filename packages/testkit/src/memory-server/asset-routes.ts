import { conditionOf, pageOf, receiveJson, send, type Exchange } from './exchange.ts'
import type { AssetTable } from './assets.ts'

/** `/assets`: GET lists tags; `/assets/<collection>/<name>`: GET resolves (`?tag=` or `?digest=`), PUT commits and DELETE untags (`?tag=`). */
export async function answerAssets(assets: AssetTable, exchange: Exchange, [collection = '', name = '']: readonly string[]): Promise<void> {
  const { method, url } = exchange
  if (collection === '') return send(exchange, 200, pageOf(assets.list(), url, 100))
  const tag = url.searchParams.get('tag') ?? undefined
  if (method === 'GET') return send(exchange, 200, assets.resolve(collection, name, tag, url.searchParams.get('digest') ?? undefined))
  if (method === 'DELETE') {
    assets.untag(collection, name, tag ?? '')
    return send(exchange, 200, {})
  }
  const { digest, manifest, record } = await receiveJson(exchange)
  send(exchange, 200, assets.commit({ collection, name, tag: tag ?? '', digest: String(digest), manifest, record }, conditionOf(exchange)))
}
