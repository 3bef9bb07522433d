import type { AssetFile, AssetManifest, AssetSummary, TagRecord } from './asset.ts'
import type { Capabilities } from './capabilities.ts'
import type { CommandAnswer, CommandRequest } from './commands.ts'
import type { Entry, Page } from './entry.ts'
import type { FairleadError } from './errors.ts'
import type { Host } from './host.ts'
import type { OptionsSpec, Resolved } from './options.ts'
import type { Reference } from './reference.ts'
import type { SearchQuery } from './search-query.ts'
import type { ByteRange, Source } from './source.ts'

/** What one call runs under. The host wraps each attempt; a plugin passes the signal on and does nothing else about it. */
export interface Context {
  readonly signal: AbortSignal
}

/** Where a failure happened, for {@link ApiConnection.toError}. */
export interface Operation {
  readonly name: string
  readonly path?: string
}

/** One page's worth of a listing. */
export interface ListRequest {
  /** A folder path (`''` is the root): entries below it, not string prefixes of it. */
  readonly prefix: string
  /** False: only the next level, folders as `prefix` entries. */
  readonly recursive: boolean
  /** The most entries wanted in one page; absent, the service's own page size. */
  readonly limit?: number
  /** Only entries whose paths sort behind this one, by UTF-8 bytes; only where `list.after`, and only with `recursive`. */
  readonly after?: string
  /** Every version of every object, newest first within a path; only where `read.versions`. */
  readonly versions?: true
}

/** What is read of an object: all of it, or a range; as it is, or a version. */
export interface ReadRequest {
  readonly path: string
  readonly range?: ByteRange
  /** Only this etag: another one is `precondition-failed`. */
  readonly ifMatch?: string
  readonly version?: string
}

/** A body in one piece (small objects) or as a stream; `entry.size` is the size of the whole object, not of the range. */
export interface ReadResult {
  readonly entry: Entry
  readonly body: Uint8Array | ReadableStream<Uint8Array>
}

/** `absent`: only if nothing is there. `match`: only if that etag is there. Else `precondition-failed`. */
export type WriteCondition = { readonly if: 'absent' } | { readonly if: 'match'; readonly etag: string }

/** What goes with a body. */
export interface WriteAttributes {
  readonly path: string
  readonly contentType?: string
  readonly modified?: Date
  readonly metadata?: Readonly<Record<string, string>>
  readonly condition?: WriteCondition
  /** SHA-256 of the whole body, lower-case hex, where it is known: a store that can keeps it beside the object, and tells it as a checksum. */
  readonly sha256?: string
}

/** One body in one request. */
export interface WriteRequest extends WriteAttributes {
  readonly source: Source
}

/** A copy within the service: body, content type and metadata. The condition is on `to`. */
export interface CopyRequest {
  readonly from: string
  readonly to: string
  readonly condition?: WriteCondition
  /** Only this etag of `from`: another one is `precondition-failed`. Only where `copy.ifMatch`. */
  readonly ifMatch?: string
}

/** What a plugin must keep of an unfinished upload: plain JSON, treated as a secret, handed back in a new process. */
export type UploadState = Readonly<Record<string, unknown>>

/** An upload in parts; its condition is decided when it is completed. */
export interface BeginUpload extends WriteAttributes {
  /** Bytes of the whole body; absent when it can't be known before reading. */
  readonly size?: number
}

/**
 * One part; `number` counts from 1, `offset` is its place in the whole; `last` closes the body. `body` is a source of exactly
 * that part; the memory of its bytes is used again once the part has arrived, so what is to be kept of them is copied.
 */
export interface UploadPart {
  readonly number: number
  readonly offset: number
  readonly last: boolean
  readonly body: Source
  /** CRC-32 of the part, where the host has computed it already. */
  readonly crc32?: number
}

/** What completing needs of a part: plain JSON. */
export interface PartReceipt {
  readonly number: number
  readonly offset: number
  readonly size: number
  readonly etag?: string
}

/** What has arrived of an upload: its parts, or (sequential stores) the count of bytes, or `gone` when it can't be continued. */
export type UploadedParts = { readonly receipts: readonly PartReceipt[] } | { readonly offset: number } | 'gone'

/** An unfinished upload found on the service. */
export interface PendingUpload {
  readonly state: UploadState
  readonly path: string
  readonly started?: Date
}

/** A link to make; only what the manifest declares is asked for. */
export interface ShareRequest {
  readonly path: string
  readonly target: 'object' | 'prefix'
  readonly kind: 'signed-url' | 'public-link' | 'grant'
  readonly method: 'GET' | 'HEAD' | 'PUT'
  readonly expires?: Date
  /** Who is let in, by address, for `grant`. */
  readonly to?: readonly string[]
  readonly password?: string
}

/** A link that exists. */
export interface Share {
  /** What `doRevokeShare` takes; absent where a share can't be taken back. */
  readonly id?: string
  readonly url: URL
  readonly path: string
  readonly kind: ShareRequest['kind']
  readonly expires?: Date
  readonly created?: Date
  readonly revocable: boolean
}

/** A request for a served link, as it came in. */
export interface OpenShareRequest {
  readonly url: URL
  readonly method: string
  readonly password?: string
}

/** What a served link may read. */
export type OpenedShare = Pick<ShareRequest, 'path' | 'target'>

/** What `doResolve` of a native asset store finds. */
export interface ResolvedAsset {
  readonly digest: string
  readonly manifest: AssetManifest
  readonly record: TagRecord
  /** What a conditional commit must match. */
  readonly etag?: string
}

/** What `connect` is given: settings already resolved and checked, and the world. */
export interface ConnectionInit<S extends OptionsSpec> {
  readonly settings: Resolved<S>
  readonly host: Host
}

/**
 * What a plugin extends: one `do*` method per operation, present exactly when the manifest declares it. The host calls
 * them with normalised, confined, permitted paths, one attempt at a time; it pages, retries, resumes, hashes, refreshes
 * tokens, counts bytes and honours the abort signal, so plugins write none of that. Whatever a `do*` throws goes through
 * {@link ApiConnection.toError}.
 */
export abstract class ApiConnection<S extends OptionsSpec = OptionsSpec, C extends Capabilities = Capabilities> implements AsyncDisposable {
  readonly settings: Resolved<S>
  readonly host: Host
  /** The manifest's capabilities, or fewer. */
  readonly capabilities: C
  /** Where the objects are plain files of this machine, each under its stored path: the folder that they lie in. */
  readonly localFolder?: string

  constructor(init: ConnectionInit<S>, capabilities: C) {
    this.settings = init.settings
    this.host = init.host
    this.capabilities = capabilities
  }

  /** Maps whatever was thrown to the one error class. An abort reason and a FairleadError never get here. */
  abstract toError(cause: unknown, at: Operation): FairleadError

  /**
   * The token-refresh hook: called once, single flight over operations and processes, after a failure `unauthenticated`;
   * the operation, part or page is then repeated. Throwing `unauthenticated` means a second try is pointless.
   */
  doRefresh?(cause: FairleadError): Promise<void>

  /**
   * Makes a new value for a setting that its option declares `generated`, tells the service of it and returns it; the host
   * keeps it as that setting. Exists exactly when an option is `generated`.
   */
  doGenerate?(setting: string, context: Context): Promise<string>

  /** Whose account this is, as people know it (an e-mail address, a name); undefined where the service doesn't tell this login. */
  doAccount?(context: Context): Promise<string | undefined>

  /** Runs one of the commands that the manifest declares; exists exactly when there are some. */
  doCommand?(request: CommandRequest, context: Context): Promise<CommandAnswer>

  /** `not-found` when nothing is there. A folder of a store with real directories is a `prefix` entry. */
  doStat?(path: string, context: Context): Promise<Entry>
  /** A prefix that does not exist is an empty page, never an error. */
  doList?(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>>
  /** `range-invalid` beyond the end, `precondition-failed` when `ifMatch` names another etag. */
  doRead?(request: ReadRequest, context: Context): Promise<ReadResult>
  /** Whole or not at all: a source that fails midway leaves what was there before. Makes missing folders. */
  doWrite?(request: WriteRequest, context: Context): Promise<Entry>
  /** Replaces what is at `to`; `not-found` when nothing is at `from`. */
  doCopy?(request: CopyRequest, context: Context): Promise<Entry>
  /**
   * A copy from another connection of the same client, inside the service; exists exactly when `copy.across`. Undefined: it
   * can't be done here (another endpoint, no right to read there), and the host moves the bytes itself.
   */
  doCopyFrom?(source: ApiConnection, request: CopyRequest, context: Context): Promise<Entry | undefined>
  /** At most `remove.batch` paths. What is not there is no error. */
  doRemove?(paths: readonly string[], context: Context): Promise<void>
  /** Removes a path and everything below it; exists exactly when `remove.recursive`. */
  doRemoveAll?(prefix: string, context: Context): Promise<void>

  /**
   * Puts a document over the metadata of an object or folder, key by key; exists exactly when `describe`. `not-found` when
   * nothing is there.
   */
  doDescribe?(path: string, document: Readonly<Record<string, unknown>>, context: Context): Promise<void>

  // An upload in parts: begin, parts (several at once where `order` is `any`), complete or abort.

  /** Reserves an upload; nothing is seen at its path until it is completed. */
  doBeginUpload?(request: BeginUpload, context: Context): Promise<UploadState>
  /** Takes one part; the same number sent again replaces what came before. */
  doUploadPart?(state: UploadState, part: UploadPart, context: Context): Promise<PartReceipt>
  /** What has arrived, asked for before an upload is continued. */
  doUploadedParts?(state: UploadState, context: Context): Promise<UploadedParts>
  /** Makes the object of all parts, in order of number: whole, in one step, under the condition of its beginning. */
  doCompleteUpload?(state: UploadState, receipts: readonly PartReceipt[], context: Context): Promise<Entry>
  /** Forgets an upload and frees what had arrived; one that is gone is no error. */
  doAbortUpload?(state: UploadState, context: Context): Promise<void>
  /** Unfinished uploads below the root, for `client clean`; exists where the service can tell. */
  doListUploads?(cursor: string | undefined, context: Context): Promise<Page<PendingUpload>>

  /** Makes a link. A path where nothing is may be shared where the service can't tell. */
  doShare?(request: ShareRequest, context: Context): Promise<Share>
  /** The links that are still valid, of every process; exists exactly when `share.list`. */
  doListShares?(cursor: string | undefined, context: Context): Promise<Page<Share>>
  /** Takes a link back for good; `not-found` for an unknown id. Exists exactly when `share.revoke`. */
  doRevokeShare?(id: string, context: Context): Promise<void>
  /**
   * Exists exactly when `share.served`: which path a request for one of its own links may read. `permission-denied` for
   * a bad signature, `not-found` once expired or revoked.
   */
  doOpenShare?(request: OpenShareRequest, context: Context): Promise<OpenedShare>

  /** What the service's own search finds; exists exactly when `search.native`. The host checks each hit against the query. */
  doSearch?(query: SearchQuery, cursor: string | undefined, context: Context): Promise<Page<AssetSummary>>

  // Native asset stores define these five together; the host does the same over objects for everyone else.

  /** The asset that a tag or digest names, with its manifest; `not-found` when there is none. */
  doResolve?(reference: Reference, context: Context): Promise<ResolvedAsset>
  /** Makes an asset visible under its tag, after its files were written; `precondition-failed` when the condition does not hold. */
  doCommit?(
    reference: Reference,
    asset: Pick<ResolvedAsset, 'manifest' | 'record'>,
    condition: WriteCondition | undefined,
    context: Context,
  ): Promise<void>
  /** Removes a tag; `not-found` when there is none. Freeing content that nothing names any more is the service's. */
  doUntag?(reference: Reference, context: Context): Promise<void>
  /** Every tag that may answer a query; more than that is filtered by the host. */
  doEnumerate?(query: SearchQuery, cursor: string | undefined, context: Context): Promise<Page<AssetSummary>>
  /** Where a file of an asset lies: the path that reads and writes it. */
  locate?(reference: Reference, manifest: AssetManifest, file: AssetFile): string

  /** Frees sockets and handles; the host calls it once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.doClose?.()
  }

  /** What a connection of a plugin's own must free; most have nothing. */
  doClose?(): Promise<void>
}
