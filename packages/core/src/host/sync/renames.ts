import type { Item } from '../transfer/place.ts'
import type { Planning } from './make-plan.ts'
import type { CopyAction, DeleteAction, PlannedAction } from './plan-format.ts'
import { createPlanSpool, type PlanSpool } from './plan-spool.ts'
import { hashOfLocal } from './settle.ts'
import { stateOf } from './side.ts'

/** So many deletions are looked at; a plan with more is not about renames. */
const most = 200_000

/**
 * A plan in which what is only called otherwise is moved within DEST. Content is what decides: the SHA-256 of what would be deleted
 * must be known already, and new files of its size are hashed. Undefined where nothing was renamed.
 */
export async function findRenames({ comparison, call }: Planning, spool: PlanSpool, folder: string): Promise<PlanSpool | undefined> {
  const { source, dest, checks } = comparison
  if (!canMove(dest.place) || spool.totals.deleted === 0 || spool.totals.deleted > most || spool.totals.added === 0) return undefined
  const gone = new Map<number, Array<{ readonly action: DeleteAction; readonly sha256: string }>>()
  for (const action of spool.actions()) {
    if (action.do !== 'delete' || action.first === true || action.to.size === 0) continue
    const sha256 = stateOf(dest, itemOf(action), true).sha256
    if (sha256 !== undefined) gone.set(action.to.size, [...(gone.get(action.to.size) ?? []), { action, sha256 }])
  }
  const moves = new Map<string, DeleteAction>()
  const moved = new Set<string>()
  for (const action of spool.actions()) {
    if (action.do !== 'copy' || action.reason !== 'new') continue
    const candidates = gone.get(action.from.size)?.filter(({ action: { path } }) => !moved.has(path)) ?? []
    if (candidates.length === 0) continue
    const sha256 = await hashOf(action)
    const match = candidates.find(candidate => candidate.sha256 === sha256)
    if (match === undefined) continue
    moves.set(action.path, match.action)
    moved.add(match.action.path)
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

  async function hashOf({ path, from }: CopyAction): Promise<string | undefined> {
    if (source.place.kind === 'client')
      return stateOf(source, { path, size: from.size, ...(from.etag !== undefined && { etag: from.etag }) }, true).sha256
    const item = await source.place.stat(path)
    return item === undefined ? undefined : await hashOfLocal(source, item, checks, call.signal)
  }
}

/** What a deletion would remove, as listed. */
function itemOf({ path, to: { size, modified, etag } }: DeleteAction): Item {
  return { path, size, ...(modified !== undefined && { modifiedMs: Date.parse(modified) }), ...(etag !== undefined && { etag }) }
}

function canMove(place: Planning['comparison']['dest']['place']): boolean {
  return place.kind === 'local' || place.client.capabilities.copy !== false
}
