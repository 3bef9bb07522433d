import type { Outcome } from './outcome.ts'
import type { MaxDelete } from './guard.ts'
import type { PlanHeader, PlannedAction, PlanTotals } from './plan-format.ts'
import type { Checks } from './settle.ts'
import type { Side } from './side.ts'
import type { SyncOptions, SyncResult } from './types.ts'

/** The two ends. */
interface Ends {
  readonly source: Side
  readonly dest: Side
}

/** Tells what would be done. */
export function tellPlanned(actions: Iterable<PlannedAction>, outcome: Outcome): void {
  for (const action of actions) {
    outcome.tell({
      path: action.path,
      action: action.do,
      bytes: action.do === 'delete' ? action.to.size : action.from.size,
      ...(action.do === 'move' && { previous: action.previous }),
      ...(action.do === 'copy' && { reason: action.reason }),
      outcome: 'planned',
    })
  }
}

/** What was done, beside what was found. */
export function countedOf({ done }: Outcome, found: PlanTotals): PlanTotals {
  const { unchanged, unchangedBytes, destination } = found
  return { ...done, unchanged, unchangedBytes, destination }
}

/** A result without what only a comparison knows. */
export function resultOf(
  { source, dest }: Ends,
  dryRun: boolean,
  totals: PlanTotals,
  outcome: Outcome,
  checks: Checks,
): Omit<SyncResult, 'skipped' | 'protected'> {
  const { failed, conflicts, failures } = outcome
  return { source: source.address, dest: dest.address, dryRun, totals: { ...totals }, failed, conflicts, failures, checks: { ...checks } }
}

/** The header of a plan. */
export function headerOf({ source, dest }: Ends, options: SyncOptions, totals: PlanTotals): Omit<PlanHeader, 'fairlead' | 'schema'> {
  const { filter, compare = 'auto', maxDelete } = options
  return {
    source: source.address,
    dest: dest.address,
    sourceIdentity: source.identity,
    destIdentity: dest.identity,
    created: new Date().toISOString(),
    options: {
      compare,
      delete: options.delete === true,
      deleteExcluded: options.deleteExcluded === true,
      trackRenames: options.trackRenames === true,
      withAssets: options.withAssets === true,
      ...(maxDelete !== undefined && { maxDelete: limitText(maxDelete) }),
      ...(filter !== undefined && { filter }),
    },
    totals,
  }
}

function limitText(limit: MaxDelete): string {
  return 'objects' in limit ? String(limit.objects) : `${limit.percent}%`
}
