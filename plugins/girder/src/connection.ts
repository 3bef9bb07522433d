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
  type ReadRequest,
  type ReadResult,
  type Share,
  type ShareRequest,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteRequest,
} from '@fairlead/core'
import { toGirderError } from './errors.ts'
import { capabilities, type options } from './manifest.ts'
import { isRecord, textOf } from './service/json.ts'
import { openService, type Service } from './service/service.ts'

/** A collection or folder of Girder as a store: a path is a chain of folders, an object an item with its file. */
export class GirderConnection extends ApiConnection<typeof options, Capabilities> {
  readonly #service: Service

  constructor(init: ConnectionInit<typeof options>) {
    super(init, capabilities)
    this.#service = openService(init)
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    const { anonymous } = this.#service.sessions
    return toGirderError(cause, at, { connection: this.host.connection, root: `"${this.settings.root}"`, anonymous })
  }

  override async doRefresh(cause: FairleadError): Promise<void> {
    await this.#service.sessions.refresh(cause)
  }

  override async doAccount({ signal }: Context): Promise<string | undefined> {
    const me = await this.#service.wire.json({ path: 'user/me', signal })
    return isRecord(me) ? textOf(me['login']) : undefined
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

  override async doRemove(paths: readonly string[], { signal }: Context): Promise<void> {
    await this.#service.objects.remove(paths, signal)
  }

  override async doRemoveAll(prefix: string, { signal }: Context): Promise<void> {
    await this.#service.objects.removeAll(prefix, signal)
  }

  override async doDescribe(path: string, document: Readonly<Record<string, unknown>>, { signal }: Context): Promise<void> {
    await this.#service.objects.describe(path, document, signal)
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

  override async doCompleteUpload(state: UploadState, _receipts: readonly PartReceipt[], { signal }: Context): Promise<Entry> {
    return await this.#service.uploads.complete(state, signal)
  }

  override async doAbortUpload(state: UploadState, { signal }: Context): Promise<void> {
    await this.#service.uploads.abort(state, signal)
  }

  override async doShare(request: ShareRequest, { signal }: Context): Promise<Share> {
    return await this.#service.links.create(request, signal)
  }

  override async doListShares(_cursor: string | undefined, { signal }: Context): Promise<Page<Share>> {
    return await this.#service.links.list(signal)
  }

  override async doRevokeShare(id: string, { signal }: Context): Promise<void> {
    await this.#service.links.revoke(id, signal)
  }
}
