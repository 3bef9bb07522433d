import {
  ApiConnection,
  bytesSource,
  definePlugin,
  FairleadError,
  type Capabilities,
  type ConnectionInit,
  type Context,
  type Entry,
  type ListRequest,
  type Operation,
  type Page,
  type ReadRequest,
  type ReadResult,
  type WriteRequest,
} from '@fairlead/core'
import { createClient, type Client } from '@fairlead/core/host'

/** Objects of a store by path. */
export type Objects = Map<string, Uint8Array>

const capabilities = {
  list: { recursive: true, ordered: true, directories: 'implied' },
  read: { range: true, versions: false, validator: true },
  write: { unknownSize: true, empty: true, conditions: ['absent', 'match'], modified: false, metadata: false, resumable: false },
  copy: false,
  remove: { recursive: false, batch: 1000 },
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 4096, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: [],
  consistency: 'strong',
} as const satisfies Capabilities

class StoreConnection extends ApiConnection<{}, typeof capabilities> {
  private readonly objects: Objects

  constructor(init: ConnectionInit<{}>, objects: Objects) {
    super(init, capabilities)
    this.objects = objects
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return new FairleadError('unexpected', `${at.name} failed: ${String(cause)}`, { cause })
  }

  private entry(path: string, bytes: Uint8Array): Entry {
    return { path, kind: 'object', size: bytes.length, etag: `${bytes.length}-${Buffer.from(bytes).toString('base64').slice(-20)}` }
  }

  private found(path: string): Uint8Array {
    const bytes = this.objects.get(path)
    if (bytes === undefined) throw new FairleadError('not-found', `there is no ${path}`)
    return bytes
  }

  override async doStat(path: string, _context: Context): Promise<Entry> {
    return this.entry(path, this.found(path))
  }

  override async doList({ prefix }: ListRequest, _cursor: string | undefined, _context: Context): Promise<Page<Entry>> {
    const inside = [...this.objects]
      .filter(([path]) => prefix === '' || path.startsWith(`${prefix}/`))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    return { items: inside.map(([path, bytes]) => this.entry(path, bytes)) }
  }

  override async doRead({ path, range }: ReadRequest, _context: Context): Promise<ReadResult> {
    const bytes = this.found(path)
    return { entry: this.entry(path, bytes), body: await bytesSource(bytes).open(range) }
  }

  override async doWrite({ path, source, condition }: WriteRequest, _context: Context): Promise<Entry> {
    if (condition?.if === 'absent' && this.objects.has(path)) throw new FairleadError('precondition-failed', `there is a ${path}`)
    const bytes = new Uint8Array(await new Response(await source.open()).arrayBuffer())
    this.objects.set(path, bytes)
    return this.entry(path, bytes)
  }

  override async doRemove(paths: readonly string[], _context: Context): Promise<void> {
    for (const path of paths) this.objects.delete(path)
  }
}

/** A client over a map in memory. */
export function storeClient(name: string, objects: Objects): Promise<Client> {
  const manifest = {
    contract: 1,
    name: 'map',
    title: 'Map',
    summary: 'Objects in memory.',
    package: 'none',
    options: {},
    identity: [],
    capabilities,
  } as const
  return createClient(definePlugin({ contract: 1, manifest, connect: async init => new StoreConnection(init, objects) }), {}, { name })
}
