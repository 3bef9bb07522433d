import { createHash } from 'node:crypto'
import {
  ApiConnection,
  FairleadError,
  type Capabilities,
  type Entry,
  type ListRequest,
  type OpenedShare,
  type OpenShareRequest,
  type Operation,
  type Page,
  type PendingUpload,
  type ReadRequest,
  type ReadResult,
  type Share,
  type ShareRequest,
  type UploadState,
  type WriteRequest,
} from '@fairlead/core'
import { createHttp } from '../../src/http/create-http.ts'
import { systemClock } from '../../src/host/machine/clock.ts'
import { memoryTokens, quiet } from '../attempts/support.ts'
import { noLogin } from '../../src/host/login/login-tokens.ts'

/** A store that can do everything in one request; what a test leaves out it overrides. */
const everything: Capabilities = {
  list: { recursive: true, ordered: false, directories: 'implied' },
  read: { range: true, versions: false, validator: true },
  write: { unknownSize: true, empty: true, conditions: ['absent', 'match'], modified: 'metadata', metadata: false, resumable: false },
  copy: false,
  remove: { recursive: false, batch: 100 },
  search: { native: false },
  share: {
    targets: ['object', 'prefix'],
    kinds: ['signed-url', 'grant'],
    methods: ['GET', 'HEAD', 'PUT'],
    maxExpirySeconds: 86_400,
    password: true,
    list: true,
    revoke: true,
    served: true,
  },
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '?', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: [],
  consistency: 'strong',
}

interface Stored {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly modified: Date
  readonly contentType?: string
}

/** Objects in a map, with every operation told to `before` first: it may throw, wait, or change the map. */
export class MemoryConnection extends ApiConnection {
  readonly objects = new Map<string, Stored>()
  readonly calls: string[] = []
  readonly links = new Map<string, ShareRequest>()
  readonly uploads: PendingUpload[] = []
  before: (operation: string, path: string) => void | Promise<void> = () => undefined
  #writes = 0

  constructor(capabilities: Partial<Capabilities> = {}) {
    super(
      {
        settings: {},
        host: {
          connection: 'store',
          http: createHttp(),
          clock: systemClock,
          log: quiet,
          tokens: memoryTokens(),
          cacheFolder: () => '/nowhere',
          table: () => undefined,
          spinner: () => ({ update: () => undefined, stop: () => undefined, [Symbol.dispose]: () => undefined }),
          login: noLogin('test', 'none'),
          authorize: async () => '',
        },
      },
      { ...everything, ...capabilities },
    )
  }

  put(path: string, body: string | Uint8Array, modified = new Date()): void {
    const bytes = Buffer.from(body)
    this.objects.set(path, { bytes, etag: `e${++this.#writes}`, modified })
  }

  text(path: string): string {
    return Buffer.from(this.#get(path).bytes).toString()
  }

  toError(cause: unknown, at: Operation): FairleadError {
    return new FairleadError('unexpected', `${at.name} failed: ${String(cause)}`, { cause })
  }

  override async doStat(path: string): Promise<Entry> {
    await this.#told('stat', path)
    return this.#entry(path)
  }

  override async doList({ prefix, recursive }: ListRequest, cursor: string | undefined): Promise<Page<Entry>> {
    await this.#told('list', prefix)
    const folder = prefix === '' ? '' : `${prefix}/`
    const names = new Map<string, Entry>()
    for (const path of [...this.objects.keys()].filter(path => path.startsWith(folder)).toReversed()) {
      const slash = recursive ? -1 : path.indexOf('/', folder.length)
      const entry: Entry = slash < 0 ? this.#entry(path) : { path: path.slice(0, slash), kind: 'prefix' }
      names.set(entry.path, entry)
    }
    const start = Number(cursor ?? 0)
    const items = [...names.values()].slice(start, start + 3)
    return { items, ...(start + 3 < names.size && { cursor: String(start + 3) }) }
  }

  override async doRead({ path, range }: ReadRequest): Promise<ReadResult> {
    await this.#told('read', path)
    return { entry: this.#entry(path), body: this.#get(path).bytes.subarray(range?.start ?? 0, range?.end) }
  }

  override async doWrite({ path, source, condition, contentType, modified }: WriteRequest): Promise<Entry> {
    await this.#told('write', path)
    const bytes = source.bytes?.() ?? Buffer.concat(await Array.fromAsync(await source.open()))
    const there = this.objects.get(path)
    const { capabilities } = this
    const decides = capabilities.write !== false && condition !== undefined && capabilities.write.conditions.includes(condition.if)
    const holds = !decides || (condition.if === 'absent' ? there === undefined : there?.etag === condition.etag)
    if (!holds) throw new FairleadError('precondition-failed', `"${path}" is not as it was`)
    this.objects.set(path, {
      bytes: Uint8Array.from(bytes),
      etag: `e${++this.#writes}`,
      modified: modified ?? new Date(),
      ...(contentType !== undefined && { contentType }),
    })
    return this.#entry(path)
  }

  override async doRemove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await this.#told('remove', path)
      this.objects.delete(path)
    }
  }

  override async doShare(request: ShareRequest): Promise<Share> {
    await this.#told('share', request.path)
    const id = createHash('sha256').update(`${request.path}${this.links.size}`).digest('hex').slice(0, 12)
    this.links.set(id, request)
    return this.#link(id, request)
  }

  override async doListShares(cursor: string | undefined): Promise<Page<Share>> {
    const start = Number(cursor ?? 0)
    const items = [...this.links].slice(start, start + 1).map(([id, request]) => this.#link(id, request))
    return { items, ...(start + 1 < this.links.size && { cursor: String(start + 1) }) }
  }

  override async doRevokeShare(id: string): Promise<void> {
    this.links.delete(id)
  }

  override async doOpenShare({ url, method, password }: OpenShareRequest): Promise<OpenedShare> {
    const [, id = '', ...rest] = url.pathname.split('/')
    const link = this.links.get(id)
    if (link === undefined || (link.expires?.getTime() ?? Infinity) < Date.now()) throw new FairleadError('not-found', 'no such link')
    if (link.password !== password) throw new FairleadError('unauthenticated', 'wrong password')
    if (link.method !== method && method !== 'HEAD') throw new FairleadError('permission-denied', 'wrong method')
    const below = decodeURIComponent(rest.join('/')).replace(/\/$/, '')
    if (below === '' || link.target === 'object') return { path: link.path, target: link.target }
    return { path: `${link.path}/${below}`, target: url.pathname.endsWith('/') ? 'prefix' : 'object' }
  }

  override async doListUploads(_cursor?: string): Promise<Page<PendingUpload>> {
    return { items: [...this.uploads] }
  }

  override async doAbortUpload(state: UploadState): Promise<void> {
    const index = this.uploads.findIndex(upload => upload.state === state)
    if (index >= 0) this.uploads.splice(index, 1)
  }

  #link(id: string, { path, kind, expires, target }: ShareRequest): Share {
    return {
      id,
      url: new URL(`http://127.0.0.1/${id}${target === 'prefix' ? '/' : ''}`),
      path,
      kind,
      revocable: true,
      ...(expires !== undefined && { expires }),
    }
  }

  async #told(operation: string, path: string): Promise<void> {
    this.calls.push(`${operation} ${path}`)
    await this.before(operation, path)
  }

  #get(path: string): Stored {
    const stored = this.objects.get(path)
    if (stored === undefined) throw new FairleadError('not-found', `there is no "${path}"`)
    return stored
  }

  #entry(path: string): Entry {
    const { bytes, etag, modified, contentType } = this.#get(path)
    return { path, kind: 'object', size: bytes.byteLength, etag, modified, ...(contentType !== undefined && { contentType }) }
  }
}
