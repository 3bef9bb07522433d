import { FairleadError } from '../../contract/errors.ts'
import type { PlanTotals } from './plan-format.ts'

/** The most that may be deleted: a number of objects, or a share of those that DEST has. */
export type MaxDelete = { readonly objects: number } | { readonly percent: number }

/** Without `--max-delete`: so many in any case, and never more than half of DEST or than {@link defaultMost}. */
const alwaysAllowed = 10
const defaultPercent = 50
const defaultMost = 1000

/** Reads `250` or `20%`. `input-invalid` for anything else. */
export function parseMaxDelete(text: string): MaxDelete {
  const match = /^(\d{1,12})(%?)$/.exec(text.trim())
  const value = Number(match?.[1])
  if (match === null || (match[2] === '%' && value > 100))
    throw new FairleadError('input-invalid', `"${text}" is not a deletion limit.`, {
      hint: 'Write a number of objects, as 250, or a share of what DEST has, as 20%.',
    })
  return match[2] === '%' ? { percent: value } : { objects: value }
}

/** `precondition-failed` when a sync would delete more than it may. Nothing has been done by then. */
export function checkDeletions({ deleted, destination }: Pick<PlanTotals, 'deleted' | 'destination'>, limit: MaxDelete | undefined): void {
  const most = limitOf(destination, limit)
  if (deleted <= most) return
  const share = destination === 0 ? 100 : Math.round((deleted / destination) * 100)
  throw new FairleadError(
    'precondition-failed',
    `${deleted} of the ${destination} objects of DEST (${share} %) would be deleted, but at most ${most} are allowed${limit === undefined ? ' without --max-delete' : ''}.`,
    { hint: `Nothing was done. Look at them with --dry-run; if they are right, allow them with --max-delete ${deleted}.` },
  )
}

function limitOf(destination: number, limit: MaxDelete | undefined): number {
  if (limit === undefined) return Math.min(defaultMost, Math.max(alwaysAllowed, Math.floor((destination * defaultPercent) / 100)))
  return 'objects' in limit ? limit.objects : Math.floor((destination * limit.percent) / 100)
}

/** `precondition-failed`: a SOURCE with nothing in it would take away all of DEST. */
export function refuseEmptySource(source: string, dest: string): FairleadError {
  return new FairleadError('precondition-failed', `there is nothing at "${source}", so --delete would delete everything at "${dest}".`, {
    hint: 'Nothing was done. Check the name of SOURCE and the filters. If SOURCE is meant to be empty, add --allow-empty-source.',
  })
}
