import {
  ApiConnection,
  type BeginUpload,
  type Capabilities,
  type ConnectionInit,
  type Context,
  type CopyRequest,
  type Entry,
  type FairleadError,
  type ListRequest,
  type Operation,
  type Page,
  type PartReceipt,
  type PendingUpload,
  type ReadRequest,
  type ReadResult,
  type Share,
  type ShareRequest,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteRequest,
} from '@fairlead/core'
import { toS3Error } from './errors.ts'
import { capabilities, type options } from './manifest.ts'
import { toRoot } from './mapping.ts'
import { Buckets } from './service/buckets.ts'
import { Conditions } from './service/conditions.ts'
import { constantHeaders } from './service/constant-headers.ts'
import { Copies } from './service/copies.ts'
import { Listings } from './service/listing.ts'
import { Objects, type Store } from './service/objects.ts'
import { Removal } from './service/removal.ts'
import { Shares } from './service/shares.ts'
import { Uploads } from './service/uploads.ts'
import { Wire } from './service/wire.ts'

/** Connects: refuses settings that can't be, and asks the service nothing. */
export async function openConnection(init: ConnectionInit<typeof options>): Promise<S3Connection> {
  const wire = new Wire(init)
  const constant = constantHeaders(init.settings)
  const conditions = new Conditions(init, wire, constant)
  const store: Store = { init, wire, root: toRoot(init.settings.prefix), constant, conditions, buckets: new Buckets(init, wire) }
  return new S3Connection(store)
}

/** A folder of a bucket as a store. Every method is one operation; the files of `service/` do the work. */
export class S3Connection extends ApiConnection<typeof options, Capabilities> {
  readonly #store: Store
  readonly #objects: Objects
  readonly #listings: Listings
  readonly #removal: Removal
  readonly #uploads: Uploads
  readonly #copies: Copies
  readonly #shares: Shares
  /** Lasting keys are not to be renewed: what refuses them once refuses them again. */
  override readonly doRefresh?: () => Promise<void>

  constructor(store: Store) {
    super(store.init, narrowed(store))
    this.#store = store
    this.#objects = new Objects(store)
    this.#listings = new Listings(store)
    this.#removal = new Removal(store)
    this.#uploads = new Uploads(store)
    this.#copies = new Copies(store, this.#uploads)
    this.#shares = new Shares(store)
    const { credentials } = store.wire
    if (credentials.renewable) this.doRefresh = async () => await credentials.renew()
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toS3Error(cause, at)
  }

  override async doStat(path: string, context: Context): Promise<Entry> {
    return await this.#objects.stat(path, context)
  }

  override async doList(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    return await this.#listings.page(request, cursor, context)
  }

  override async doRead(request: ReadRequest, context: Context): Promise<ReadResult> {
    return await this.#objects.read(request, context)
  }

  override async doWrite(request: WriteRequest, context: Context): Promise<Entry> {
    return await this.#objects.write(request, context)
  }

  override async doCopy(request: CopyRequest, context: Context): Promise<Entry> {
    return await this.#copies.copy(request, context)
  }

  override async doCopyFrom(source: ApiConnection, request: CopyRequest, context: Context): Promise<Entry | undefined> {
    if (!(#store in source)) return undefined
    return await this.#copies.copyFrom({ store: source.#store, path: request.from }, request, context)
  }

  override async doRemove(paths: readonly string[], context: Context): Promise<void> {
    await this.#removal.remove(paths, context)
  }

  override async doBeginUpload(request: BeginUpload, context: Context): Promise<UploadState> {
    return await this.#uploads.begin(request, context)
  }

  override async doUploadPart(state: UploadState, part: UploadPart, context: Context): Promise<PartReceipt> {
    return await this.#uploads.part(state, part, context)
  }

  override async doUploadedParts(state: UploadState, context: Context): Promise<UploadedParts> {
    return await this.#uploads.uploaded(state, context)
  }

  override async doCompleteUpload(state: UploadState, receipts: readonly PartReceipt[], context: Context): Promise<Entry> {
    return await this.#uploads.complete(state, receipts, context)
  }

  override async doAbortUpload(state: UploadState, context: Context): Promise<void> {
    await this.#uploads.abort(state, context)
  }

  override async doListUploads(cursor: string | undefined, context: Context): Promise<Page<PendingUpload>> {
    return await this.#uploads.pending(cursor, context)
  }

  override async doShare(request: ShareRequest, context: Context): Promise<Share> {
    return await this.#shares.create(request, context)
  }
}

/** What this endpoint and these settings allow. Conditions are looked up each time: the endpoint may be found to ignore them. */
function narrowed({ init: { settings }, root, conditions }: Store): Capabilities {
  const { write, paths } = capabilities
  const pathBytes = paths.pathBytes - Buffer.byteLength(root)
  const { checksum } = settings
  return {
    ...capabilities,
    write: write !== false && {
      ...write,
      get conditions() {
        return conditions.declared
      },
    },
    paths: { ...paths, pathBytes, segmentBytes: Math.min(paths.segmentBytes, pathBytes) },
    checksums: checksum === 'none' ? [] : [checksum],
    share: settings.anonymous ? false : capabilities.share,
  }
}
