import { resolve } from 'node:path'
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
  type OpenedShare,
  type OpenShareRequest,
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
import { toDiskError } from './errors.ts'
import { capabilities, type options } from './manifest.ts'
import { narrowPaths } from './mapping.ts'
import { Confinement } from './service/confine.ts'
import { Listings } from './service/listing.ts'
import { Objects } from './service/objects.ts'
import { Shares } from './service/shares.ts'
import { Uploads } from './service/uploads.ts'

/** A directory as a store. Every method is one operation; the files of `service/` do the work. */
export class DiskConnection extends ApiConnection<typeof options, Capabilities> {
  readonly #listings: Listings
  readonly #objects: Objects
  readonly #uploads: Uploads
  readonly #shares: Shares
  override readonly localFolder: string

  constructor(init: ConnectionInit<typeof options>) {
    super(init, { ...capabilities, paths: narrowPaths(capabilities.paths, process.platform) })
    const { host, settings } = init
    this.localFolder = resolve(settings.root)
    const confinement = new Confinement(settings.root)
    const setting = { confinement, clock: host.clock, durable: settings.durability === 'fsync' }
    this.#listings = new Listings(confinement, host.log)
    this.#objects = new Objects(setting)
    this.#uploads = new Uploads(setting)
    this.#shares = new Shares(confinement, host.tokens, host.clock, settings['share-url'])
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toDiskError(cause, at)
  }

  override async doStat(path: string): Promise<Entry> {
    return this.#objects.stat(path)
  }

  override async doList(request: ListRequest, cursor: string | undefined, { signal }: Context): Promise<Page<Entry>> {
    return this.#listings.page(request, cursor, signal)
  }

  override async doRead(request: ReadRequest): Promise<ReadResult> {
    return this.#objects.read(request)
  }

  override async doWrite(request: WriteRequest, { signal }: Context): Promise<Entry> {
    return await this.#objects.write(request, signal)
  }

  override async doCopy(request: CopyRequest, { signal }: Context): Promise<Entry> {
    return await this.#objects.copy(request, signal)
  }

  override async doRemove(paths: readonly string[]): Promise<void> {
    this.#objects.remove(paths)
  }

  override async doRemoveAll(prefix: string): Promise<void> {
    this.#objects.removeAll(prefix)
  }

  override async doBeginUpload(request: BeginUpload): Promise<UploadState> {
    return this.#uploads.begin(request)
  }

  override async doUploadPart(state: UploadState, part: UploadPart, { signal }: Context): Promise<PartReceipt> {
    return await this.#uploads.part(state, part, signal)
  }

  override async doUploadedParts(state: UploadState): Promise<UploadedParts> {
    return this.#uploads.uploaded(state)
  }

  override async doCompleteUpload(state: UploadState, _receipts: readonly PartReceipt[], { signal }: Context): Promise<Entry> {
    return await this.#uploads.complete(state, signal)
  }

  override async doAbortUpload(state: UploadState): Promise<void> {
    this.#uploads.abort(state)
  }

  override async doListUploads(): Promise<Page<PendingUpload>> {
    return { items: this.#uploads.pending() }
  }

  override async doShare(request: ShareRequest): Promise<Share> {
    return await this.#shares.create(request)
  }

  override async doListShares(): Promise<Page<Share>> {
    return { items: await this.#shares.list() }
  }

  override async doRevokeShare(id: string): Promise<void> {
    this.#shares.revoke(id)
  }

  override async doOpenShare({ url, method }: OpenShareRequest): Promise<OpenedShare> {
    return await this.#shares.open(url, method)
  }
}
