import { lstatSync, readdirSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'
import type { CallOptions } from '../client.ts'
import type { Lanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import type { Item } from '../transfer/place.ts'
import { moveLocalFile } from './copy-local-file.ts'
import { transferItem } from './transfer-item.ts'
import type { Outcome } from './outcome.ts'
import type { Tidy } from './tidy.ts'
import type { DeleteAction, MoveAction } from './plan-format.ts'
import { hashOfLocal, settle, rememberState, type Comparison } from './settle.ts'
import { isAsPlanned, plannedState, stateOf, type Side } from './side.ts'
import type { SyncedFile } from './types.ts'

/** What doing stands on. */
export interface Execution {
  readonly comparison: Comparison
  readonly lanes: Lanes
  readonly call: CallOptions
  readonly outcome: Outcome
  readonly tidy: Tidy
  /** Emptied folders at a local DEST go, so that what is copied finds room. */
  readonly prune: boolean
  /** Each side is asked for what is to be done, where a condition does not tell: a plan may be old. */
  readonly strict: boolean
}

/** `precondition-failed`: a side is not what it was when it was listed, or when the plan was made. */
function changed(side: Side, path: string, what: string): FairleadError {
  return new FairleadError('precondition-failed', `"${printable(side.place.address(path))}" ${what}.`, {
    path,
    hint: 'It was not touched. Sync again to compare it.',
  })
}

/** Copies one item over what DEST had there, or over nothing; what somebody else put there meanwhile is left alone. */
export async function copyOne(
  { comparison, lanes, call, prune, strict, tidy }: Execution,
  source: Item,
  dest: Item | undefined,
  signal: AbortSignal,
): Promise<Pick<SyncedFile, 'bytes' | 'sha256'>> {
  const { source: from, dest: to } = comparison
  if (to.local || (strict && !isConditional(to, dest))) {
    const there = await to.place.stat(source.path, { signal })
    if (!sameItem(there, dest)) {
      if (there !== undefined && (await isCopied(comparison, source, there, signal))) return { bytes: source.size ?? 0 }
      throw changed(
        to,
        source.path,
        there === undefined ? 'no longer exists' : dest === undefined ? 'exists now' : 'changed in the meantime',
      )
    }
    if (prune && there === undefined && to.place.kind === 'local') removeEmptyFolder(to.place.target(source.path))
  }
  const time = stateOf(from, source, false)
  const modifiedMs = time.contentMs ?? time.storedMs
  try {
    const sha256 = await hashOfSource(comparison, source, signal)
    const moved = await transferItem(from.place, source, to.place, dest, {
      ...call,
      lanes,
      signal,
      ...(sha256 !== undefined && { sha256 }),
    })
    // A source whose listing does not tell the time of its content is known from now on by the time its copy has.
    const copyMs = to.contentTimes ? moved.item.modifiedMs : undefined
    rememberState(from, source, time.contentMs ?? copyMs ?? modifiedMs, moved.sha256)
    rememberState(to, moved.item, copyMs ?? modifiedMs, moved.sha256)
    tidy.written(source.path)
    return { bytes: moved.bytes, ...(moved.sha256 !== undefined && { sha256: moved.sha256 }) }
  } catch (error) {
    if (!FairleadError.is(error, 'precondition-failed') || to.local) throw error
    // A write whose answer was lost refuses its own repetition.
    const there = await to.place.stat(source.path, { signal })
    if (there === undefined || sameItem(there, dest) || !(await isCopied(comparison, source, there, signal))) throw error
    return { bytes: source.size ?? 0 }
  }
}

/** What is known of the content of a source. Where checksums are wanted it is read once more, so that the next sync has one to compare by. */
async function hashOfSource({ source, mode, checks }: Comparison, item: Item, signal: AbortSignal): Promise<string | undefined> {
  const { sha256 } = stateOf(source, item, true)
  if (sha256 !== undefined || mode !== 'checksum' || !source.local) return sha256
  const current = await source.place.stat(item.path, { signal })
  return current === undefined ? undefined : await hashOfLocal(source, current, checks, signal)
}

/** Whether what is at DEST is what was to be copied: an earlier run that was cut off may have brought it there. */
async function isCopied(comparison: Comparison, source: Item, there: Item, signal: AbortSignal): Promise<boolean> {
  return (await settle(comparison, { source, dest: there }, signal)) === 'same'
}

/** Whether the service itself decides that what was listed is still what is there. */
function isConditional({ place }: Side, dest: Item | undefined): boolean {
  const write = place.kind === 'client' && place.client.capabilities.write
  return (
    write !== false && write.conditions.includes(dest === undefined ? 'absent' : 'match') && (dest === undefined || dest.etag !== undefined)
  )
}

function sameItem(found: Item | undefined, expected: Item | undefined): boolean {
  return found === undefined || expected === undefined ? found === expected : isAsPlanned(found, plannedState(expected))
}

/** How many paths are removed together. */
const batchPaths = 1000

/** Removes what is still as it was; what changed is left alone and told, and what is gone is done. */
export async function deleteAll(
  { comparison: { dest }, lanes, call, outcome, prune }: Execution,
  actions: Iterable<DeleteAction>,
): Promise<void> {
  for (const batch of batchesOf(actions, batchPaths)) {
    const ready: DeleteAction[] = []
    await parallel(
      batch,
      lanes,
      async (action, signal) => {
        const file = fileOf(action)
        await outcome.attempt(file, signal, async () => {
          const found = await dest.place.stat(action.path, { signal })
          if (found === undefined) outcome.tell({ ...file, outcome: 'done' })
          else if (isAsPlanned(found, action.to)) ready.push(action)
          else throw changed(dest, action.path, 'changed in the meantime')
        })
      },
      call.signal,
    )
    await removeBatch(dest, ready, outcome, call)
    if (prune && dest.place.kind === 'local') for (const { path } of ready) removeEmptyParents(dest.place.root, dest.place.file(path))
  }
}

function fileOf({ path, to }: DeleteAction): Omit<SyncedFile, 'outcome'> {
  return { path, action: 'delete', bytes: to.size }
}

/** Together where all goes well; one by one, to tell which it was, where something fails. */
async function removeBatch(dest: Side, actions: readonly DeleteAction[], outcome: Outcome, call: CallOptions): Promise<void> {
  if (actions.length === 0) return
  const options = call.signal === undefined ? {} : { signal: call.signal }
  try {
    await dest.place.remove(
      actions.map(({ path }) => path),
      options,
    )
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    for (const action of actions) {
      const removed = await outcome.attempt(fileOf(action), call.signal, () => dest.place.remove([action.path], options))
      if (removed !== undefined) outcome.tell({ ...fileOf(action), outcome: 'done' })
    }
    return
  }
  for (const action of actions) outcome.tell({ ...fileOf(action), outcome: 'done' })
}

/** Moves within DEST what is still as it was, and only onto a free path. */
export async function moveOne(
  { comparison: { dest }, lanes, call }: Execution,
  action: MoveAction,
  signal: AbortSignal,
): Promise<Pick<SyncedFile, 'bytes'>> {
  const { place } = dest
  const found = await place.stat(action.previous, { signal })
  if (found === undefined || !isAsPlanned(found, action.to))
    throw changed(dest, action.previous, found === undefined ? 'no longer exists' : 'changed in the meantime')
  if ((await place.stat(action.path, { signal })) !== undefined) throw changed(dest, action.path, 'exists now')
  const known = stateOf(dest, found, true)
  const modifiedMs = action.from.modified === undefined ? known.contentMs : Date.parse(action.from.modified)
  if (place.kind === 'local') moveLocalFile(place.file(action.previous), place.target(action.path), modifiedMs)
  else {
    const copied = await transferItem(place, found, place, undefined, { ...call, lanes, signal, path: action.path })
    rememberState(dest, copied.item, modifiedMs, known.sha256 ?? copied.sha256)
    await place.remove([action.previous], { signal })
  }
  return { bytes: action.to.size }
}

function* batchesOf<T>(items: Iterable<T>, size: number): Generator<T[], void, undefined> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Removes the folders above a file that have nothing in them any more, up to a root that stays. */
function removeEmptyParents(root: string, file: string): void {
  for (let folder = dirname(file); folder.length > root.length && folder.startsWith(root); folder = dirname(folder)) {
    if (!removeFolder(folder)) return
  }
}

/** Removes a folder in which there are only folders; one that holds a file stays, and what is copied onto it fails. */
function removeEmptyFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeEmptyFolder(`${folder}/${entry.name}`)
  removeFolder(folder)
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (cause) {
    if (
      cause instanceof Error &&
      'code' in cause &&
      (cause.code === 'ENOTEMPTY' || cause.code === 'EEXIST' || cause.code === 'ENOENT' || cause.code === 'EACCES')
    )
      return cause.code === 'ENOENT'
    throw cause
  }
}
