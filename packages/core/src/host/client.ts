import type { AssetManifest, AssetSummary, TagRecord } from '../contract/asset.ts'
import type { Capabilities } from '../contract/capabilities.ts'
import type { CommandAnswer } from '../contract/commands.ts'
import type { ApiConnection, Share, WriteCondition } from '../contract/connection.ts'
import type { Entry } from '../contract/entry.ts'
import type { ErrorCode } from '../contract/errors.ts'
import type { Manifest } from '../contract/manifest.ts'
import type { Secret } from '../contract/options.ts'
import type { Reference } from '../contract/reference.ts'
import type { ByteRange, Source } from '../contract/source.ts'
import type { CommandInput } from './application/run-command.ts'
import type { FileMetadata, MetadataOptions } from './metadata/read-metadata.ts'
import type { Lanes } from './objects/lanes.ts'

/** What a long operation tells while it runs. `path` is an object path, or a local path for a pull. Bytes never count twice: what is sent again is not told again. */
export type TransferEvent =
  | { readonly type: 'transfer-start'; readonly operation: string; readonly path: string; readonly total?: number }
  | { readonly type: 'transfer-delta'; readonly path: string; readonly bytes: number; readonly loaded: number }
  /** Bytes that an earlier process already moved. */
  | { readonly type: 'transfer-resume'; readonly path: string; readonly bytes: number; readonly loaded: number }
  | { readonly type: 'transfer-end'; readonly path: string; readonly loaded: number }
  | {
      readonly type: 'retry'
      readonly operation: string
      readonly path?: string
      readonly attempt: number
      readonly delayMs: number
      readonly code: ErrorCode
    }
  | { readonly type: 'plan'; readonly files: number; readonly bytes: number }
  | { readonly type: 'warning'; readonly message: string }

/** What every verb takes. */
export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onEvent?: (event: TransferEvent) => void
  /** The places that this call shares with others, and of which it holds one; by default it has places of its own. */
  readonly lanes?: Lanes
}

/** How far a listing goes. */
export interface ListOptions extends CallOptions {
  readonly recursive?: boolean
  /** Every version of every object, newest first within a path; `unsupported` where the client keeps none. */
  readonly versions?: boolean
}

/** Where a listing begins. */
export interface ListPagesOptions extends ListOptions {
  /** Behind this path; only with `recursive`, and only where the client's `list.after`. */
  readonly after?: string
}

/** Some entries of a listing. */
export interface EntryPage {
  readonly items: readonly Entry[]
  /** False: it was the last one. */
  readonly more: boolean
}

/** Which bytes of which version are read. */
export interface ReadOptions extends CallOptions {
  readonly range?: ByteRange
  readonly version?: string
  readonly ifMatch?: string
}

/** A body that goes on at the next byte by itself when the connection breaks, as long as the object has not changed. */
export interface ReadBody {
  readonly entry: Entry
  readonly body: ReadableStream<Uint8Array>
}

/** What goes with a body, and under which condition it is written. */
export interface WriteOptions extends CallOptions {
  readonly contentType?: string
  readonly modified?: Date
  readonly metadata?: Readonly<Record<string, string>>
  readonly condition?: WriteCondition
  /** `sha256:<hex>` when the caller knows it: it is verified against what was sent. */
  readonly sha256?: string
}

/** Under which conditions an object is copied. */
export interface CopyOptions extends CallOptions {
  /** On the target. */
  readonly condition?: WriteCondition
  /** Only if the source has this etag: else `precondition-failed`, with `read` as its operation. `unsupported` of a service without etags. */
  readonly ifMatch?: string
}

/** The verbs on stored blobs. Paths are logical. Anything not declared is `unsupported` before any request. */
export interface ObjectVerbs {
  stat(path: string, options?: CallOptions): Promise<Entry>
  list(prefix: string, options?: ListOptions): AsyncIterable<Entry>
  /** The same, page by page as the service gives them, for listings of very many objects. */
  listPages(prefix: string, options?: ListPagesOptions): AsyncIterable<EntryPage>
  read(path: string, options?: ReadOptions): Promise<ReadBody>
  /** The whole body in memory; `input-invalid` above `maxBytes` (default 16 MiB). */
  readBytes(
    path: string,
    options?: ReadOptions & { readonly maxBytes?: number },
  ): Promise<{ readonly entry: Entry; readonly bytes: Uint8Array }>
  write(path: string, source: Source, options?: WriteOptions): Promise<Entry>
  /** To a local file: temporary sibling, resume, verify (size, and `sha256` when given), rename. */
  download(
    path: string,
    file: string,
    options?: ReadOptions & { readonly sha256?: string; readonly size?: number; readonly force?: boolean },
  ): Promise<Entry>
  /** Body, content type and metadata to another path: within the service where it can, otherwise through this machine. */
  copy(from: string, to: string, options?: CopyOptions): Promise<Entry>
  /**
   * The same from another connection of the same client, inside the service. Undefined where it can't be done there: nothing was
   * copied, and the bytes have to come through this machine.
   */
  copyFrom(source: Client, from: string, to: string, options?: CopyOptions & { readonly size?: number }): Promise<Entry | undefined>
  delete(paths: string | readonly string[], options?: CallOptions & { readonly recursive?: boolean }): Promise<void>
  /** Puts away what is left of unfinished uploads to these paths, because the objects are there whole; not what another process is at. */
  settleUploads(paths: readonly string[], options?: CallOptions): Promise<void>
}

/** What goes with an asset, and what may be replaced. */
export interface PushOptions extends CallOptions {
  /** Replaces what the tag names; never visible half. */
  readonly force?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly dryRun?: boolean
  readonly specification?: string
  readonly traits?: Readonly<Record<string, unknown>>
  readonly type?: AssetManifest['type']
  readonly provenance?: Readonly<Record<string, unknown>>
  /** Requests in flight at once; by default the host finds the best number. */
  readonly concurrency?: number
}

/** What a push did. */
export interface PushResult {
  readonly reference: Reference
  /** Canonical, with connection and tag. */
  readonly uri: string
  readonly digest: string
  readonly files: number
  readonly bytes: number
  /** Bytes that had to be sent. */
  readonly sent: number
  readonly outcome: 'created' | 'replaced' | 'unchanged' | 'planned'
}

/** What a pull may replace, and how many requests it has in flight. */
export interface PullOptions extends CallOptions {
  readonly force?: boolean
  readonly dryRun?: boolean
  /** Requests in flight at once; by default the host finds the best number. */
  readonly concurrency?: number
}

/** What a pull did. */
export interface PullResult {
  readonly uri: string
  readonly digest: string
  /** The file or folder that was made: DEST/<name>. */
  readonly path: string
  readonly files: number
  readonly bytes: number
  readonly received: number
  readonly outcome: 'created' | 'replaced' | 'unchanged' | 'planned'
}

/** An asset as it is stored. */
export interface InspectResult {
  readonly reference: Reference
  readonly uri: string
  readonly digest: string
  readonly manifest: AssetManifest
  readonly record: TagRecord
}

/** What verifying found. */
export interface VerifyResult {
  readonly uri: string
  readonly digest: string
  readonly ok: boolean
  readonly files: number
  readonly bytes: number
  /** What is wrong, file by file. */
  readonly problems: ReadonlyArray<{
    readonly path: string
    readonly problem: 'missing' | 'size' | 'sha256'
    readonly expected: string
    readonly found: string
  }>
}

/** Who may use a link, for how long and for what. */
export interface ShareOptions extends CallOptions {
  readonly kind?: Share['kind']
  readonly method?: 'GET' | 'HEAD' | 'PUT'
  /** Default one hour. */
  readonly expiresInSeconds?: number
  readonly to?: readonly string[]
  readonly password?: string
}

/** What an export sends, and where. */
export interface ExportOptions extends CallOptions {
  /** Replaces what is there under the same reference. */
  readonly force?: boolean
  readonly dryRun?: boolean
  /** A folder of the connection below which `content/` and `metadata/` go; manifest and tag of an asset stay at their place. */
  readonly prefix?: string
  /** The kinds of metadata to send; by default all that staging has. */
  readonly metadataTypes?: ReadonlyArray<'asset' | 'file' | 'asset-chunk' | 'file-chunk'>
  /** Requests in flight at once; by default the host finds the best number. */
  readonly workers?: number
  /** The assets to send; by default all. Of a part of them no chunks are sent, since chunks name all. */
  readonly only?: (asset: { readonly path: string; readonly name: string; readonly reference: string }) => boolean
  /** Told of every file; nothing of it is kept. */
  readonly onFile?: (file: ExportedFile) => void
}

/** What became of one file of an export. */
export interface ExportedFile {
  /** Its object path, or would-be object path. */
  readonly path: string
  readonly kind: 'content' | 'metadata'
  /** The reference of its asset; a chunk has none. */
  readonly asset?: string
  /** `planned`: of a dry run. */
  readonly outcome: 'sent' | 'kept' | 'failed' | 'planned'
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
  /** Why it failed. */
  readonly reason?: string
}

/** An asset, or a chunk, that was not exported whole. */
export interface ExportFailure {
  /** A reference, or the path of a chunk. */
  readonly asset: string
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
}

/** What an export did. */
export interface ExportResult {
  /** Assets that are there whole; of a dry run, that would be. */
  readonly assets: number
  readonly files: number
  readonly bytes: number
  /** Bytes of content that were sent, or would be. */
  readonly sent: number
  /** Files of content that were there already. */
  readonly skipped: number
  /** Assets and chunks that could not be exported whole: the others were, and the next export goes on. */
  readonly failed: number
  /** The first of them. */
  readonly failures: readonly ExportFailure[]
}

/** The verbs on assets. */
export interface AssetVerbs {
  /** A file or a folder of this machine. Same content again: `unchanged`; other content under the tag: `already-exists` unless `force`. */
  push(path: string, reference: Reference | string, options?: PushOptions): Promise<PushResult>
  pull(reference: Reference | string, destination: string, options?: PullOptions): Promise<PullResult>
  search(query: string, options?: CallOptions): AsyncIterable<AssetSummary>
  inspect(reference: Reference | string, options?: CallOptions): Promise<InspectResult>
  /** Reads every file back and hashes it. */
  verify(reference: Reference | string, options?: CallOptions): Promise<VerifyResult>
  /**
   * What is known of a file of this machine: size, sha256, media type, traits, and what a Singularity image says of
   * itself. Nothing is sent; `push` stores the same.
   */
  metadata(file: string, options?: CallOptions & Omit<MetadataOptions, 'sha256'>): Promise<FileMetadata>
  /** Another tag for the same digest. */
  tag(reference: Reference | string, tag: string, options?: CallOptions & { readonly force?: boolean }): Promise<PushResult>
  remove(
    reference: Reference | string,
    options?: CallOptions & { readonly dryRun?: boolean },
  ): Promise<{ readonly uri: string; readonly digest: string }>
  /** An asset, or `:/path` for an object. An asset of several files gives a share each unless the service shares prefixes. */
  share(target: Reference | string, options?: ShareOptions): Promise<readonly Share[]>
  shares: {
    list(options?: CallOptions): AsyncIterable<Share>
    revoke(id: string, options?: CallOptions): Promise<void>
  }
  /**
   * Staging to this connection: Hidebound's layout plus manifest and tag per asset. An asset that fails does not stop the
   * others: look at `failed`.
   */
  export(staging: string, options?: ExportOptions): Promise<ExportResult>
  /** Removes aborted uploads and content that no tag names, once older than `graceSeconds` (default 24 hours), so that a push under way keeps what it sent. */
  clean(
    options?: CallOptions & { readonly dryRun?: boolean; readonly graceSeconds?: number },
  ): Promise<{ readonly uploads: number; readonly objects: number; readonly bytes: number }>
}

/** A configured, named client: what programs hold. */
export interface Client extends ObjectVerbs, AssetVerbs, AsyncDisposable {
  readonly name: string
  readonly manifest: Manifest
  readonly capabilities: Capabilities
  /** What tells it from other places (endpoint, account, bucket, root); two clients with the same one hold the same objects. */
  readonly identity: string
  /** The plugin's connection, for what only it can do. */
  readonly connection: ApiConnection
  /** Lets the client make a new value for a setting that is `generated`, and tell the service of it; the caller stores it. */
  generate(setting: string, options?: CallOptions): Promise<Secret>
  /**
   * Runs a command of the client's own; `unsupported` for one that its manifest does not declare, `input-invalid` for arguments
   * and flags that it does not take.
   */
  command(name: string, input?: CommandInput, options?: CallOptions): Promise<CommandAnswer>
  /** Whose account this is, as the service says; undefined where it doesn't tell. `unauthenticated` when nobody is logged in. */
  account(options?: CallOptions): Promise<string | undefined>
}
