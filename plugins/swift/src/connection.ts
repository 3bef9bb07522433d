import {
  ApiConnection,
  FairleadError,
  rootFolder,
  type BeginUpload,
  type Capabilities,
  type ConnectionInit,
  type Context,
  type CopyRequest,
  type Entry,
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
import { toSwiftError } from './errors.ts'
import { capabilities, type options } from './manifest.ts'
import { narrowed } from './mapping.ts'
import { openService, type Service } from './service/service.ts'

/** A container of Swift as a store. Every method is one operation; the files of `service/` do the work. */
export class SwiftConnection extends ApiConnection<typeof options, Capabilities> {
  readonly #service: Service

  constructor(init: ConnectionInit<typeof options>) {
    const { settings } = init
    super(init, narrowed(capabilities, rootFolder(settings.prefix), settings['large-objects'] === 'slo'))
    this.#service = openService(init)
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toSwiftError(cause, at, { connection: this.host.connection, container: this.settings.container })
  }

  override async doRefresh(): Promise<void> {
    await this.#service.sessions.refresh()
  }

  override async doGenerate(setting: string, { signal }: Context): Promise<string> {
    if (setting === 'temp-url-key') return await this.#service.keys.rotate(signal)
    throw new FairleadError('input-invalid', `the setting "${setting}" is not one that Swift can generate`, {
      hint: 'Only temp-url-key is.',
    })
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
    return await this.#service.objects.copy(request, signal)
  }

  override async doCopyFrom(source: ApiConnection, request: CopyRequest, { signal }: Context): Promise<Entry | undefined> {
    if (!(#service in source)) return undefined
    return await this.#service.objects.copyFrom(source.#service, request, signal)
  }

  override async doRemove(paths: readonly string[], { signal }: Context): Promise<void> {
    await this.#service.objects.remove(paths, signal)
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

  override async doAbortUpload(state: UploadState, { signal }: Context): Promise<void> {
    await this.#service.uploads.abort(state, signal)
  }

  override async doListUploads(cursor: string | undefined, { signal }: Context): Promise<Page<PendingUpload>> {
    return await this.#service.uploads.pending(cursor, signal)
  }

  override async doShare(request: ShareRequest, { signal }: Context): Promise<Share> {
    return await this.#service.links.create(request, signal)
  }
}
