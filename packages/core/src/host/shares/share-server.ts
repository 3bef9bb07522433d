import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import { unquotePath } from '../../contract/path-rules.ts'
import type { Client } from '../client.ts'
import { answerIndex } from './share-index.ts'
import { planAnswer } from './share-answer.ts'

/** A running share server; disposing it closes its sockets. */
export interface ShareServer extends AsyncDisposable {
  readonly url: URL
}

/**
 * Answers the links that a connection without a server of its own makes, on loopback unless told otherwise: only what
 * the connection says a link may read, objects with ranges and validators, folders as an index in HTML or (by `Accept`)
 * JSON. Everything goes out as a download that no browser runs. `unsupported` when the client's links are not served here.
 */
export async function serveShares(client: Client, options: { readonly host?: string; readonly port?: number } = {}): Promise<ShareServer> {
  const { share } = client.capabilities
  if (share === false || share.served !== true || client.connection.doOpenShare === undefined) {
    throw new FairleadError('unsupported', `The links of "${client.name}" are answered by its service, not here.`, {
      connection: client.name,
      hint: 'Open the link itself.',
    })
  }
  // Loaded here only: most commands need no server, and start a third sooner without node:http.
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    void answer(client, request, response).catch((cause: unknown) => refuse(response, request, cause))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new FairleadError('config-invalid', `The share server can't listen: ${cause.message}.`, {
          cause,
          hint: 'Choose another port with --port.',
        }),
      ),
    )
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { address, family, port } = addressOf(server.address())
  return {
    url: new URL(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

async function answer(client: Client, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET' } = request
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD', 'content-length': 0 }).end()
    return
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const url = urlOf(request)
  const password = passwordOf(request)
  const opened = await open(client, { url, method, ...(password !== undefined && { password }) }, gone.signal)
  const path = unquotePath(opened.path, client.capabilities.paths)
  if (opened.target === 'prefix') return answerIndex(client, path, url, request, response, gone.signal)

  const entry = await client.stat(path, { signal: gone.signal })
  if (entry.kind === 'prefix') throw new FairleadError('not-found', 'There is no such object.')
  const plan = planAnswer(entry, request.headers)
  if (plan.status === 304 || plan.status === 416 || method === 'HEAD') {
    response.writeHead(plan.status, plan.headers).end()
    return
  }
  const { body } = await client.read(path, { signal: gone.signal, ...(plan.range !== undefined && { range: plan.range }) })
  response.writeHead(plan.status, plan.headers)
  await pipeline(Readable.fromWeb(body), response, { signal: gone.signal })
}

/** Only the path and query are the caller's: neither an absolute address nor `//host` moves it elsewhere. */
function urlOf({ url = '/', socket }: IncomingMessage): URL {
  if (!url.startsWith('/') || !URL.canParse(`http://127.0.0.1:${socket.localPort ?? 80}${url}`))
    throw new FairleadError('not-found', 'There is no such link.')
  return new URL(`http://127.0.0.1:${socket.localPort ?? 80}${url}`)
}

function passwordOf({ headers }: IncomingMessage): string | undefined {
  const [scheme, credentials] = headers.authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic' || credentials === undefined) return undefined
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

async function open(
  { connection }: Client,
  request: { readonly url: URL; readonly method: string; readonly password?: string },
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly target: 'object' | 'prefix' }> {
  try {
    const opened = await connection.doOpenShare?.(request, { signal })
    if (opened !== undefined) return opened
  } catch (cause) {
    throw FairleadError.is(cause) ? cause : connection.toError(cause, { name: 'open-share' })
  }
  throw new FairleadError('not-found', 'There is no such link.')
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'not-found': 404,
  'path-invalid': 404,
  'permission-denied': 403,
  unauthenticated: 401,
  'range-invalid': 416,
}

/** The sentence of what went wrong goes out only where it is about the link; anything inside stays inside. */
function refuse(response: ServerResponse, request: IncomingMessage, cause: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const status = (FairleadError.is(cause) ? statuses[cause.code] : undefined) ?? 500
  const text = `${status === 404 ? 'This link leads nowhere: it has expired, was revoked, or never was.' : status === 403 ? 'This link does not allow that.' : status === 401 ? 'This link needs its password.' : 'The file could not be read.'}\n`
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(status === 401 && { 'www-authenticate': 'Basic realm="share", charset="UTF-8"' }),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new FairleadError('unexpected', 'The share server has no address.')
  return address
}
