import type { CopyReport } from './copy-report.ts'
import type { CopyFilesOptions } from './copy-types.ts'
import type { Patience } from '../export/export-report.ts'
import type { Leftovers } from './leftovers.ts'
import type { Outlook } from './outlook.ts'
import type { Item, Place } from './place.ts'
import type { Settling } from './settling.ts'
import type { Found } from './target-index.ts'

/** Everything of a place, to a place. */
export interface PlacePair {
  readonly from: Place
  readonly to: Place
}

/** One item, to one path. */
export interface ItemPair extends PlacePair {
  readonly item: Item
  readonly path: string
}

/** What goes from where to where. */
export type CopyPair = PlacePair | ItemPair

/** One item on its way. */
export interface CopyTask {
  readonly from: Place
  readonly item: Item
  readonly to: Place
  readonly path: string
  readonly found: Found
}

/** What all parts of one copy share. */
export interface CopyJob {
  readonly options: CopyFilesOptions
  readonly report: CopyReport
  readonly patience: Patience
  readonly outlook: Outlook
  readonly leftovers: Leftovers
  readonly settling: Settling
}
