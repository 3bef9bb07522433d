import type { Item, PlaceProblem } from '../transfer/place.ts'
import type { Filter } from '../transfer/filters.ts'
import type { Pair } from './merge.ts'
import type { CopyReason, PlanTotals } from './plan-format.ts'
import type { Tidy } from './tidy.ts'
import { judge, type Comparison } from './settle.ts'

/** What a pair of states may come to, before anything is asked or read. */
export type Candidate =
  | { readonly kind: 'copy'; readonly reason: CopyReason; readonly source: Item; readonly dest?: Item }
  | { readonly kind: 'ask'; readonly source: Item; readonly dest: Item }
  /** `first`: it stands where something is to be copied to. */
  | { readonly kind: 'delete'; readonly dest: Item; readonly first: boolean }

/** What decides about pairs. */
export interface Rules {
  readonly filter: Filter
  /** Whether anything may be deleted. */
  readonly delete: boolean
  readonly deleteExcluded: boolean
  /** At DEST a path can't be both a file and a folder. */
  readonly exclusive: boolean
  /** By what DEST tells paths apart. */
  readonly key: (path: string) => string
  /** Paths that are neither written nor deleted. */
  isProtected(path: string): boolean
  readonly problems: SourceProblems
}

/** What is counted while pairs are looked at. */
export interface Tally {
  readonly totals: Record<keyof PlanTotals, number>
  /** Told of items that are the same; nothing of a dry run. */
  readonly tidy: Tidy | undefined
  protected: number
  /** Items of SOURCE that are wanted. */
  source: number
  /** Items of DEST that are left although SOURCE does not have them, because SOURCE has something there that is no file. */
  kept: number
}

/** Parts of SOURCE that a listing could not tell of. */
export class SourceProblems {
  /** Why nothing can be deleted: files may be there that were not seen. */
  unseen: PlaceProblem | undefined
  count = 0
  private readonly paths = new Set<string>()
  private static readonly most = 100_000

  readonly add = (problem: PlaceProblem): void => {
    this.count++
    if (
      problem.reason === 'unreadable' ||
      problem.reason === 'name-not-utf8' ||
      problem.reason === 'path-invalid' ||
      this.paths.size >= SourceProblems.most
    )
      this.unseen ??= problem
    else this.paths.add(problem.path)
  }

  /** Whether SOURCE has a link or something special at a path or above it. */
  covers(path: string): boolean {
    if (this.paths.size === 0) return false
    if (this.paths.has(path)) return true
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      if (this.paths.has(path.slice(0, slash))) return true
    return false
  }
}

/**
 * Looks at pairs in order and tells what is to be done or asked. What is the same is only counted. A deletion is told when it is clear
 * whether it stands in the way of a copy, so a little later than its turn.
 */
export function createDecider(
  comparison: Comparison,
  rules: Rules,
  tally: Tally,
): { decide(pairs: readonly Pair[]): Candidate[]; finish(): Candidate[] } {
  const { totals } = tally
  /** What lies on the way to the current path, of each side: only these can be folders of what comes. */
  const sources: string[] = []
  const held: Array<{ readonly dest: Item; readonly key: string; first: boolean }> = []

  const release = (path: string | undefined, found: Candidate[]): void => {
    for (let last = held.at(-1); last !== undefined && (path === undefined || !path.startsWith(last.key)); last = held.at(-1)) {
      found.push({ kind: 'delete', dest: last.dest, first: last.first })
      held.pop()
    }
    while (sources.length > 0 && (path === undefined || !path.startsWith(sources.at(-1) ?? ''))) sources.pop()
  }

  const remove = (dest: Item, found: Candidate[]): void => {
    if (!rules.delete || (!rules.deleteExcluded && !rules.filter.wantsItem(dest))) return
    if (rules.problems.covers(dest.path)) {
      tally.kept++
      return
    }
    if (!rules.exclusive) found.push({ kind: 'delete', dest, first: false })
    else {
      const key = rules.key(dest.path)
      held.push({ dest, key, first: sources.some(source => key.startsWith(`${source}/`)) })
    }
  }

  const both = (source: Item, dest: Item, found: Candidate[]): void => {
    const verdict = judge(comparison, { source, dest })
    if (verdict === 'same') {
      totals.unchanged++
      totals.unchangedBytes += source.size ?? 0
      tally.tidy?.same(dest)
    } else if (verdict === 'ask') found.push({ kind: 'ask', source, dest })
    else found.push({ kind: 'copy', reason: verdict, source, dest })
  }

  const one = ({ source, dest }: Pair, found: Candidate[]): void => {
    const path = source?.path ?? dest?.path ?? ''
    const key = rules.exclusive ? rules.key(path) : path
    if (rules.exclusive) release(key, found)
    if (rules.isProtected(path)) {
      tally.protected++
      return
    }
    if (dest !== undefined) totals.destination++
    if (source === undefined || !rules.filter.wantsItem(source)) {
      if (dest !== undefined && (source === undefined || rules.deleteExcluded)) remove(dest, found)
      return
    }
    tally.source++
    if (rules.exclusive) {
      for (const blocking of held) if (key.startsWith(`${blocking.key}/`)) blocking.first = true
      sources.push(key)
    }
    if (dest === undefined) found.push({ kind: 'copy', reason: 'new', source })
    else both(source, dest, found)
  }

  return {
    decide(pairs) {
      const found: Candidate[] = []
      for (const pair of pairs) one(pair, found)
      return found
    },
    finish() {
      const found: Candidate[] = []
      release(undefined, found)
      return found
    },
  }
}
