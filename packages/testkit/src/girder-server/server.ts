import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { bodyOf, need, Refusal, reply, type Asked } from './answer.ts'
import { answerFile } from './files.ts'
import { answerFolder, answerItem, tell } from './folders.ts'
import { GirderStore, type Doc, type FileDoc, type KeyDoc } from './store.ts'

/**
 * What of Girder a client needs, in this process and in memory: login, API keys and tokens, collections, folders, items, files,
 * uploads in chunks, metadata, access. For machines without a Girder, and held to the same suite as one.
 */
export class GirderInMemory implements AsyncDisposable {
  readonly store = new GirderStore()
  readonly apiKey: string
  readonly #server: Server
  #port = 0

  constructor() {
    this.apiKey = this.#addKey('tests', null, null).key
    this.#server = createServer((request, response) => {
      void this.#answer(request, response)
    })
    this.#server.keepAliveTimeout = 30_000
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/`)
  }

  async listen(): Promise<this> {
    this.#port = await listenOnLoopback(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server)
  }

  /** The newest file in an item that has arrived whole, by the names on the way from a collection. */
  file(path: readonly string[]): FileDoc | undefined {
    const item = this.#at(path)
    return item === undefined ? undefined : this.store.filesOf(item._id).findLast(({ name }) => !name.startsWith('.fairlead-upload-'))
  }

  #at(path: readonly string[]): Doc | undefined {
    let doc = this.store.children('', 'collection', path[0])[0]
    for (const [index, name] of path.slice(1).entries()) {
      if (doc === undefined) return undefined
      const types = index === path.length - 2 ? (['folder', 'item'] as const) : (['folder'] as const)
      const { _id } = doc
      doc = types.flatMap(type => this.store.children(_id, type, name))[0]
    }
    return doc
  }

  #addKey(name: string, scope: readonly string[] | null, tokenDuration: number | null): KeyDoc {
    const created = new Date().toISOString()
    const key: KeyDoc = { _id: this.store.newId(), key: randomBytes(20).toString('hex'), name, scope, tokenDuration, created }
    this.store.keys.set(key._id, key)
    return key
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response)
    } catch (cause) {
      if (response.headersSent || response.destroyed) return
      if (cause instanceof Refusal) {
        const { status, message, type, field } = cause
        request.resume()
        return reply(response, status, { message, type, ...(field !== undefined && { field }) })
      }
      if (!request.complete) return
      reply(response, 500, { message: 'An unexpected error occurred on the server.', type: 'internal' })
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const parts = url.pathname
      .replace(/^\/api\/v1\//, '')
      .split('/')
      .map(decodeURIComponent)
    const token = [request.headers['girder-token']].flat()[0] ?? url.searchParams.get('token') ?? undefined
    const granted = token === undefined ? undefined : this.store.tokens.get(token)
    const isGood = granted !== undefined && granted.expires > Date.now()
    const { method = 'GET' } = request
    const user = isGood && !(granted.readOnly && method !== 'GET') ? granted.user : undefined
    const asked: Asked = { method, parts, query: url.searchParams, request, response, user }
    if (parts[0] === 'system') return reply(response, 200, { release: '5.0.21' })
    if (parts[0] === 'user') return this.#answerUser(asked)
    if (parts[0] === 'api_key') return await this.#answerKey(asked)
    if (user === undefined && !this.#isOpen(asked)) throw new Refusal(401, 'You must be logged in.', 'access')
    if (parts[0] === 'resource') return method === 'DELETE' ? this.#remove(asked) : this.#lookUp(asked)
    if (parts[0] === 'collection' || parts[0] === 'folder') return await answerFolder(this.store, asked, parts[0])
    if (parts[0] === 'item') return await answerItem(this.store, asked)
    if (parts[0] === 'file') return await answerFile(this.store, asked)
    if (parts[0] === 'group') return reply(response, 200, [])
    throw new Refusal(400, 'No matching route.', 'rest')
  }

  /** Anybody may read what lies in a public folder. */
  #isOpen({ method, parts }: Asked): boolean {
    const [, id = ''] = parts
    const of = parts[0] === 'file' ? this.store.docs.get(this.store.files.get(id)?.itemId ?? '') : this.store.docs.get(id)
    const folder = of?._modelType === 'item' ? this.store.docs.get(of.parentId) : of
    return method === 'GET' && folder?.public === true
  }

  #answerUser({ parts, user, response, request }: Asked): void {
    const admin = { _id: '0123456789abcdef01234567', _modelType: 'user', login: 'admin', email: 'admin@example.com' }
    if (parts[1] === 'me') return reply(response, 200, user === undefined ? null : admin)
    if (parts[1] !== 'authentication') return reply(response, 200, [admin])
    if (request.headers.authorization !== `Basic ${Buffer.from('admin:password').toString('base64')}`)
      throw new Refusal(401, 'Login failed.', 'access')
    reply(response, 200, { user: admin, authToken: this.store.newToken(undefined, 180) })
  }

  async #answerKey({ method, parts, query, user, request, response }: Asked): Promise<void> {
    if (parts[1] === 'token') {
      const form = new URLSearchParams((await bodyOf(request)).toString())
      const key = [...this.store.keys.values()].find(one => one.key === form.get('key'))
      if (key === undefined) throw new Refusal(400, 'Invalid API key.', 'validation')
      const authToken = this.store.newToken(key, Number(form.get('duration') ?? 180))
      return reply(response, 200, { user: { _id: '0123456789abcdef01234567' }, authToken })
    }
    if (user === undefined) throw new Refusal(401, 'You must be logged in.', 'access')
    if (method === 'GET') return reply(response, 200, [...this.store.keys.values()])
    if (method === 'POST') {
      const scope: unknown = JSON.parse(query.get('scope') ?? 'null')
      const days = query.get('tokenDuration')
      const scopes = Array.isArray(scope) ? scope.map(String) : null
      return reply(response, 200, this.#addKey(query.get('name') ?? '', scopes, days === null ? null : Number(days)))
    }
    const [, id = ''] = parts
    if (!this.store.keys.delete(id)) throw new Refusal(400, `Invalid api_key id (${id}).`, 'rest')
    for (const [token, { keyId }] of this.store.tokens) if (keyId === id) this.store.tokens.delete(token)
    reply(response, 200, { message: 'Deleted API key.' })
  }

  #remove(asked: Asked): void {
    const resources: unknown = JSON.parse(need(asked, 'resources'))
    for (const type of ['folder', 'item'] as const) {
      const ids: unknown = typeof resources === 'object' && resources !== null ? Reflect.get(resources, type) : undefined
      for (const id of Array.isArray(ids) ? ids : []) this.store.remove(this.store.need(type, String(id)))
    }
    reply(asked.response, 200, null)
  }

  #lookUp({ query, response }: Asked): void {
    const path = query.get('path') ?? ''
    const [, type, ...names] = path.split('/')
    const doc = type === 'collection' ? this.#at(names) : undefined
    if (doc === undefined) throw new Refusal(400, `Path not found: ${path}`, 'validation')
    reply(response, 200, tell(this.store, doc))
  }
}

/** Starts one: `await using girder = await girderInMemory()`. */
export async function girderInMemory(): Promise<GirderInMemory> {
  return await new GirderInMemory().listen()
}
