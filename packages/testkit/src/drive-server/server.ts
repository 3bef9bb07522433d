import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { closeServer, listenOnLoopback } from '../loopback.ts'
import { bodyOf, jsonAnswer, objectIn, Refusal, send, type Answer, type Asked } from './answer.ts'
import { Discovery } from './discovery.ts'
import { selectFields } from './fields.ts'
import { answerFiles, answerRevision } from './files.ts'
import { answerPermissions, answerPublic } from './permissions.ts'
import { corruptFile } from './resource.ts'
import { StoredDrive } from './store.ts'
import { Tokens } from './tokens.ts'
import { Uploads } from './uploads.ts'

/** What a Google Drive is like. */
export interface DriveServerOptions {
  /** Google's description of the API (`drive.v3.json`): every request and answer is held against it, see {@link DriveInMemory.problems}. */
  readonly discovery?: unknown
}

/**
 * What of Google Drive a client needs, in this process and in memory: its files and folders with their ids, queries, partial
 * answers, uploads in sessions, revisions, exports, permissions, shared drives, public links, and the tokens of Google. Nobody
 * can install a Drive; this one answers as the documentation says, and can be held against Google's own description.
 */
export class DriveInMemory implements AsyncDisposable {
  /** Whose My Drive it is. */
  readonly email = 'ann@example.com'
  readonly drive = new StoredDrive(this.email)
  readonly tokens = new Tokens()
  readonly uploads = new Uploads(this.drive)
  readonly #server: Server
  readonly #discovery: Discovery | undefined
  readonly #problems: string[] = []
  #port = 0

  constructor(options: DriveServerOptions = {}) {
    this.#discovery = options.discovery === undefined ? undefined : new Discovery(options.discovery)
    this.#server = createServer((request, response) => {
      void this.#answer(request, response)
    })
    this.#server.keepAliveTimeout = 30_000
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.#port}/`)
  }

  /** What was not as the description says, in requests and in answers. */
  get problems(): readonly string[] {
    return this.#problems
  }

  async listen(): Promise<this> {
    this.#port = await listenOnLoopback(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeServer(this.#server)
  }

  /** Changes a byte of the file with that id; all that is told of the file stays. */
  corrupt(id: string): void {
    const file = this.drive.files.get(id)
    if (file === undefined) throw new Error(`there is no file ${id}`)
    corruptFile(file)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer
    try {
      answer = await this.#route(request, new URL(request.url ?? '/', `http://${request.headers.host ?? this.url.host}`))
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause)
      const refusal = cause instanceof Refusal ? cause : new Refusal(500, 'internalError', said)
      answer = jsonAnswer(refusal.status, refusal.body())
    }
    if (!response.destroyed) send(response, answer)
  }

  async #route(request: IncomingMessage, url: URL): Promise<Answer> {
    const { pathname, searchParams: query } = url
    const { method = 'GET', headers } = request
    const upload = pathname.startsWith('/upload/')
    if (upload && (method === 'PUT' || method === 'DELETE')) return await this.uploads.part(request, url)
    const body = await bodyOf(request)
    if (pathname === '/token') return this.tokens.answer(body)
    if (pathname === '/revoke') {
      this.tokens.revoke(new URLSearchParams(body.toString()).get('token') ?? '')
      return jsonAnswer(200, {})
    }
    if (pathname === '/uc' || pathname === '/download') return answerPublic(this.drive, { headers, url })
    const asked: Asked = { method, url, query, headers, body, visitor: this.tokens.visitorOf(request) }
    let answer: Answer | undefined
    try {
      return (answer = this.#api(asked))
    } finally {
      const exchanged = {
        method,
        url,
        request: metadataIn(body, headers['content-type'] ?? ''),
        status: answer?.status ?? 400,
        response: answer?.json,
      }
      this.#problems.push(...(this.#discovery?.problems(exchanged) ?? []))
    }
  }

  #api(asked: Asked): Answer {
    const { pathname } = asked.url
    const [, upload, kind, id, action, below] =
      /^(\/upload)?\/drive\/v3\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? []
    const [fileId, belowId] = [id, below].map(part => (part === undefined ? undefined : decodeURIComponent(part)))
    if (kind === 'about') return this.#about(asked)
    if (kind === 'drives' && asked.method === 'GET') return this.#drives(asked, fileId)
    if (kind !== 'files') throw new Refusal(404, 'notFound', 'Not Found')
    if (upload !== undefined) return this.uploads.answer(asked, fileId)
    if (action === 'permissions') return answerPermissions(this.drive, asked, fileId ?? '', belowId)
    if (action === 'revisions' && asked.method === 'GET') return answerRevision(this.drive, asked, fileId ?? '', belowId ?? '')
    return answerFiles(this.drive, asked, fileId, action)
  }

  #about({ query, visitor }: Asked): Answer {
    const fields = query.get('fields')
    if (fields === null)
      throw new Refusal(400, 'required', "The 'fields' parameter is required for this method.", {
        place: { location: 'fields', locationType: 'parameter' },
      })
    const user = { kind: 'drive#user', displayName: visitor.email.split('@')[0], emailAddress: visitor.email, me: true }
    const storageQuota = { limit: '16106127360', usage: '0', usageInDrive: '0', usageInDriveTrash: '0' }
    return jsonAnswer(200, selectFields({ kind: 'drive#about', user, storageQuota }, fields))
  }

  #drives({ query }: Asked, id: string | undefined): Answer {
    const all = [...this.drive.drives].map(([id, name]) => ({ kind: 'drive#drive', id, name }))
    if (id === undefined) {
      const named = /^name = '(.*)'$/.exec(query.get('q') ?? '')?.[1]?.replace(/\\(.)/g, '$1')
      const drives = all.filter(({ name }) => named === undefined || name === named)
      return jsonAnswer(200, selectFields({ kind: 'drive#driveList', drives }, query.get('fields') ?? '*'))
    }
    const found = all.find(drive => drive.id === id)
    if (found === undefined) throw new Refusal(404, 'notFound', `Shared drive not found: ${id}`)
    return jsonAnswer(200, selectFields(found, query.get('fields') ?? '*'))
  }
}

/** The JSON of a body, or of the first part of one in two parts. */
function metadataIn(body: Buffer, type: string): unknown {
  if (type.startsWith('application/json')) return body.byteLength === 0 ? undefined : objectIn(body.toString())
  if (!type.startsWith('multipart/related')) return undefined
  const first = /\r\n\r\n([\s\S]*?)\r\n--/.exec(body.toString('utf8', 0, 4 * 1024 * 1024))?.[1]
  return first === undefined ? undefined : objectIn(first)
}

/** Starts one: `await using drive = await driveInMemory({ discovery })`. */
export async function driveInMemory(options: DriveServerOptions = {}): Promise<DriveInMemory> {
  return await new DriveInMemory(options).listen()
}
