import type { ErrorCode } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { FilterOptions } from '../transfer/filters.ts'
import type { CompareMode } from '../transfer/compare.ts'
import type { MaxDelete } from './guard.ts'
import type { CopyReason, PlanTotals } from './plan-format.ts'

/** How two places are brought together. */
export interface SyncOptions extends CallOptions {
  /** What is compared; the rest of SOURCE is not copied, and the rest of DEST not deleted. */
  readonly filter?: FilterOptions
  /** By what content is compared, default `auto`. */
  readonly compare?: CompareMode
  /** Removes from DEST what SOURCE does not have, when everything was copied. */
  readonly delete?: boolean
  /** With `delete`: also what the filter leaves out. */
  readonly deleteExcluded?: boolean
  /** With `delete`: the most that may be deleted; by default half of DEST, and 1,000. */
  readonly maxDelete?: MaxDelete
  /** With `delete`: a SOURCE with nothing in it empties DEST. */
  readonly allowEmptySource?: boolean
  /** Treats assets that Fairlead keeps at DEST, and their metadata, as any objects. */
  readonly withAssets?: boolean
  /** With `delete`: what has the same content as something that would be deleted is moved within DEST. */
  readonly trackRenames?: boolean
  /** Says what would be done. */
  readonly dryRun?: boolean
  /** Does nothing and writes what would be done to this file. */
  readonly plan?: string
  /** With `delete`: asked before anything is done; false ends the sync, and nothing is. */
  readonly onPlan?: (totals: PlanTotals) => boolean | Promise<boolean>
  /** Requests in flight at once; by default the best number is found. */
  readonly concurrency?: number
  /** Files of this machine that are no content though they may lie in SOURCE or DEST, as a report that is being written. */
  readonly leaveOut?: readonly string[]
  /** Told of everything that is done, or would be. Nothing of it is kept. */
  readonly onFile?: (file: SyncedFile) => void
}

/** How a plan is applied. */
export interface ApplyOptions extends CallOptions {
  /** Where they are given, the plan must be of these places. */
  readonly source?: string
  readonly dest?: string
  readonly maxDelete?: MaxDelete
  /** Asked before anything is done; false ends it, and nothing is. */
  readonly onPlan?: (totals: PlanTotals) => boolean | Promise<boolean>
  readonly concurrency?: number
  readonly onFile?: (file: SyncedFile) => void
}

/** What became of one file or object. */
export interface SyncedFile {
  /** Relative to SOURCE and DEST. */
  readonly path: string
  /** Of a move: what it was called. */
  readonly previous?: string
  readonly action: 'copy' | 'move' | 'delete'
  readonly reason?: CopyReason
  /** `conflict`: one of the sides is not what it was any more, so nothing was done. `planned`: of a dry run. */
  readonly outcome: 'done' | 'planned' | 'conflict' | 'failed'
  readonly bytes: number
  /** Lower-case hex, where it is known. */
  readonly sha256?: string
  /** Why it failed. */
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly hint?: string }
}

/** What was not done. */
export interface SyncFailure {
  readonly path: string
  readonly action: SyncedFile['action']
  readonly code: ErrorCode
  readonly message: string
  readonly hint?: string
}

/** What a sync did, or would do. */
export interface SyncResult {
  /** An absolute path of this machine, or `connection:/path`. */
  readonly source: string
  readonly dest: string
  readonly dryRun: boolean
  /** The file of the plan, where one was written. */
  readonly plan?: string
  /** What was done; of a dry run, what would be. */
  readonly totals: PlanTotals
  /** What could not be done, conflicts among it: everything else was, and the next sync goes on. */
  readonly failed: number
  readonly conflicts: number
  /** The first of them. */
  readonly failures: readonly SyncFailure[]
  /** What had to be looked at beyond the listings. */
  readonly checks: {
    /** Objects that were asked for one by one. */
    readonly asked: number
    /** Local files that were read to compare them. */
    readonly hashed: number
    /** Copied because no checksum is known on both sides, though one was wanted. */
    readonly unchecked: number
  }
  /** What is no file: links, special files, names that are no text, folders that can't be read. */
  readonly skipped: number
  /** Assets of Fairlead at DEST that were left alone. */
  readonly protected: number
  /** True: whoever was asked said no, so nothing was done. */
  readonly declined?: true
  /** Why nothing was deleted though `delete` was asked for. */
  readonly keptBecause?: string
}
