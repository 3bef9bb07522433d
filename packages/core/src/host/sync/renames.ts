import type { Planning } from './make-plan.ts'
import type { DeleteAction, PlannedAction, PlannedState } from './plan-format.ts'
import { createPlanSpool, type PlanSpool } from './plan-spool.ts'
import { hashOfLocal } from './settle.ts'
import { stateOf, type Side } from './side.ts'

/** So many deletions are looked at; a plan with more is not about renames. */
const most = 200_000

/**
 * A plan in which what is only called otherwise is moved within DEST. Content is what decides: the SHA-256 of what would be deleted
 * must be known already (files of this machine are read for it), and new files of its size are hashed. Undefined where nothing was renamed.
 */
export async function findRenames({ comparison, call }: Planning, spool: PlanSpool, folder: string): Promise<PlanSpool | undefined> {
  const { source, dest, checks } = comparison
  if (!canMove(dest.place) || spool.totals.deleted === 0 || spool.totals.deleted > most || spool.totals.added === 0) return undefined
  /** What would be deleted, by its content; and the sizes there are of it, so that only files of such a size are hashed. */
  const gone = new Map<string, DeleteAction[]>()
  const sizes = new Set<number>()
  const newSizes = new Set<number>()
  for (const action of spool.actions()) if (action.do === 'copy' && action.reason === 'new') newSizes.add(action.from.size)
  for (const action of spool.actions()) {
    if (action.do !== 'delete' || action.first === true || action.to.size === 0 || !newSizes.has(action.to.size)) continue
    const sha256 = await hashOf(dest, action.path, action.to)
    if (sha256 === undefined) continue
    sizes.add(action.to.size)
    const same = gone.get(sha256)
    if (same === undefined) gone.set(sha256, [action])
    else same.push(action)
  }
  const moves = new Map<string, DeleteAction>()
  const moved = new Set<string>()
  for (const action of spool.actions()) {
    if (action.do !== 'copy' || action.reason !== 'new' || !sizes.has(action.from.size)) continue
    const match = gone.get((await hashOf(source, action.path, action.from)) ?? '')?.pop()
    if (match === undefined) continue
    moves.set(action.path, match)
    moved.add(match.path)
  }
  if (moves.size === 0) return undefined
  const renamed = createPlanSpool(folder)
  for (const action of spool.actions()) {
    const change = changed(action)
    if (change !== undefined) renamed.add(change)
  }
  const { unchanged, unchangedBytes, destination } = spool.totals
  Object.assign(renamed.totals, { unchanged, unchangedBytes, destination })
  return renamed

  function changed(action: PlannedAction): PlannedAction | undefined {
    if (action.do === 'delete' && moved.has(action.path)) return undefined
    const previous = action.do === 'copy' ? moves.get(action.path) : undefined
    if (action.do !== 'copy' || previous === undefined) return action
    return { do: 'move', path: action.path, previous: previous.path, from: action.from, to: previous.to }
  }

  /** Of an object what is remembered of it; a file of this machine is read where nothing is. */
  async function hashOf(side: Side, path: string, { size, etag }: PlannedState): Promise<string | undefined> {
    if (side.place.kind === 'client') return stateOf(side, { path, size, ...(etag !== undefined && { etag }) }, true).sha256
    const item = await side.place.stat(path)
    return item === undefined ? undefined : await hashOfLocal(side, item, checks, call.signal)
  }
}

function canMove(place: Planning['comparison']['dest']['place']): boolean {
  return place.kind === 'local' || place.client.capabilities.copy !== false
}
