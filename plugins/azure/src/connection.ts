import {
  ApiConnection,
  type BeginUpload,
  type Capabilities,
  type ConnectionInit,
  type Context,
  type CopyRequest,
  type Entry,
  FairleadError,
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
import { toAzureError, type AzureFacts } from './errors.ts'
import { capabilities, type options } from './manifest.ts'
import { parseTags, toRoot } from './mapping.ts'
import { accountOf } from './service/account.ts'
import { AzureAd } from './service/azure-ad.ts'
import { Container } from './service/container.ts'
import { Copies } from './service/copies.ts'
import { factsOf, narrowed } from './service/limits.ts'
import { Listings } from './service/listing.ts'
import { Objects, type Place } from './service/objects.ts'
import { Removal } from './service/removal.ts'
import { Sdk } from './service/sdk.ts'
import { Shares } from './service/shares.ts'
import { Uploads } from './service/uploads.ts'
import { Wire } from './service/wire.ts'

/** A container as a store. Every method is one operation; the files of `service/` do the work. */
export class AzureConnection extends ApiConnection<typeof options, Capabilities> {
  readonly #facts: AzureFacts
  readonly #place: Place
  readonly #objects: Objects
  readonly #listings: Listings
  readonly #uploads: Uploads
  readonly #copies: Copies
  readonly #removal: Removal
  readonly #shares: Shares

  constructor(init: ConnectionInit<typeof options>) {
    const { host, settings } = init
    const account = accountOf(settings, host.connection)
    const root = toRoot(settings.prefix)
    super(init, narrowed(capabilities, account, root, settings['part-size']))
    const azureAd = account.credential.kind === 'azure-ad' ? new AzureAd(host) : undefined
    const sdk = new Sdk(host, account, azureAd)
    this.#facts = factsOf(account, root, host)
    this.#place = {
      wire: new Wire(host, account, azureAd),
      container: new Container(sdk, settings['create-container'], host.log),
      root,
      defaults: { tier: settings.tier, tags: parseTags(settings.tags) },
      checksum: settings.checksum === 'md5',
      blockBytes: settings['part-size'],
    }
    this.#objects = new Objects(this.#place)
    this.#listings = new Listings(this.#place, host.log)
    this.#uploads = new Uploads(this.#place, host.clock)
    this.#copies = new Copies(this.#place, this.#objects, host.clock)
    this.#removal = new Removal(this.#place, sdk, settings['delete-snapshots'])
    this.#shares = new Shares(this.#place, sdk, host.clock)
    // Keys and signatures can't be renewed here.
    if (azureAd !== undefined) this.doRefresh = async () => await azureAd.refresh()
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toAzureError(cause, at, this.#facts)
  }

  override async doStat(path: string, { signal }: Context): Promise<Entry> {
    return await this.#objects.stat(path, signal)
  }

  override async doList(request: ListRequest, cursor: string | undefined, { signal }: Context): Promise<Page<Entry>> {
    return await this.#listings.page(request, cursor, signal)
  }

  override async doRead(request: ReadRequest, { signal }: Context): Promise<ReadResult> {
    return await this.#objects.read(request, signal)
  }

  override async doWrite(request: WriteRequest, { signal }: Context): Promise<Entry> {
    return await this.#objects.write(request, signal)
  }

  override async doCopy(request: CopyRequest, { signal }: Context): Promise<Entry> {
    return await this.#copies.within(request, signal)
  }

  override async doCopyFrom(source: ApiConnection, request: CopyRequest, { signal }: Context): Promise<Entry | undefined> {
    if (!(#place in source)) return undefined
    const toError = (cause: unknown): FairleadError =>
      FairleadError.is(cause) ? cause : source.toError(cause, { name: 'copy', path: request.from })
    return await this.#copies.across({ place: source.#place, shares: source.#shares, toError }, request, signal)
  }

  override async doRemove(paths: readonly string[], { signal }: Context): Promise<void> {
    await this.#removal.remove(paths, signal)
  }

  override async doBeginUpload(request: BeginUpload): Promise<UploadState> {
    return this.#uploads.begin(request)
  }

  override async doUploadPart(state: UploadState, part: UploadPart, { signal }: Context): Promise<PartReceipt> {
    return await this.#uploads.part(state, part, signal)
  }

  override async doUploadedParts(state: UploadState, { signal }: Context): Promise<UploadedParts> {
    return await this.#uploads.uploaded(state, signal)
  }

  override async doCompleteUpload(state: UploadState, receipts: readonly PartReceipt[], { signal }: Context): Promise<Entry> {
    return await this.#uploads.complete(state, receipts, signal)
  }

  override async doAbortUpload(state: UploadState, { signal }: Context): Promise<void> {
    await this.#uploads.abort(state, signal)
  }

  override async doListUploads(cursor: string | undefined, { signal }: Context): Promise<Page<PendingUpload>> {
    return await this.#uploads.list(cursor, signal)
  }

  override async doShare(request: ShareRequest, { signal }: Context): Promise<Share> {
    return await this.#shares.create(request, signal)
  }
}
