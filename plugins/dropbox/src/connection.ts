import {
  ApiConnection,
  type AssetSummary,
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
  type ReadRequest,
  type ReadResult,
  type SearchQuery,
  type Share,
  type ShareRequest,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteRequest,
} from '@fairlead/core'
import { isTagged, toDropboxError } from './errors.ts'
import { capabilities, type options } from './manifest.ts'
import { narrowed } from './mapping.ts'
import { keepsProperties, openService, type Service } from './service/service.ts'

/** A Dropbox as a store. Every method is one operation; the files of `service/` do the work. */
export class DropboxConnection extends ApiConnection<typeof options, Capabilities> {
  readonly #service: Service

  constructor(init: ConnectionInit<typeof options>) {
    const { settings } = init
    super(
      init,
      narrowed(capabilities, {
        parallelParts: settings['parallel-parts'],
        properties: keepsProperties(settings),
        nativeSearch: settings.search === 'dropbox',
      }),
    )
    this.#service = openService(init)
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toDropboxError(cause, at, { connection: this.host.connection })
  }

  override async doRefresh(): Promise<void> {
    await this.host.login.renew()
  }

  override async doAccount({ signal }: Context): Promise<string | undefined> {
    try {
      return (await this.#service.wire.call(async (sdk, options) => await sdk.usersGetCurrentAccount(options), signal)).email
    } catch (cause) {
      if (isTagged(cause, 'missing_scope')) return undefined
      throw cause
    }
  }

  override async doStat(path: string, { signal }: Context): Promise<Entry> {
    return await this.#service.objects.stat(path, signal)
  }

  override async doList(request: ListRequest, cursor: string | undefined, { signal }: Context): Promise<Page<Entry>> {
    return await this.#service.listings.page(request, cursor, signal)
  }

  override async doRead(request: ReadRequest, { signal }: Context): Promise<ReadResult> {
    return await this.#service.objects.read(request, signal)
  }

  override async doWrite(request: WriteRequest, { signal }: Context): Promise<Entry> {
    return await this.#service.objects.write(request, signal)
  }

  override async doCopy(request: CopyRequest, { signal }: Context): Promise<Entry> {
    return await this.#service.copies.copy(request, signal)
  }

  override async doRemove(paths: readonly string[], { signal }: Context): Promise<void> {
    await this.#service.removal.files(paths, signal)
  }

  override async doRemoveAll(prefix: string, { signal }: Context): Promise<void> {
    await this.#service.removal.all(prefix, signal)
  }

  override async doBeginUpload(request: BeginUpload, { signal }: Context): Promise<UploadState> {
    return await this.#service.uploads.begin(request, signal)
  }

  override async doUploadPart(state: UploadState, part: UploadPart, { signal }: Context): Promise<PartReceipt> {
    return await this.#service.uploads.part(state, part, signal)
  }

  override async doUploadedParts(state: UploadState, { signal }: Context): Promise<UploadedParts> {
    return await this.#service.uploads.uploaded(state, signal)
  }

  override async doCompleteUpload(state: UploadState, receipts: readonly PartReceipt[], { signal }: Context): Promise<Entry> {
    return await this.#service.uploads.complete(state, receipts, signal)
  }

  override async doAbortUpload(state: UploadState): Promise<void> {
    this.#service.uploads.abort(state)
  }

  override async doShare(request: ShareRequest, { signal }: Context): Promise<Share> {
    return await this.#service.links.create(request, signal)
  }

  override async doListShares(cursor: string | undefined, { signal }: Context): Promise<Page<Share>> {
    return await this.#service.links.page(cursor, signal)
  }

  override async doRevokeShare(id: string, { signal }: Context): Promise<void> {
    await this.#service.links.revoke(id, signal)
  }

  override async doSearch(query: SearchQuery, _cursor: string | undefined, { signal }: Context): Promise<Page<AssetSummary>> {
    return await this.#service.search.find(query, signal)
  }
}
