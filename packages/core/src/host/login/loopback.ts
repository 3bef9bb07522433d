import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { FairleadError } from '../../contract/errors.ts'
import type { OAuthLogin } from '../../contract/login.ts'
import { loginCommand } from './login-error.ts'
import { loginPage } from './loopback-page.ts'

/** How an answer of the browser was taken: the login is over, well or with an error, or the answer was none of this login's. */
export type Taken = { readonly done: true } | { readonly failed: FairleadError } | { readonly foreign: string }

/** The address of this machine that the browser comes back to (RFC 8252 §7.3). Disposing closes it. */
export interface Loopback extends AsyncDisposable {
  /** The redirect address, as the service is told. */
  readonly redirect: URL
  /** What a browser here opens: leads to the service, so that no argument of a program shows more than a port. */
  readonly start: URL
}

/** Where the loopback leads, and what becomes of what comes back. */
export interface LoopbackInit {
  readonly connection: string
  readonly title: string
  readonly redirect: OAuthLogin['redirect']
  /** The service's page, for this redirect address. */
  authorization(redirect: URL): URL
  /** Decides about the parameters that came back; the browser is shown what came of it. */
  take(parameters: URLSearchParams): Promise<Taken>
}

/** Listens on the loopback address: on any free port, or on the first of the fixed ones that is. `unavailable` where all are in use. */
export async function openLoopback(init: LoopbackInit): Promise<Loopback> {
  const { host = '127.0.0.1', path = '/', ports } = init.redirect
  // Loaded here only: node:http alone takes a third of what most commands take to start.
  const { createServer } = await import('node:http')
  const server = createServer()
  const port = await listen(server, ports ?? [0], init.connection)
  const redirect = new URL(path, `http://${host}:${port}`)
  const authorization = init.authorization(redirect)
  const servers = [server]
  // A browser may try the other address of localhost first.
  const second = host === 'localhost' ? createServer() : undefined
  if (second !== undefined && (await listening(second, port, '::1')) !== undefined) servers.push(second)
  const desk = { ...init, redirect, authorization, hosts: [`127.0.0.1:${port}`, `localhost:${port}`] }
  const answering = new Set<Promise<unknown>>()
  for (const one of servers) {
    one.on('request', (request, response) => {
      const sent = new Promise(resolve => response.once('finish', resolve).once('close', resolve))
      const whole = answer(request, response, desk).then(() => sent)
      answering.add(whole)
      void whole.finally(() => answering.delete(whole))
    })
  }
  return {
    redirect,
    start: new URL('/login', redirect),
    async [Symbol.asyncDispose]() {
      await Promise.all(answering)
      await Promise.all(
        servers.map(async one => {
          const closed = new Promise(resolve => one.close(resolve))
          // Browsers open connections ahead of need.
          one.closeAllConnections()
          await closed
        }),
      )
    },
  }
}

type Desk = Pick<LoopbackInit, 'title' | 'take'> & {
  readonly redirect: URL
  readonly authorization: URL
  readonly hosts: readonly string[]
}

async function answer(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const page = (status: number, heading: string, text: string): void => {
    const { body, headers } = loginPage(heading, text)
    response.writeHead(status, headers).end(body)
  }
  // Another name for this address is a site that had its name point here.
  if (!desk.hosts.includes(request.headers.host ?? '')) return page(400, 'Not for this address', 'Nothing of this kind is here.')
  const url = URL.parse(request.url ?? '', desk.redirect.href)
  if (request.method !== 'GET' || url === null) return page(405, 'Not this way', 'Open this address in a browser.')
  if (url.pathname === '/login' && url.search === '') {
    response.writeHead(302, { location: desk.authorization.href, 'cache-control': 'no-store', connection: 'close' }).end()
    return
  }
  if (url.pathname !== desk.redirect.pathname || (!url.searchParams.has('code') && !url.searchParams.has('error')))
    return page(404, 'Nothing here', 'The login page of the service leads back to another address.')
  const taken = await desk.take(url.searchParams)
  if ('done' in taken) return page(200, `Logged in to ${desk.title}`, 'Continue in the terminal. You can close this window.')
  if ('foreign' in taken) return page(400, 'Not the login that is waited for', taken.foreign)
  page(403, `Not logged in to ${desk.title}`, `${taken.failed.message}. See the terminal for what to do next.`)
}

async function listen(server: Server, ports: readonly number[], connection: string): Promise<number> {
  for (const port of ports) {
    const got = await listening(server, port, '127.0.0.1')
    if (got !== undefined) return got
  }
  const several = ports.length > 1
  throw new FairleadError(
    'unavailable',
    `the login of connection "${connection}" waits for the browser at port ${ports.join(' or ')}, ${several ? 'which are all' : 'which is'} in use`,
    {
      connection,
      retry: 'never',
      hint: `End the program that uses ${several ? 'one of them' : 'it'}, perhaps another login, or run \`${loginCommand(connection)} --no-browser\`.`,
    },
  )
}

/** The port that was got, or undefined where it is in use or may not be had. */
async function listening(server: Server, port: number, host: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const onError = (error: NodeJS.ErrnoException): void =>
    error.code === 'EADDRINUSE' || error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'
      ? resolve(undefined)
      : reject(error)
  server.once('error', onError)
  server.listen(port, host, () => {
    const address = server.address()
    resolve(typeof address === 'object' && address !== null ? address.port : undefined)
  })
  try {
    return await promise
  } finally {
    server.off('error', onError)
  }
}
