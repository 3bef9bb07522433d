import { FairleadError } from '../../contract/errors.ts'
import { parallel } from '../objects/parallel.ts'
import { createOutlook } from '../transfer/outlook.ts'
import { readAhead } from '../transfer/read-ahead.ts'
import { copyOne, deleteAll, moveOne, type Execution } from './execute.ts'
import { reasonOf, candidatesOf, type CopyCandidate, type Planning } from './make-plan.ts'
import type { DeleteAction, PlannedAction, PlannedState, PlanTotals } from './plan-format.ts'
import type { Comparison } from './settle.ts'
import { isAsPlanned, type Side } from './side.ts'
import type { SyncedFile } from './types.ts'

/** So many copies may be known before they are begun: enough to tell a remaining time, some 20 MB. */
const mostAhead = 50_000

/** Copies what differs while the listings still come in. */
export async function copyAsFound(planning: Planning, execution: Execution): Promise<void> {
  const { comparison, lanes, call, outcome } = planning
  const outlook = createOutlook(call.onEvent)
  const found = async function* (): AsyncGenerator<CopyCandidate, void, undefined> {
    for await (const batch of candidatesOf(planning)) {
      for (const candidate of batch) {
        if (candidate.kind === 'delete') continue
        outlook.add(candidate.source.size ?? 0)
        yield candidate
      }
    }
    outlook.complete()
  }
  await parallel(
    readAhead(found(), mostAhead),
    lanes,
    async (candidate, signal) => {
      const { source, dest } = candidate
      const size = source.size ?? 0
      const file = { path: source.path, action: 'copy' as const, bytes: size }
      let reason = candidate.kind === 'copy' ? candidate.reason : undefined
      const copied = await outcome.attempt({ ...file, ...(reason !== undefined && { reason }) }, signal, async () => {
        reason = await reasonOf(planning, candidate, signal)
        return reason === undefined ? undefined : await copyOne(execution, source, dest, signal)
      })
      if (copied === undefined) outlook.fail(size, toldPath(comparison, source.path))
      else if (reason === undefined || copied.value === undefined) outlook.drop(size)
      else outcome.tell({ ...file, reason, ...copied.value, outcome: 'done' })
    },
    call.signal,
  )
}

/** By what the events of a transfer name it. */
function toldPath({ source, dest }: Comparison, path: string): string {
  const place = dest.local ? source.place : dest.place
  return place.kind === 'client' ? place.object(path) : path
}

/** What is to be done, and what it adds up to. */
export interface Actions {
  readonly totals: PlanTotals
  actions(): Iterable<PlannedAction>
}

/**
 * Does what stands in a plan: what is in the way goes, then everything is moved and copied, then the rest goes, but only when all
 * that went well. Gives why nothing was deleted, where something should have been.
 */
export async function applyActions(execution: Execution, { totals, actions }: Actions): Promise<string | undefined> {
  const { comparison, lanes, call, outcome, strict } = execution
  call.onEvent?.({
    type: 'plan',
    files: totals.added + totals.changed + totals.moved,
    bytes: totals.addedBytes + totals.changedBytes + totals.movedBytes,
  })
  const deletions = function* (first: boolean): Generator<DeleteAction, void, undefined> {
    for (const action of actions()) if (action.do === 'delete' && (action.first === true) === first) yield action
  }
  const transfers = function* (): Generator<Exclude<PlannedAction, DeleteAction>, void, undefined> {
    for (const action of actions()) if (action.do !== 'delete') yield action
  }
  if (totals.deleted > 0) await deleteAll(execution, deletions(true))
  await parallel(
    transfers(),
    lanes,
    async (action, signal) => {
      const file: Omit<SyncedFile, 'outcome'> = {
        path: action.path,
        action: action.do,
        bytes: action.from.size,
        ...(action.do === 'move' ? { previous: action.previous } : { reason: action.reason }),
      }
      const made = await outcome.attempt(file, signal, async () => {
        if (strict) await checkUnchanged(comparison.source, action.path, action.from, signal)
        return action.do === 'move'
          ? await moveOne(execution, action, signal)
          : await copyOne(
              execution,
              itemOf(action.path, action.from),
              action.to === null ? undefined : itemOf(action.path, action.to),
              signal,
            )
      })
      if (made !== undefined) outcome.tell({ ...file, ...made.value, outcome: 'done' })
    },
    call.signal,
  )
  if (totals.deleted === 0) return undefined
  if (outcome.failed > 0) return `${outcome.failed} ${outcome.failed === 1 ? 'object was' : 'objects were'} not copied`
  await deleteAll(execution, deletions(false))
  return undefined
}

async function checkUnchanged(side: Side, path: string, state: PlannedState, signal: AbortSignal): Promise<void> {
  const found = await side.place.stat(path, { signal })
  if (found !== undefined && isAsPlanned(found, state)) return
  throw new FairleadError(
    'precondition-failed',
    `"${side.place.address(path)}" ${found === undefined ? 'no longer exists' : 'has changed since the plan was made'}.`,
    {
      path,
      hint: 'It was skipped. Create a new plan for what has changed since.',
    },
  )
}

function itemOf(path: string, { size, modified, etag }: PlannedState): { path: string; size: number; modifiedMs?: number; etag?: string } {
  return { path, size, ...(modified !== undefined && { modifiedMs: Date.parse(modified) }), ...(etag !== undefined && { etag }) }
}
