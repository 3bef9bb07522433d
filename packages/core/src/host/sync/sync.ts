import type { Folders } from '../runtime.ts'
import { openFacts } from '../facts/facts.ts'
import type { Place } from '../transfer/place.ts'
import { openObjectMemory } from './object-memory.ts'
import { runPlan, runSync, type SyncGround } from './run-sync.ts'
import { sideOf } from './side.ts'
import type { ApplyOptions, SyncOptions, SyncResult } from './types.ts'

/** What an application syncs with. */
export interface SyncSurroundings {
  readonly folders: Folders
  /** Requests in flight at once, for calls that don't say. */
  readonly concurrency?: number
}

/**
 * Brings DEST to what SOURCE is: what is new or other is copied, and with `delete` what SOURCE does not have goes. A file that fails
 * does not stop the others: look at `failed`. Killed at any moment, the next sync goes on. Errors: `not-found` for a SOURCE that is not
 * there, `input-invalid` for places that overlap, `precondition-failed` where more would be deleted than may be.
 */
export function syncPlaces(around: SyncSurroundings, source: Place, dest: Place, options: SyncOptions): Promise<SyncResult> {
  return onGround(around, source, dest, ground => runSync(ground, options))
}

/** Does what a plan says, where both sides are still what they were: what is not is told as a conflict. */
export function applyPlan(around: SyncSurroundings, file: string, source: Place, dest: Place, options: ApplyOptions): Promise<SyncResult> {
  return onGround(around, source, dest, ground => runPlan(ground, file, options))
}

async function onGround<T>(around: SyncSurroundings, source: Place, dest: Place, work: (ground: SyncGround) => Promise<T>): Promise<T> {
  const { state } = around.folders
  using facts = openFacts(state)
  using memory = openObjectMemory(state)
  return await work({ ...around, source: sideOf(source, facts, memory), dest: sideOf(dest, facts, memory) })
}
