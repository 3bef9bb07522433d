import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Answer } from './answer.ts'
import { describeFile, Files, unquoted, type StoredFile } from './files.ts'
import { Gate } from './gate/api-key.ts'
import { Links, type Link } from './links.ts'

/** The made-up service, whole, in this process. Replace it step by step by one that answers as your service does. */
export interface FakeServer extends AsyncDisposable {
  readonly url: URL
  readonly files: Files
  /** The settings that a client needs besides `url`. */
  readonly settings: Gate['settings']
}

/** Starts it on a free port: `await using server = await startFake()`. */
export async function startFake(): Promise<FakeServer> {
  const files = new Files()
  const links = new Links()
  const gate = new Gate()
  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => refuse(response, cause))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port }: Pick<AddressInfo, 'port'> = Object.assign({ port: 0 }, server.address())
  const url = new URL(`http://127.0.0.1:${port}/`)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const own = await gate.answer(pathname, request)
    if (own !== undefined) return send(response, 200, own)
    const [version, table, ...rest] = pathname.slice(1).split('/').map(decodeURIComponent)
    const method = request.method ?? 'GET'
    const path = rest.join('/')
    // A link answers everybody.
    if (version === 'links') return sendFile(request, response, files.get(links.follow(table ?? '').path))
    const name = gate.check(request.headers.authorization)
    if (version !== 'v1') throw new Answer(404, 'there is no such address')
    if (table === 'me') return send(response, 200, { name })
    if (table === 'list') {
      const limit = Number(searchParams.get('limit') ?? Number.POSITIVE_INFINITY)
      const deep = searchParams.get('deep') === 'true'
      return send(response, 200, files.list(searchParams.get('below') ?? '', deep, searchParams.get('after') ?? '', limit))
    }
    if (table === 'files' && method === 'PUT') return send(response, 200, describeFile(await put(request, path)))
    if (table === 'files' && method === 'DELETE') {
      files.remove(path)
      return send(response, 200, {})
    }
    if (table === 'files') return sendFile(request, response, files.get(path))
    if (table === 'links' && method === 'POST') return send(response, 200, describeLink(await makeLink(request)))
    if (table === 'links' && method === 'DELETE') {
      links.revoke(path)
      return send(response, 200, {})
    }
    if (table === 'links') return send(response, 200, { items: links.open().map(describeLink) })
    throw new Answer(404, 'there is no such address')
  }

  /** A request that breaks off throws while it is read, so that nothing of it is ever seen. */
  async function put(request: IncomingMessage, path: string): Promise<StoredFile> {
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch, 'content-type': contentType } = request.headers
    const body = await buffer(request)
    return files.put(
      path,
      body,
      { ...(ifMatch !== undefined && { ifMatch }), ...(ifNoneMatch !== undefined && { ifNoneMatch }) },
      contentType,
    )
  }

  async function makeLink(request: IncomingMessage): Promise<Link> {
    const asked: { path: string; expires?: string } = JSON.parse((await buffer(request)).toString())
    return links.create(files.get(asked.path).path, asked.expires === undefined ? undefined : new Date(asked.expires))
  }

  function describeLink(link: Link): object {
    return { ...link, url: new URL(`links/${link.id}`, url).href }
  }

  return {
    url,
    files,
    settings: gate.settings,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** The body of a file or a range of it (RFC 9110, section 14). */
function sendFile(request: IncomingMessage, response: ServerResponse, file: StoredFile): void {
  const { range = '', 'if-match': ifMatch } = request.headers
  if (ifMatch !== undefined && unquoted(ifMatch) !== file.etag) throw new Answer(412, `"${file.path}" has changed`)
  const size = file.body.byteLength
  const [whole, first = '', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  const start = whole === undefined ? 0 : Number(first)
  const end = whole === undefined || last === '' ? size : Math.min(Number(last) + 1, size)
  if (whole !== undefined && (start >= size || end <= start)) throw new Answer(416, `"${file.path}" has ${size} bytes`)
  response.writeHead(whole === undefined ? 200 : 206, {
    'content-type': file.contentType ?? 'application/octet-stream',
    'content-length': end - start,
    'last-modified': file.modified.toUTCString(),
    etag: `"${file.etag}"`,
    'x-shelf-sha256': file.sha256,
    ...(whole !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  })
  if (request.method === 'HEAD') response.end()
  else response.end(file.body.subarray(start, end))
}

function send(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.byteLength }).end(bytes)
}

function refuse(response: ServerResponse, cause: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  const message = cause instanceof Error ? cause.message : String(cause)
  const { status, reason } = cause instanceof Answer ? cause : new Answer(500, message)
  // RFC 6749 calls the word `error`.
  send(response, status, { message, ...(reason !== undefined && { reason, error: reason }) })
}
