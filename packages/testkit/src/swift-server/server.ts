import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { bodyOf, post, Refusal, reply, withPrefix, type Asked } from './answer.ts'
import { answerListing } from './listing.ts'
import { answerObject } from './objects.ts'
import { md5, StoredAccount, StoredContainer } from './store.ts'
import { temporaryUrl } from './temp-url.ts'

/** What a cluster tells of itself. */
const info = {
  swift: { version: '2.30.1', max_file_size: 5_368_709_122, max_meta_value_length: 256, container_listing_limit: 10_000 },
  slo: { max_manifest_segments: 1000, min_segment_size: 1 },
  bulk_delete: { max_deletes_per_request: 10_000 },
  tempurl: { methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'], allowed_digests: ['sha1', 'sha256', 'sha512'] },
}

/**
 * What of OpenStack Swift a client needs, in this process and in memory: the login of version 1, containers, objects, listings,
 * static large objects, copies, bulk deletes and temporary URLs. For machines without a Swift, and held to the same suite as one.
 */
export class SwiftInMemory implements AsyncDisposable {
  readonly username = 'test:tester'
  readonly password = `key-${randomBytes(8).toString('hex')}`
  readonly #tokens = new Set<string>()
  readonly #accounts = new Map([['AUTH_test', new StoredAccount()]])
  readonly #server: Server
  #port = 0

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response)
    })
    this.#server.keepAliveTimeout = 30_000
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/`)
  }

  /** Where one logs in. */
  get authUrl(): URL {
    return new URL('auth/v1.0', this.url)
  }

  /** The account that the user owns. */
  get account(): StoredAccount {
    return this.#account('AUTH_test')
  }

  async listen(): Promise<this> {
    this.#port = await listenOnLoopback(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server)
  }

  /** Changes a byte of an object; all that is told of the object stays. */
  corrupt(container: string, name: string): void {
    const there = this.account.containers.get(container)
    const object = there?.get(name)
    if (there === undefined || object === undefined) throw new Error(`there is no object ${container}/${name}`)
    const body = Buffer.from(object.body)
    body[0] = (body[0] ?? 0) ^ 1
    there.set(name, { ...object, body })
  }

  #account(name: string): StoredAccount {
    const account = this.#accounts.get(name)
    if (account === undefined) throw new Refusal(403, 'Forbidden')
    return account
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response)
    } catch (cause) {
      if (!response.headersSent && !response.destroyed) {
        const refusal = cause instanceof Refusal ? cause : new Refusal(500, cause instanceof Error ? cause.message : String(cause))
        // A body on its way is read to its end: else the client meets a reset and not the status.
        request.resume()
        reply(response, refusal.status, refusal.headers, `<html><h1>${refusal.message}</h1></html>`)
      }
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const headers = wsgiHeaders(request)
    const method = request.method ?? 'GET'
    if (url.pathname.startsWith('/auth/')) return this.#logIn(headers, request, response)
    if (url.pathname === '/info') return reply(response, 200, { 'content-type': 'application/json' }, JSON.stringify(info))
    const path = decodeURIComponent(url.pathname)
    const [, accountName = '', container, name] = /^\/v1\/([^/]+)(?:\/([^/]+)(?:\/(.+))?)?\/?$/s.exec(path) ?? []
    const account = this.#account(accountName)
    const query = url.searchParams
    this.#letIn(account, { method, path, query, address: '127.0.0.1' }, headers['x-auth-token'])
    const accountOf = (other: string): StoredAccount | undefined => this.#accounts.get(other)
    const asked: Asked = { request, response, method, query, headers, account, accountName, container, name, accountOf }
    if (container === undefined) return await answerAccount(asked)
    if (name === undefined) return await answerContainer(asked, container)
    await answerObject(asked, account.containers.get(container), name)
  }

  #letIn(account: StoredAccount, asked: Parameters<typeof temporaryUrl>[1], token: string | undefined): void {
    if (token !== undefined && this.#tokens.has(token)) return
    if (token === undefined && temporaryUrl(account, asked) === true) return
    throw new Refusal(401, 'Unauthorized', { 'www-authenticate': 'Swift realm="AUTH_test"' })
  }

  #logIn(headers: Readonly<Record<string, string>>, { headers: { host } }: IncomingMessage, response: ServerResponse): void {
    if (headers['x-auth-user'] !== this.username || headers['x-auth-key'] !== this.password) throw new Refusal(401, 'Unauthorized')
    const token = `AUTH_tk${randomBytes(16).toString('hex')}`
    this.#tokens.add(token)
    const storageUrl = `http://${host ?? this.url.host}/v1/AUTH_test`
    reply(response, 200, { 'x-auth-token': token, 'x-storage-token': token, 'x-storage-url': storageUrl, 'x-auth-token-expires': '86400' })
  }
}

async function answerAccount(asked: Asked): Promise<void> {
  const { account, headers, method, query, request, response } = asked
  if (method === 'POST' && query.has('bulk-delete')) return deleteMany(asked, (await bodyOf(request)).toString('utf8'))
  if (method === 'POST') {
    post(account.metadata, withPrefix(headers, 'x-account-meta-'))
    return reply(response, 204)
  }
  reply(response, 204, { ...account.metadata, 'x-account-container-count': String(account.containers.size) })
}

function deleteMany({ account, response }: Asked, lines: string): void {
  let [deleted, missing] = [0, 0]
  for (const line of lines.split('\n').filter(text => text !== '')) {
    const [container = '', ...rest] = decodeURIComponent(line).replace(/^\//, '').split('/')
    if (account.containers.get(container)?.delete(rest.join('/')) === true) deleted += 1
    else missing += 1
  }
  const told = { 'Response Status': '200 OK', 'Response Body': '', 'Number Deleted': deleted, 'Number Not Found': missing, Errors: [] }
  reply(response, 200, { 'content-type': 'application/json' }, JSON.stringify(told))
}

async function answerContainer(asked: Asked, name: string): Promise<void> {
  const { account, headers, method, request, response } = asked
  const present = account.containers.get(name)
  const posted = withPrefix(headers, 'x-container-meta-')
  if (method === 'PUT') {
    await bodyOf(request)
    const container = present ?? new StoredContainer()
    post(container.metadata, posted)
    account.containers.set(name, container)
    return reply(response, present === undefined ? 201 : 202)
  }
  if (present === undefined) throw new Refusal(404, 'Not Found')
  if (method === 'POST') {
    post(present.metadata, posted)
    return reply(response, 204)
  }
  if (method === 'HEAD') return reply(response, 204, { ...present.metadata, 'x-container-object-count': String(present.size) })
  if (method === 'GET') return answerListing(asked, present)
  if (method !== 'DELETE') throw new Refusal(405, 'Method Not Allowed')
  if (present.size > 0) throw new Refusal(409, 'Conflict')
  account.containers.delete(name)
  reply(response, 204)
}

function wsgiHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name.replaceAll('_', '-'), [value].flat().join(', ')]],
    ),
  )
}

/** The store's way to an object that nobody sent: for many at once. */
export function seedObject(container: StoredContainer, name: string, body: Uint8Array): void {
  container.set(name, { body: Buffer.from(body), etag: md5(body), contentType: 'application/octet-stream', metadata: {}, time: Date.now() })
}

/** Starts one: `await using swift = await swiftInMemory()`. */
export async function swiftInMemory(): Promise<SwiftInMemory> {
  return await new SwiftInMemory().listen()
}
