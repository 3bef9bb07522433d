import type { Checksum } from '../../contract/entry.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { FilterOptions } from './filters.ts'
import type { Lost } from './fit-attributes.ts'

/** What is copied, and what may be replaced. */
export interface CopyFilesOptions extends Omit<CallOptions, 'lanes'> {
  /** What of a folder is copied; by default everything. A file or an object that is named is copied whatever the filter says. */
  readonly filter?: FilterOptions
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean
  /** Never replaces what is there, whatever it holds. */
  readonly noReplace?: boolean
  /** Also what is there and the same. */
  readonly force?: boolean
  /** Tells what is the same by checksums (a local file is read for it), never by time. */
  readonly checksum?: boolean
  /** Requests in flight at once; by default the best number is found. */
  readonly concurrency?: number
  /** Files of this machine that are not copied though they lie in a source, as a report that is being written. */
  readonly leaveOut?: readonly string[]
  /** Told of every file; nothing of it is kept. */
  readonly onFile?: (file: CopiedFile) => void
}

/** What became of one file of a copy. */
export interface CopiedFile {
  /** Where it came from: an absolute file name, or `connection:/path`. */
  readonly source: string
  readonly destination: string
  /** `kept`: it was there already; `planned`: a dry run would send it. */
  readonly outcome: 'sent' | 'kept' | 'failed' | 'planned'
  readonly bytes: number
  /** Whether the service copied it itself; only of what was sent. */
  readonly inService?: boolean
  /** Why it was sent or kept. */
  readonly reason?: CopyReason
  /** Of a failure. */
  readonly code?: ErrorCode
  readonly message?: string
  readonly checksum?: Checksum
  /** What the target can't keep of it: `modified`, `metadata.<key>`. */
  readonly lost?: readonly Lost[]
}

/** Why a file is sent or kept. `exists`: something is there, and nothing is to be replaced. */
export type CopyReason = 'new' | 'forced' | 'size' | 'modified' | 'checksum' | 'unknown' | 'same' | 'exists'

/** A file that was not copied. */
export interface CopyFailure {
  readonly source: string
  readonly destination: string
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
}

/** What a copy did. */
export interface CopyFilesResult {
  /** Files that were found and wanted, those that failed included. */
  readonly files: number
  readonly bytes: number
  /** Files that were sent; of a dry run, that would be. */
  readonly sent: number
  readonly sentBytes: number
  /** Of those sent, how many the service copied itself. */
  readonly inService: number
  /** Files that were there already. */
  readonly kept: number
  /** Links and special files of a local source. */
  readonly leftOut: number
  /** Files that lost something the target can't keep. */
  readonly lost: number
  /** Files that could not be copied: the others were, and the same copy again goes on. */
  readonly failed: number
  /** The first of them. */
  readonly failures: readonly CopyFailure[]
}
