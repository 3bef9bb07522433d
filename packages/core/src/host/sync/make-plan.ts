import { FairleadError } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'
import type { CallOptions } from '../client.ts'
import type { Lanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import type { Item } from '../transfer/place.ts'
import { createDecider, type Candidate, type Rules, type Tally } from './candidates.ts'
import { pairsOf, type ListingOptions } from './listings.ts'
import { errorOf, type Outcome } from './outcome.ts'
import type { CopyReason } from './plan-format.ts'
import type { PlanSpool } from './plan-spool.ts'
import { settle, type Comparison } from './settle.ts'
import { plannedState } from './side.ts'

/** What comparing two places stands on. */
export interface Planning {
  readonly comparison: Comparison
  readonly rules: Rules
  readonly tally: Tally
  readonly listing: Omit<ListingOptions, 'onDouble' | 'problems' | 'filter'>
  readonly lanes: Lanes
  readonly call: CallOptions
  readonly outcome: Outcome
}

/** A copy that is to be made, or one that only looking closer tells of. */
export type CopyCandidate = Exclude<Candidate, { readonly kind: 'delete' }>

/** Everything that may have to be done, in batches, as the listings come in. */
export async function* candidatesOf({
  comparison,
  rules,
  tally,
  listing,
  outcome,
}: Planning): AsyncGenerator<readonly Candidate[], void, undefined> {
  const { source, dest } = comparison
  const decider = createDecider(comparison, rules, tally)
  const onDouble = (item: Item, first: Item): void => {
    const error = new FairleadError(
      'path-invalid',
      `"${printable(item.path)}" and "${printable(first.path)}" are the same name at "${dest.address}".`,
      {
        path: item.path,
        hint: 'Rename one of the two, or exclude it with --exclude.',
      },
    )
    outcome.tell({ path: item.path, action: 'copy', bytes: item.size ?? 0, outcome: 'failed', error: errorOf(error) })
  }
  const together = togetherOf(comparison)
  for await (const pairs of pairsOf(source, dest, { ...listing, filter: rules.filter, problems: rules.problems, onDouble })) {
    const found = together(() => decider.decide(pairs))
    if (found.length > 0) yield found
  }
  const rest = decider.finish()
  if (rest.length > 0) yield rest
}

/** Reads what is remembered of a batch in one transaction. */
function togetherOf({ source, dest }: Comparison): <T>(work: () => T) => T {
  const memory = source.memory ?? dest.memory
  return work => (memory === undefined ? work() : memory.together(work))
}

/** Why something has to be copied, after looking closer where needed; undefined: it is the same, and is counted. */
export async function reasonOf(
  { comparison, tally }: Pick<Planning, 'comparison' | 'tally'>,
  candidate: CopyCandidate,
  signal: AbortSignal | undefined,
): Promise<CopyReason | undefined> {
  if (candidate.kind === 'copy') return candidate.reason
  const verdict = await settle(comparison, candidate, signal)
  if (verdict !== 'same') return verdict
  tally.totals.unchanged++
  tally.totals.unchangedBytes += candidate.source.size ?? 0
  tally.tidy?.same(candidate.dest)
  return undefined
}

/** Writes down everything that is to be done, in order of the listings. */
export async function fillSpool(planning: Planning, spool: PlanSpool): Promise<void> {
  const { tally, lanes, call, outcome } = planning
  for await (const batch of candidatesOf(planning)) {
    const reasons = new Map<Candidate, CopyReason | undefined>()
    const questions = batch.filter(candidate => candidate.kind === 'ask')
    if (questions.length > 0) {
      await parallel(
        questions,
        lanes,
        async (question, signal) => {
          const { path, size = 0 } = question.source
          const settled = await outcome.attempt({ path, action: 'copy', bytes: size }, signal, () => reasonOf(planning, question, signal))
          reasons.set(question, settled?.value)
        },
        call.signal,
      )
    }
    for (const candidate of batch) {
      if (candidate.kind === 'delete') {
        spool.add({ do: 'delete', path: candidate.dest.path, to: plannedState(candidate.dest), ...(candidate.first && { first: true }) })
        continue
      }
      const reason = candidate.kind === 'copy' ? candidate.reason : reasons.get(candidate)
      if (reason === undefined) continue
      const { source, dest } = candidate
      spool.add({ do: 'copy', path: source.path, reason, from: plannedState(source), to: dest === undefined ? null : plannedState(dest) })
    }
  }
  Object.assign(spool.totals, {
    unchanged: tally.totals.unchanged,
    unchangedBytes: tally.totals.unchangedBytes,
    destination: tally.totals.destination,
  })
}
