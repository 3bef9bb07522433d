import { attributesIn, conditionOf, describe, pageOf, receive, receiveJson, send, type Exchange } from './exchange.ts'
import { refuse } from './refusal.ts'
import type { UploadTable } from './uploads.ts'

/** `/uploads`: POST begins, GET lists; `/uploads/<id>`: GET parts, POST completes, DELETE aborts; `/uploads/<id>/<number>`: PUT a part. */
export async function answerUploads(uploads: UploadTable, exchange: Exchange, [id = '', number = '']: readonly string[]): Promise<void> {
  const { method, url } = exchange
  if (id === '' && method === 'POST') {
    const request = await receiveJson(exchange)
    const begun = uploads.begin(String(request.path), attributesIn(request), conditionOf(exchange), request.sequential === true)
    return send(exchange, 200, { id: begun })
  }
  if (id === '') return send(exchange, 200, pageOf(uploads.pending(), url))
  if (method === 'PUT') {
    const body = await receive(exchange)
    return send(exchange, 200, uploads.put(id, Number(number), Number(url.searchParams.get('offset')), body))
  }
  if (method === 'GET') return send(exchange, 200, uploads.parts(id))
  if (method === 'DELETE') {
    uploads.abort(id)
    return send(exchange, 200, {})
  }
  const { numbers } = await receiveJson(exchange)
  if (!Array.isArray(numbers)) refuse(400, 'part numbers are missing')
  send(exchange, 200, describe(uploads.complete(id, numbers.map(Number))))
}
