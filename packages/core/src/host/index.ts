export { createAttempts, type AttemptsOptions } from './attempts.ts'
export { createRateLimiter, type RateLimiter } from './attempts-limiter.ts'
export { httpOptionsFrom } from './http-options.ts'
export { systemClock } from './clock.ts'
export type { Environment } from './environment.ts'
export { createFolders, ensureFolder, folderPaths, homeFolder, type MachineFolders } from './folders.ts'
export { createLocks } from './locks.ts'
export { nearest } from './nearest.ts'
export { createKeychain, type Keychain } from './keychain.ts'
export { createRedactor, type Redactor } from './redactor.ts'
export { createSecretStore, type SavedSecret, type SecretsMode, type SecretStore } from './secrets-store.ts'
export type { SecretPlace, StoredConnection, StoredSetting, StoredSettings } from './settings-file.ts'
export { describeSource, type SettingSource } from './settings-sources.ts'
export { environmentName, type SettingInput, type SettingValue } from './settings-values.ts'
export type { ConnectionSettings, SavedSetting, SettingReport } from './settings.ts'
export { formatBytes, formatSeconds, parseBytes, parseSeconds } from './units.ts'
export { forgetTransfer, unfinishedTransfers, type UnfinishedTransfer } from './journal.ts'
export { fileSource, fingerprintOf } from './local-file.ts'
export { createObjectVerbs } from './object-verbs.ts'
export { parallel } from './parallel.ts'
export { readMetadata, type FileMetadata, type MetadataOptions } from './metadata/read-metadata.ts'
export type { SifMetadata } from './metadata/sif-metadata.ts'
export { openFacts, type Facts, type FileFacts } from './facts.ts'
export { createFileHasher, hashFile, type FileHasher } from './file-hashes.ts'
export { stampOf, type FileStamp } from './file-stamp.ts'
export { askForCode, type PromptInput } from './auth-prompt.ts'
export { createLog, type LogOptions } from './log.ts'
export { createProgress, type Progress, type ProgressOptions } from './progress.ts'
export { startSpinner, withSpinner } from './spinner.ts'
export { formatTable, type Cell } from './table.ts'
export { createTerminal, type LiveRegion, type Terminal, type TerminalStream } from './terminal.ts'
export { fitWidth, padWidth, textWidth } from './text-width.ts'
export type { AssetFacts } from './asset-facts.ts'
export { createAssetVerbs } from './asset-verbs.ts'
export { serveShares, type ShareServer } from './share-server.ts'
export type { BuiltIn, ConnectionInfo } from './connections.ts'
export { createClient, type CreateClientOptions, type SettingsInput } from './create-client.ts'
export { createFairlead, type Fairlead, type FairleadOptions } from './fairlead.ts'
export { createRegistry, type LazyClient, type Registry } from './registry.ts'
export type { SurroundingsOptions } from './surroundings.ts'
export type {
  AssetVerbs,
  CallOptions,
  Client,
  ExportResult,
  InspectResult,
  ListOptions,
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
