import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { accountRoutes, rootInfo } from './account-routes.ts'
import { DropboxAccount } from './account.ts'
import { Args } from './args.ts'
import type { Call, Route, Routes } from './call.ts'
import { fileRoutes } from './file-routes.ts'
import { folderRoutes } from './folder-routes.ts'
import { answerLink } from './link-pages.ts'
import { allScopes, appKey, authorize, exchangeToken } from './oauth.ts'
import { propertyRoutes } from './properties.ts'
import { badRequest, errorBody, missingScope, rateLimited, Refusal, unauthorized, type Json } from './refusal.ts'
import { argumentOf, bodyOf, refuse, succeed } from './exchange.ts'
import { relocationRoutes } from './relocation-routes.ts'
import { searchRoutes } from './search-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { sharingRoutes } from './sharing-routes.ts'
import { currentOf, fold, newFile, newFolder, newRevision } from './tree.ts'

/** One call with its answer, for who holds the server and its clients against a specification. */
export interface DropboxExchange {
  readonly route: string
  readonly style: Route['style']
  readonly scope: string | undefined
  readonly argument: Json
  /** Of the answer; absent when only the call is to be judged. */
  readonly answer?: { readonly status: number; readonly body: Json }
}

/** What the server is started with. */
export interface DropboxServerOptions {
  /** What is wrong with a call, or with its answer, if anything. A wrong call is refused with 400; a wrong answer is 500 and kept in `violations`. */
  readonly check?: (exchange: DropboxExchange) => string | undefined
}

const routes: Routes = {
  ...accountRoutes,
  ...fileRoutes,
  ...folderRoutes,
  ...propertyRoutes,
  ...relocationRoutes,
  ...searchRoutes,
  ...sessionRoutes,
  ...sharingRoutes,
}

/**
 * What of Dropbox a client needs, in this process and in memory: files with their revisions, folders, upload sessions, property
 * groups, search, links that can be followed, namespaces, tokens that end and rate limits. One address stands for all of the service's.
 */
export class DropboxInMemory implements AsyncDisposable {
  readonly account = new DropboxAccount()
  /** The app that is registered, with a refresh token of one login. */
  readonly appKey = appKey
  readonly refreshToken = randomBytes(24).toString('base64url')
  /** Where calls or answers did not follow the specification. */
  readonly violations: string[] = []
  readonly #options: DropboxServerOptions
  readonly #server: Server
  #port = 0
  #limited: { left: number; readonly refusal: Refusal } | undefined

  constructor(options: DropboxServerOptions = {}) {
    this.#options = options
    this.account.refreshTokens.set(this.refreshToken, new Set(allScopes))
    this.#server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
      void this.#answer(request, response)
    })
    this.#server.keepAliveTimeout = 30_000
  }

  /** The name of every route it answers, with its style and scope. */
  static get routes(): ReadonlyMap<string, Pick<Route, 'style' | 'scope'>> {
    return new Map(Object.entries(routes))
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/`)
  }

  /** A new access token with some scopes, by default all. */
  accessToken(scopes: Iterable<string> = allScopes): string {
    return this.account.grant(scopes)
  }

  async listen(): Promise<this> {
    this.#port = await listenOnLoopback(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server)
  }

  /** The next calls are too many: refused with 429, and how long to wait. */
  limit(calls: number, seconds: number, reason: 'too_many_requests' | 'too_many_write_operations' = 'too_many_requests'): void {
    this.#limited = { left: calls, refusal: rateLimited(reason, seconds) }
  }

  /** Puts a file at a path of the home, behind everybody's back. */
  seed(path: string, body: Uint8Array): void {
    const segments = path.split('/').filter(segment => segment !== '')
    const name = segments.pop() ?? ''
    let folder = this.account.home
    for (const segment of segments) {
      const there = folder.children.get(fold(segment))
      const next = there?.kind === 'folder' ? there : newFolder(segment)
      folder.children.set(fold(segment), next)
      folder = next
    }
    const file = newFile(name)
    file.revisions.push(newRevision(Buffer.from(body), undefined))
    folder.children.set(fold(name), file)
  }

  /** The bytes at a path of the home. */
  read(path: string): Uint8Array | undefined {
    const node = this.account.at(path)?.node
    return node?.kind === 'file' ? currentOf(node).body : undefined
  }

  /** Changes a byte of a file; all that is told of it stays. */
  corrupt(path: string): void {
    const node = this.account.at(path)?.node
    if (node?.kind !== 'file') throw new Error(`there is no file ${path}`)
    const last = currentOf(node)
    const body = Buffer.from(last.body)
    body[0] = (body[0] ?? 0) ^ 1
    node.revisions[node.revisions.length - 1] = { ...last, body }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', `http://${request.headers.host ?? this.url.host}`)
      if (url.pathname.startsWith('/scl/') || url.pathname.startsWith('/cd/')) return answerLink(this.account, url, request, response)
      if (url.pathname === '/oauth2/authorize') return authorize(this.account, url, response)
      const body = await bodyOf(request)
      if (url.pathname === '/oauth2/token')
        return exchangeToken(this.account, new URLSearchParams(body.toString('utf8')), request.headers.authorization, response)
      this.#call(url, request, body, response)
    } catch (cause) {
      if (response.headersSent || response.destroyed) return
      const refusal = cause instanceof Refusal ? cause : new Refusal(500, cause instanceof Error ? (cause.stack ?? '') : String(cause))
      refuse(response, refusal)
    }
  }

  #call(url: URL, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const name = url.pathname.replace(/^\/2\//, '')
    const route = routes[name]
    // Downloads answer to GET too: https://www.dropbox.com/developers/documentation/http/documentation#formats
    const methods = route?.style === 'download' ? ['POST', 'GET'] : ['POST']
    if (route === undefined || !methods.includes(request.method ?? '')) throw new Refusal(404, `Unknown API function: "${name}"`)
    this.#letIn(request, route)
    if (this.#limited !== undefined && this.#limited.left > 0) {
      this.#limited.left -= 1
      throw this.#limited.refusal
    }
    const { style, scope } = route
    const argument = argumentOf(name, style, request, url, body)
    const exchange = { route: name, style, scope, argument }
    const wrong = this.#options.check?.(exchange)
    if (wrong !== undefined) {
      this.violations.push(`call ${name}: ${wrong}`)
      throw badRequest(name, `request body: ${wrong}`)
    }
    const call: Call = {
      account: this.account,
      args: new Args(name, argument),
      namespace: this.#namespaceOf(request),
      body,
      range: request.headers.range,
      origin: url.origin,
      token: /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '',
    }
    try {
      const answer = route.run(call)
      this.#judge(exchange, 200, answer.result)
      succeed(response, answer, call)
    } catch (cause) {
      if (cause instanceof Refusal && cause.status === 409) this.#judge(exchange, 409, cause.body)
      throw cause
    }
  }

  #judge(exchange: DropboxExchange, status: number, body: Json): void {
    const wrong = this.#options.check?.({ ...exchange, answer: { status, body } })
    if (wrong === undefined) return
    this.violations.push(`answer ${status} of ${exchange.route}: ${wrong}`)
    throw new Refusal(500, `answer ${status} of ${exchange.route}: ${wrong}`)
  }

  #letIn({ headers }: IncomingMessage, { scope }: Route): void {
    const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
    if (token === undefined) throw new Refusal(400, 'Must provide HTTP header "Authorization" or URL parameter "authorization".')
    const granted = this.account.tokens.get(token)
    if (granted === undefined) throw unauthorized('invalid_access_token')
    if (granted.expires <= Date.now()) throw unauthorized('expired_access_token')
    if (scope !== undefined && !granted.scopes.has(scope)) throw missingScope(scope)
    const user = headers['dropbox-api-select-user'] ?? headers['dropbox-api-select-admin']
    if (user !== undefined && user !== this.account.teamMemberId) throw new Refusal(401, errorBody('invalid_select_user'))
  }

  /** The namespace of `Dropbox-API-Path-Root`, by default the home. */
  #namespaceOf({ headers }: IncomingMessage): string {
    const { account } = this
    const header = [headers['dropbox-api-path-root']].flat()[0]
    const root = new Args('', header === undefined ? { '.tag': 'home' } : JSON.parse(header))
    switch (root.optionalText('.tag')) {
      case 'root':
        if (root.text('root') !== account.rootNamespace)
          throw new Refusal(422, errorBody('invalid_root', { invalid_root: rootInfo(account) }))
        return account.rootNamespace
      case 'namespace_id':
        if (!account.namespaces.has(root.text('namespace_id'))) throw new Refusal(422, errorBody('no_permission'))
        return root.text('namespace_id')
      default:
        return account.homeNamespace
    }
  }
}

/** Starts one: `await using dropbox = await dropboxInMemory()`. */
export async function dropboxInMemory(options: DropboxServerOptions = {}): Promise<DropboxInMemory> {
  return await new DropboxInMemory(options).listen()
}
