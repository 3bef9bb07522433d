export type { AssetFile, AssetIdentity, AssetManifest, AssetSummary, TagRecord } from './contract/asset.ts'
export type { Capabilities, ChecksumAlgorithm, PathRules } from './contract/capabilities.ts'
export type { CommandAnswer, CommandArgument, CommandFlag, CommandRequest, CommandSpec, CommandsSpec } from './contract/commands.ts'
export {
  ApiConnection,
  type BeginUpload,
  type ConnectionInit,
  type Context,
  type CopyRequest,
  type ListRequest,
  type OpenedShare,
  type OpenShareRequest,
  type Operation,
  type PartReceipt,
  type PendingUpload,
  type ReadRequest,
  type ReadResult,
  type ResolvedAsset,
  type Share,
  type ShareRequest,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteAttributes,
  type WriteCondition,
  type WriteRequest,
} from './contract/connection.ts'
export type { Checksum, Entry, Page } from './contract/entry.ts'
export { errorCodes, FairleadError, type ErrorCode, type ErrorDetails, type Retry } from './contract/errors.ts'
export type { Clock, Host, Log, LogLevel, Spinner, TokenCache } from './contract/host.ts'
export type { Access, Login, OAuthLogin } from './contract/login.ts'
export { mediaTypeByName, unknownMediaType } from './contract/media-type.ts'
export { definePlugin, type AnyPlugin, type Manifest, type Plugin } from './contract/manifest.ts'
export { secret, type OptionSpec, type OptionsSpec, type Resolved, type Secret } from './contract/options.ts'
export { contentFolder, manifestPath, parseTagPath, tagPath } from './contract/asset-layout.ts'
export { digestOf } from './contract/canonical-json.ts'
export { inParallel } from './contract/parallel.ts'
export { comparePaths } from './contract/path-order.ts'
export { normalizePath, quotePath, rootFolder } from './contract/path-rules.ts'
export {
  formatObjectPath,
  formatReference,
  parseObjectPath,
  parseReference,
  printable,
  type ObjectPath,
  type Reference,
  type ReferenceOptions,
} from './contract/reference.ts'
export { matchesSearch, type SearchQuery, type SearchTerm } from './contract/search-query.ts'
export { bytesSource, streamSource, type ByteRange, type Source } from './contract/source.ts'
export { createTextSorter, type TextSorter } from './contract/text-sorter.ts'
export { createHttp, type HttpOptions } from './http/create-http.ts'
export type { Http, HttpAgents, HttpRequest, HttpResponse } from './http/http.ts'
export { redactHeaders, redactText, redactUrl } from './http/redact.ts'
export { parseRetryAfter } from './http/retry-after.ts'
export { codeFromStatus, errorFromResponse, errorFromStatus, type StatusDetails } from './http/status-error.ts'
