import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer, Call, Route } from './call.ts'
import { badRequest, Refusal, type Json } from './refusal.ts'

/** The argument of a call: of its body, or of its header where the body is content. */
export function argumentOf(name: string, style: Route['style'], { headers }: IncomingMessage, url: URL, body: Buffer): Json {
  const type = headers['content-type'] ?? ''
  if (style === 'upload' && !/^(application\/octet-stream|text\/plain; charset=dropbox-cors-hack)$/.test(type))
    throw badRequest(
      name,
      `Bad HTTP "Content-Type" header: "${type}".  Expecting one of "application/octet-stream", "text/plain; charset=dropbox-cors-hack".`,
    )
  if (style === 'rpc' && body.byteLength > 0 && !/^application\/json(; ?charset=utf-8)?$/i.test(type))
    throw badRequest(
      name,
      `Bad HTTP "Content-Type" header: "${type}".  Expecting one of "application/json", "application/json; charset=utf-8".`,
    )
  if (style === 'download' && type !== '' && body.byteLength > 0) throw badRequest(name, 'a download has no body')
  const text = style === 'rpc' ? body.toString('utf8') : ([headers['dropbox-api-arg']].flat()[0] ?? url.searchParams.get('arg') ?? '')
  if (text === '') return null
  if (!/^[\x20-\x7e\n\t]*$/.test(text) && style !== 'rpc')
    throw badRequest(name, 'HTTP header "Dropbox-API-Arg": could not decode input as JSON')
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest(name, 'could not decode input as JSON')
  }
}

/** The body of a request. Rejects when it breaks off, so that nothing of it is kept. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk)
  if (!request.complete) throw new Refusal(400, 'The request broke off.')
  return Buffer.concat(chunks)
}

/** Answers with a result; a download tells it in a header, and gives the bytes of a range where one was asked for. */
export function succeed(response: ServerResponse, { result, download }: Answer, { range }: Call): void {
  const json = JSON.stringify(result)
  const id = { 'x-dropbox-request-id': randomBytes(16).toString('hex') }
  if (download === undefined) {
    response.writeHead(200, { ...id, 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }).end(json)
    return
  }
  const { body, etag } = download
  const told = {
    ...id,
    'content-type': 'application/octet-stream',
    etag: `W/"${etag}"`,
    'accept-ranges': 'bytes',
    'dropbox-api-result': json.replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  }
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (first === '' && last === '') {
    response.writeHead(200, { ...told, 'content-length': body.byteLength }).end(body)
    return
  }
  const start = first === '' ? Math.max(0, body.byteLength - Number(last)) : Number(first)
  const end = first === '' || last === '' ? body.byteLength : Math.min(Number(last) + 1, body.byteLength)
  if (start >= body.byteLength) {
    response.writeHead(416, { ...id, 'content-range': `bytes */${body.byteLength}`, 'content-length': 0 }).end()
    return
  }
  const part = body.subarray(start, end)
  const header = { ...told, 'content-range': `bytes ${start}-${end - 1}/${body.byteLength}`, 'content-length': part.byteLength }
  response.writeHead(206, header).end(part)
}

/** Answers with a refusal. */
export function refuse(response: ServerResponse, { status, body, headers }: Refusal): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(status, {
    'x-dropbox-request-id': randomBytes(16).toString('hex'),
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}
