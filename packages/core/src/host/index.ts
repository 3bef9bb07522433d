export { readClientFile } from './login/client-file.ts'
export type { LoginTalk } from './login/login-talk.ts'
export type { LoginOptions, LoginResult, LoginStatus, LoginVerbs, LogoutResult } from './login/login-verbs.ts'
export type { OAuthClient } from './login/protocol.ts'
export type { Environment } from './application/environment.ts'
export { createFolders, folderPaths } from './machine/folders.ts'
export { syncFolder, writeFileAtomically } from './machine/atomic-file.ts'
export { outputPlace, writeOutputFile, type OutputPlace } from './machine/output-file.ts'
export { createLocks } from './machine/locks.ts'
export { makeFolder } from './machine/make-folder.ts'
export { printableName } from './machine/printable-name.ts'
export { nearest } from './settings/nearest.ts'
export { createKeychain, type Keychain } from './secrets/keychain.ts'
export type { SavedSecret, SecretsMode, SecretStore } from './secrets/secrets-store.ts'
export type { SecretPlace, StoredConnection, StoredSetting, StoredSettings } from './settings/settings-file.ts'
export { describeSource, type SettingSource } from './settings/settings-sources.ts'
export { environmentName, type SettingInput, type SettingValue } from './settings/settings-values.ts'
export type { ConnectionSettings, SavedSetting, SettingReport } from './settings/settings.ts'
export { formatBytes, formatSeconds, parseBytes, parseSeconds } from './settings/units.ts'
export { forgetTransfer, unfinishedTransfers, type UnfinishedTransfer } from './uploads/journal.ts'
export type { Lanes } from './objects/lanes.ts'
export { fileSource, fingerprintOf } from './objects/local-file.ts'
export { readMetadata, type FileMetadata, type MetadataOptions } from './metadata/read-metadata.ts'
export type { SifMetadata } from './metadata/sif-metadata.ts'
export { stagedId } from './export/staging.ts'
export { openFacts, type Facts, type FileFacts } from './facts/facts.ts'
export { hashFile } from './facts/file-hashes.ts'
export { stampOf, type FileStamp } from './facts/file-stamp.ts'
export { createLog, type LogOptions } from './terminal/log.ts'
export { createProgress, type Progress, type ProgressOptions } from './terminal/progress.ts'
export { startSpinner } from './terminal/spinner.ts'
export { formatTable, type Cell } from './terminal/table.ts'
export { createTerminal, type LiveRegion, type Terminal, type TerminalStream } from './terminal/terminal.ts'
export { fitWidth, padWidth, textWidth } from './terminal/text-width.ts'
export type { AssetFacts } from './assets/asset-facts.ts'
export { serveShares, type ShareServer } from './shares/share-server.ts'
export type { BuiltIn, ConnectionInfo } from './application/connections.ts'
export type { CommandInput } from './application/run-command.ts'
export { createClient, type CreateClientOptions, type SettingsInput } from './application/create-client.ts'
export { httpOptionsFrom } from './application/http-options.ts'
export { createFairlead, type Fairlead, type FairleadOptions } from './application/fairlead.ts'
export type { ClientHints, LazyClient } from './application/registry.ts'
export { parseMaxDelete, type MaxDelete } from './sync/guard.ts'
export type { CompareMode } from './transfer/compare.ts'
export type { CopyReason as SyncReason, PlanTotals } from './sync/plan-format.ts'
export type { SyncVerbs } from './sync/sync-verbs.ts'
export type { ApplyOptions, SyncedFile, SyncFailure, SyncOptions, SyncResult } from './sync/types.ts'
export type { SurroundingsOptions } from './application/surroundings.ts'
export { clientPlace } from './transfer/client-place.ts'
export { copyPairs } from './transfer/copy.ts'
export type { CopyPair } from './transfer/copy-job.ts'
export type { CopiedFile, CopyFailure, CopyFilesOptions, CopyFilesResult, CopyReason } from './transfer/copy-types.ts'
export { parseEnd, placeOf, resolveCopy, type ConnectEnd, type End } from './transfer/ends.ts'
export { createFilter, parseFilterRules, type Filter, type FilterOptions, type FilterRule } from './transfer/filters.ts'
export { localPlace } from './transfer/local-place.ts'
export type { ClientPlace, Item, LocalPlace, Looked, Place, PlaceListOptions, PlaceProblem } from './transfer/place.ts'
export type {
  AssetVerbs,
  CallOptions,
  Client,
  CopyOptions,
  ExportedFile,
  ExportFailure,
  ExportOptions,
  EntryPage,
  ExportResult,
  InspectResult,
  ListOptions,
  ListPagesOptions,
  ObjectVerbs,
  PullOptions,
  PullResult,
  PushOptions,
  PushResult,
  ReadBody,
  ReadOptions,
  ShareOptions,
  TransferEvent,
  VerifyResult,
  WriteOptions,
} from './client.ts'
export type { Attempts, ClientRuntime, Folders, Locks } from './runtime.ts'
