import {
  ApiConnection,
  definePlugin,
  FairleadError,
  type Capabilities,
  type Entry,
  type ListRequest,
  type Page,
  type ReadRequest,
  type ReadResult,
  type WriteRequest,
} from '@fairlead/core'

const capabilities: Capabilities = {
  list: { recursive: true, ordered: false, directories: 'implied' },
  read: { range: false, versions: false, validator: false },
  write: { unknownSize: true, empty: true, conditions: [], modified: false, metadata: false, resumable: false },
  copy: false,
  remove: false,
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 4096, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
  checksums: [],
  consistency: 'strong',
}

const orderedCapabilities: Capabilities = { ...capabilities, list: { recursive: true, ordered: true, directories: 'implied' } }

/** What a service of these tests does. */
export interface Service {
  /** The paths that it lists, one page after the other. */
  readonly pages: () => Iterable<readonly string[]>
  readonly body: Uint8Array
  /** Writing is all that is permitted. */
  readonly writeOnly?: boolean
  /** Its pages come in order of path. */
  readonly ordered?: boolean
  readonly onWrite?: (path: string) => void
}

class ServiceConnection extends ApiConnection {
  readonly #service: Service
  #iterator: Iterator<readonly string[]> | undefined

  constructor(init: ConstructorParameters<typeof ApiConnection>[0], service: Service) {
    super(init, service.ordered === true ? orderedCapabilities : capabilities)
    this.#service = service
  }

  override toError(cause: unknown): FairleadError {
    return new FairleadError('unexpected', 'the service failed', { cause })
  }

  override async doStat(path: string): Promise<Entry> {
    this.#permit()
    throw new FairleadError('not-found', `there is no ${path}`)
  }

  override async doList(_request: ListRequest, cursor: string | undefined): Promise<Page<Entry>> {
    this.#permit()
    if (cursor === undefined) this.#iterator = this.#service.pages()[Symbol.iterator]()
    const next = this.#iterator?.next()
    if (next === undefined || next.done === true) return { items: [] }
    const items = next.value.map((path): Entry => ({ path, kind: 'object', size: this.#service.body.byteLength }))
    return { items, cursor: String(Number(cursor ?? 0) + 1) }
  }

  override async doRead({ path }: ReadRequest): Promise<ReadResult> {
    return { entry: { path, kind: 'object', size: this.#service.body.byteLength }, body: this.#service.body }
  }

  override async doWrite({ path, source }: WriteRequest): Promise<Entry> {
    this.#service.onWrite?.(path)
    return { path, kind: 'object', size: source.bytes?.().byteLength ?? 0 }
  }

  #permit(): void {
    if (this.#service.writeOnly === true) throw new FairleadError('permission-denied', 'only writing is permitted')
  }
}

/** A client of a service that lists what it likes, keeps nothing and answers at once. */
export function serviceClient(service: Service, name = 'service') {
  return definePlugin({
    contract: 1,
    manifest: {
      contract: 1,
      name,
      title: 'Service',
      summary: 'A service of a test.',
      package: '@fairlead/client-service',
      options: {},
      identity: [],
      capabilities: service.ordered === true ? orderedCapabilities : capabilities,
    },
    connect: async init => new ServiceConnection(init, service),
  })
}
