import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** A server on loopback that ends with its sockets when disposed. */
export interface Running extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')
/** The authority that signed the certificate of {@link secureServer}; no system trusts it. */
export const authority = join(import.meta.dirname, 'fixtures', 'ca.pem')

async function running(server: NetServer, scheme: string): Promise<Running> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export function server(answer: Answer): Promise<Running> {
  return running(createServer(answer), 'http')
}

export function secureServer(answer: Answer): Promise<Running> {
  return running(createSecureServer({ key: fixture('server-key.pem'), cert: fixture('server.pem') }, answer), 'https')
}

/** A server that speaks bytes, for answers that no HTTP library would send. */
export function rawServer(onConnection: (socket: Socket) => void): Promise<Running> {
  return running(createNetServer(onConnection), 'http')
}

/** A forward proxy: CONNECT tunnels, and absolute addresses for plain HTTP. `seen` tells what it was asked for. */
export async function proxyServer(
  options: { readonly login?: string; readonly refuse?: boolean } = {},
): Promise<Running & { readonly seen: string[] }> {
  const seen: string[] = []
  const allowed = (request: IncomingMessage) =>
    options.login === undefined || request.headers['proxy-authorization'] === `Basic ${Buffer.from(options.login).toString('base64')}`
  const proxy: Server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const forward = httpRequest(request.url ?? '', { method: request.method ?? 'GET', headers: request.headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(forward)
  })
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`)
    if (options.refuse || !allowed(request)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const [, port] = (request.url ?? '').split(':')
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket)
      socket.pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  return Object.assign(await running(proxy, 'http'), { seen })
}

/** Calls back with a request's body as text, once it is there whole. */
export function received(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(Buffer.concat(chunks).toString()))
}

/** A stream's bytes as text. */
export const serial = async (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream).text()
