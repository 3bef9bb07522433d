import { foldPath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import type { TransferEvent } from '../client.ts'
import type { Filter } from '../transfer/filters.ts'
import type { Item } from '../transfer/place.ts'
import type { SourceProblems } from './candidates.ts'
import { listSide } from './list-side.ts'
import { mergeListings, type Pair } from './merge.ts'
import type { Side } from './side.ts'
import { sortListing } from './sort-listing.ts'

/** What of the two sides is listed. */
export interface ListingOptions {
  readonly filter: Filter
  /** What a sync never looks at, of each side. */
  readonly ownOfSource: (path: string) => boolean
  readonly ownOfDest: (path: string) => boolean
  /** DEST is listed whole, so that what the filter leaves out can be deleted. */
  readonly allOfDest: boolean
  readonly signal: AbortSignal | undefined
  readonly onEvent: ((event: TransferEvent) => void) | undefined
  readonly problems: SourceProblems
  /** Two names of SOURCE that DEST can't tell apart: the second one. */
  readonly onDouble: (item: Item, first: Item) => void
  /** Where listings that must be sorted anew are sorted. */
  readonly folder: string
}

/** By what DEST tells paths apart; undefined where that is their bytes. */
export function keyOf({ place: { rules } }: Side): ((path: string) => string) | undefined {
  return rules.case === 'sensitive' && rules.unicode === 'bytes' ? undefined : path => foldPath(path, rules)
}

/** Both sides, path by path. A DEST that is not there yet is empty. */
export async function* pairsOf(source: Side, dest: Side, options: ListingOptions): AsyncGenerator<readonly Pair[], void, undefined> {
  const { filter, signal, problems, onEvent } = options
  const call = signal === undefined ? {} : { signal }
  const warn = (message: string): void => onEvent?.({ type: 'warning', message })
  // Size and time decide in pairs: what they leave out of SOURCE is still there, so it is no reason to delete anything.
  const without = (own: (path: string) => boolean, paths: Pick<Filter, 'wantsPath' | 'enters'>): Filter => ({
    wantsPath: path => !own(path) && paths.wantsPath(path),
    enters: folder => !own(folder) && paths.enters(folder),
    wantsItem: () => true,
  })
  const left = listSide(source, {
    ...call,
    filter: without(options.ownOfSource, filter),
    onProblem(problem) {
      problems.add(problem)
      warn(`${printable(problem.path)} is left out: ${problem.message}`)
    },
  })
  const all = { wantsPath: () => true, enters: () => true }
  const right = (await isThere(dest, signal))
    ? listSide(dest, {
        ...call,
        filter: without(options.ownOfDest, options.allOfDest ? all : filter),
        onProblem: problem => warn(`${printable(dest.place.address(problem.path))}: ${problem.message}`),
      })
    : nothing()
  const fold = keyOf(dest)
  if (fold === undefined) {
    yield* mergeListings(left, right)
    return
  }
  const key = (item: Item): string => fold(item.path)
  yield* mergeListings(
    sortListing(left, key, options.folder, options.onDouble),
    sortListing(right, key, options.folder, () => undefined),
    key,
  )
}

async function isThere({ place }: Side, signal: AbortSignal | undefined): Promise<boolean> {
  if (place.kind === 'client') return true
  return (await place.look({ folder: true, ...(signal !== undefined && { signal }) })) !== undefined
}

async function* nothing(): AsyncGenerator<readonly Item[], void, undefined> {
  yield* []
}
