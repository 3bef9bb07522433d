import type { Capabilities } from '../../src/contract/capabilities.ts'
import {
  ApiConnection,
  type ConnectionInit,
  type ListRequest,
  type ReadRequest,
  type ReadResult,
  type WriteRequest,
} from '../../src/contract/connection.ts'
import type { Entry, Page } from '../../src/contract/entry.ts'
import { FairleadError } from '../../src/contract/errors.ts'
import { definePlugin } from '../../src/contract/manifest.ts'

/** The settings of a store in memory, one of each kind. */
export const memoryOptions = {
  root: { type: 'path', help: 'The name of the store.', required: true },
  endpoint: { type: 'url', help: 'The address.', default: 'https://memory.example' },
  mode: { type: 'string', help: 'How it works.', choices: ['fast', 'safe'], default: 'fast' },
  retries: { type: 'integer', help: 'How often.' },
  'part-size': { type: 'bytes', help: 'Bytes of a part.', default: 1024 },
  patience: { type: 'seconds', help: 'How long.' },
  key: { type: 'secret', help: 'The key.', env: ['MEMORY_KEY'] },
  open: { type: 'boolean', help: 'For all.' },
} as const

/** What a store in memory can do. */
export const memoryCapabilities: Capabilities = {
  list: { recursive: true, ordered: true, directories: 'implied' },
  read: { range: false, versions: false, validator: false },
  write: {
    unknownSize: true,
    empty: true,
    maxBytes: 1_000_000,
    conditions: ['absent'],
    modified: false,
    metadata: false,
    resumable: false,
  },
  copy: false,
  remove: { recursive: false, batch: 10 },
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: [],
  consistency: 'strong',
}

/** A store in memory: what a path holds, in the process, by the root of the connection. */
const stores = new Map<string, Map<string, Uint8Array>>()

export class MemoryConnection extends ApiConnection<typeof memoryOptions> {
  closed = 0
  readonly #objects: Map<string, Uint8Array>

  constructor(init: ConnectionInit<typeof memoryOptions>, capabilities: Capabilities = memoryCapabilities) {
    super(init, capabilities)
    this.#objects = stores.get(init.settings.root) ?? new Map<string, Uint8Array>()
    stores.set(init.settings.root, this.#objects)
  }

  toError(cause: unknown): FairleadError {
    return new FairleadError('unexpected', 'the store failed', { cause })
  }

  override async doStat(path: string): Promise<Entry> {
    return this.#entry(path)
  }

  override async doList({ prefix }: ListRequest): Promise<Page<Entry>> {
    const paths = [...this.#objects.keys()].filter(path => prefix === '' || path.startsWith(`${prefix}/`)).toSorted()
    return { items: paths.map(path => this.#entry(path)) }
  }

  override async doRead({ path }: ReadRequest): Promise<ReadResult> {
    return { entry: this.#entry(path), body: this.#objects.get(path) ?? new Uint8Array() }
  }

  override async doWrite({ path, source, condition }: WriteRequest): Promise<Entry> {
    const body = source.bytes?.() ?? new Uint8Array(await new Response(await source.open()).arrayBuffer())
    if (condition?.if === 'absent' && this.#objects.has(path)) throw new FairleadError('precondition-failed', `${path} is there`)
    this.#objects.set(path, body)
    return this.#entry(path)
  }

  override async doRemove(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#objects.delete(path)
  }

  override async doClose(): Promise<void> {
    this.closed++
  }

  #entry(path: string): Entry {
    const body = this.#objects.get(path)
    if (body === undefined) throw new FairleadError('not-found', `${path} is not there`)
    return { path, kind: 'object', size: body.byteLength }
  }
}

/** The client of it. */
export const memory = definePlugin({
  contract: 1,
  manifest: {
    contract: 1,
    name: 'memory',
    title: 'Memory',
    summary: 'A store that lasts as long as the process.',
    package: '@fairlead/client-memory',
    options: memoryOptions,
    credentials: ['key'],
    identity: ['endpoint', 'root', 'key'],
    capabilities: memoryCapabilities,
  },
  connect: async init => new MemoryConnection(init),
})

/** The same under another name, as another package. */
export const disk = definePlugin({ ...memory, manifest: { ...memory.manifest, name: 'disk', package: '@fairlead/client-disk' } })
