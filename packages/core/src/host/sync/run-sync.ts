import { join } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import type { TransferEvent } from '../client.ts'
import type { Folders } from '../runtime.ts'
import { createLanes, type Lanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { createFilter } from '../transfer/filters.ts'
import { SourceProblems, type Tally } from './candidates.ts'
import { copyOne, deleteAll, moveOne, type Execution } from './execute.ts'
import { checkDeletions, refuseEmptySource, type MaxDelete } from './guard.ts'
import { keyOf } from './listings.ts'
import { candidatesOf, fillSpool, reasonOf, type CopyCandidate, type Planning } from './make-plan.ts'
import { createOutcome, type Outcome } from './outcome.ts'
import { checkPlanTarget, openPlanFile, writePlanFile } from './plan-file.ts'
import { emptyTotals, type DeleteAction, type PlannedAction, type PlannedState, type PlanTotals } from './plan-format.ts'
import { createPlanSpool, type PlanSpool } from './plan-spool.ts'
import { assetsIn, ownFilesIn, refuseOverlap } from './protect.ts'
import { findRenames } from './renames.ts'
import type { Checks, Comparison } from './settle.ts'
import { isAsPlanned, type Side } from './side.ts'
import type { ApplyOptions, SyncedFile, SyncOptions, SyncResult } from './types.ts'

/** What a sync runs in. */
export interface SyncGround {
  readonly source: Side
  readonly dest: Side
  readonly folders: Folders
  /** Requests in flight at once, for calls that don't say. */
  readonly concurrency?: number
}

/** Compares two places and brings DEST to what SOURCE is, see `Fairlead.sync`. */
export async function runSync(ground: SyncGround, options: SyncOptions): Promise<SyncResult> {
  const { source, dest, folders } = ground
  if (options.plan !== undefined) checkPlanTarget(options.plan)
  const dryRun = options.dryRun === true || options.plan !== undefined
  const outcome = createOutcome(options.onFile)
  const planning = await planningOf(ground, options, dryRun, outcome)
  const { rules, tally, comparison } = planning
  const result = (totals: PlanTotals, more: Partial<SyncResult> = {}): SyncResult => ({
    ...resultOf(ground, dryRun, totals, outcome, comparison.checks),
    skipped: rules.problems.count,
    protected: tally.protected,
    ...more,
  })
  const execution = executionOf(planning, rules.delete)
  if (!dryRun && !rules.delete) {
    await copyAsFound(planning, execution)
    await refuseObject(source, tally, options.signal)
    warnOfProtected(tally, dest, options.onEvent)
    return result(countedOf(outcome, tally.totals))
  }
  using spool = createPlanSpool(join(folders.state, 'sync'))
  await fillSpool(planning, spool)
  await refuseObject(source, tally, options.signal)
  warnOfProtected(tally, dest, options.onEvent)
  const keptBecause = reasonToKeep(planning)
  if (rules.delete && spool.totals.deleted > 0 && tally.source === 0 && options.allowEmptySource !== true) throw refuseEmptySource(source.address, dest.address)
  using plan = options.trackRenames === true && rules.delete ? await findRenames(planning, spool, join(folders.state, 'sync')) : undefined
  const whole = plan ?? spool
  if (options.plan !== undefined) {
    writePlanFile(options.plan, headerOf(ground, options, whole.totals), whole)
    tellPlanned(whole.actions(), outcome)
    return result(whole.totals, { plan: options.plan, ...(keptBecause !== undefined && { keptBecause }) })
  }
  if (dryRun) {
    tellPlanned(whole.actions(), outcome)
    return result(whole.totals, keptBecause === undefined ? {} : { keptBecause })
  }
  if (keptBecause === undefined) checkDeletions(whole.totals, options.maxDelete)
  if ((await options.onPlan?.({ ...whole.totals })) === false) return result(countedOf(outcome, whole.totals), { declined: true })
  const kept = await applyActions(execution, whole, keptBecause)
  return result(countedOf(outcome, whole.totals), kept === undefined ? {} : { keptBecause: kept })
}

/** Does what a plan says, and nothing else, see `Fairlead.applySync`. */
export async function runPlan(ground: SyncGround, file: string, options: ApplyOptions): Promise<SyncResult> {
  using plan = openPlanFile(file)
  const { header } = plan
  checkPlaces(ground, file, header)
  refuseOverlap(ground.source, ground.dest)
  checkDeletions(header.totals, options.maxDelete)
  const outcome = createOutcome(options.onFile)
  const comparison = comparisonOf(ground, { compare: 'auto' }, false)
  const { signal, onEvent } = options
  const common = { plan: file, skipped: 0, protected: 0 }
  if ((await options.onPlan?.(header.totals)) === false)
    return { ...resultOf(ground, false, countedOf(outcome, header.totals), outcome, comparison.checks), ...common, declined: true }
  const execution: Execution = {
    comparison,
    lanes: lanesFor(ground, options.concurrency),
    call: { ...(signal !== undefined && { signal }), ...(onEvent !== undefined && { onEvent }) },
    outcome,
    prune: header.totals.deleted > 0,
    strict: true,
  }
  const kept = await applyActions(execution, { totals: header.totals, actions: () => plan.actions() }, undefined)
  return {
    ...resultOf(ground, false, countedOf(outcome, header.totals), outcome, comparison.checks),
    ...common,
    ...(kept !== undefined && { keptBecause: kept }),
  }
}

function checkPlaces({ source, dest }: SyncGround, file: string, header: { readonly sourceIdentity: string; readonly destIdentity: string }): void {
  for (const [name, side, identity] of [
    ['SOURCE', source, header.sourceIdentity],
    ['DEST', dest, header.destIdentity],
  ] as const) {
    if (side.identity === identity) continue
    throw new FairleadError('precondition-failed', `the plan "${file}" is of another ${name} than "${side.address}".`, {
      path: file,
      hint: 'The connection has other settings than when the plan was made, or another place was named. Make the plan again.',
    })
  }
}

async function planningOf(ground: SyncGround, options: SyncOptions, dryRun: boolean, outcome: Outcome): Promise<Planning> {
  const { source, dest, folders } = ground
  refuseOverlap(source, dest)
  const { signal, onEvent } = options
  const leaveOut = [...(options.leaveOut ?? []), ...(options.plan === undefined ? [] : [options.plan])]
  const ownOfSource = ownFilesIn(source.place, folders, leaveOut)
  const ownOfDest = ownFilesIn(dest.place, folders, leaveOut)
  await checkSource(source, signal)
  const isProtected = options.withAssets === true ? undefined : await assetsIn(dest, signal)
  return {
    comparison: comparisonOf(ground, options, dryRun),
    rules: {
      filter: createFilter(options.filter ?? {}),
      delete: options.delete === true,
      deleteExcluded: options.deleteExcluded === true,
      exclusive: options.delete === true && !dest.place.rules.fileAndFolder,
      isProtected: isProtected ?? (() => false),
      key: keyOf(dest) ?? (path => path),
      problems: new SourceProblems(),
    },
    tally: { totals: emptyTotals(), protected: 0, source: 0, kept: 0 },
    listing: { ownOfSource, ownOfDest, allOfDest: options.deleteExcluded === true, signal, onEvent, folder: join(folders.state, 'sync') },
    lanes: lanesFor(ground, options.concurrency),
    call: { ...(signal !== undefined && { signal }), ...(onEvent !== undefined && { onEvent }) },
    outcome,
  }
}

function comparisonOf({ source, dest }: SyncGround, { compare = 'auto' }: Pick<SyncOptions, 'compare'>, dryRun: boolean): Comparison {
  return { source, dest, mode: compare, dryRun, checks: { asked: 0, hashed: 0, unchecked: 0 } }
}

function executionOf({ comparison, lanes, call, outcome }: Planning, prune: boolean): Execution {
  return { comparison, lanes, call, outcome, prune, strict: false }
}

function lanesFor(ground: SyncGround, concurrency: number | undefined): Lanes {
  return createLanes({ fixed: concurrency ?? ground.concurrency })
}

/** A SOURCE on this machine must be a folder that is there; an empty prefix of a service can't be told from one that is not. */
async function checkSource({ place, address }: Side, signal: AbortSignal | undefined): Promise<void> {
  if (place.kind === 'client') return
  if ((await place.look({ folder: true, ...(signal !== undefined && { signal }) })) === undefined)
    throw new FairleadError('not-found', `there is no folder "${address}".`, { path: address, hint: 'Check the name of SOURCE.' })
}

/** What lists as nothing may be one object. */
async function refuseObject({ place, address }: Side, tally: Tally, signal: AbortSignal | undefined): Promise<void> {
  if (place.kind === 'local' || tally.source > 0 || place.prefix === '') return
  const looked = await place.look(signal === undefined ? {} : { signal })
  if (looked?.kind !== 'item') return
  throw new FairleadError('input-invalid', `"${address}" is an object, and a sync is of everything below a path.`, {
    path: place.prefix,
    hint: `Copy it with \`fairlead copy ${address} DEST\`.`,
  })
}

/** Copies what differs while the listings still come in. */
async function copyAsFound(planning: Planning, execution: Execution): Promise<void> {
  const { lanes, call, outcome } = planning
  let files = 0
  let bytes = 0
  const found = async function* (): AsyncGenerator<CopyCandidate, void, undefined> {
    for await (const batch of candidatesOf(planning)) {
      for (const candidate of batch) {
        if (candidate.kind === 'delete') continue
        files += candidate.kind === 'copy' ? 1 : 0
        bytes += candidate.kind === 'copy' ? (candidate.source.size ?? 0) : 0
      }
      if (files > 0) call.onEvent?.({ type: 'plan', files, bytes })
      for (const candidate of batch) if (candidate.kind !== 'delete') yield candidate
    }
  }
  await parallel(
    found(),
    lanes,
    async (candidate, signal) => {
      const { source, dest } = candidate
      const file = { path: source.path, action: 'copy' as const, bytes: source.size ?? 0 }
      let reason = candidate.kind === 'copy' ? candidate.reason : undefined
      const copied = await outcome.attempt({ ...file, ...(reason !== undefined && { reason }) }, async () => {
        reason = await reasonOf(planning, candidate, signal)
        return reason === undefined ? undefined : await copyOne(execution, source, dest, signal)
      })
      if (copied?.value !== undefined && reason !== undefined) outcome.tell({ ...file, reason, ...copied.value, outcome: 'done' })
    },
    call.signal,
  )
}

interface Actions {
  readonly totals: PlanTotals
  actions(): Iterable<PlannedAction>
}

/**
 * Does what stands in a plan: what is in the way goes, then everything is moved and copied, then the rest goes, but only when all
 * that went well. Gives why nothing was deleted, where something should have been.
 */
async function applyActions(execution: Execution, { totals, actions }: Actions, keep: string | undefined): Promise<string | undefined> {
  const { comparison, lanes, call, outcome, strict } = execution
  call.onEvent?.({ type: 'plan', files: totals.added + totals.changed + totals.moved, bytes: totals.addedBytes + totals.changedBytes + totals.movedBytes })
  const deletions = function* (first: boolean): Generator<DeleteAction, void, undefined> {
    for (const action of actions()) if (action.do === 'delete' && (action.first === true) === first) yield action
  }
  const transfers = function* (): Generator<Exclude<PlannedAction, DeleteAction>, void, undefined> {
    for (const action of actions()) if (action.do !== 'delete') yield action
  }
  if (totals.deleted > 0 && keep === undefined) await deleteAll(execution, deletions(true))
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
      const made = await outcome.attempt(file, async () => {
        if (strict) await checkUnchanged(comparison.source, action.path, action.from, signal)
        return action.do === 'move'
          ? await moveOne(execution, action, signal)
          : await copyOne(execution, itemOf(action.path, action.from), action.to === null ? undefined : itemOf(action.path, action.to), signal)
      })
      if (made !== undefined) outcome.tell({ ...file, ...made.value, outcome: 'done' })
    },
    call.signal,
  )
  if (totals.deleted === 0 || keep !== undefined) return totals.deleted === 0 ? undefined : keep
  if (outcome.failed > 0) return `${outcome.failed} ${outcome.failed === 1 ? 'object was' : 'objects were'} not copied`
  await deleteAll(execution, deletions(false))
  return undefined
}

async function checkUnchanged(side: Side, path: string, state: PlannedState, signal: AbortSignal): Promise<void> {
  const found = await side.place.stat(path, { signal })
  if (found !== undefined && isAsPlanned(found, state)) return
  throw new FairleadError('precondition-failed', `"${side.place.address(path)}" ${found === undefined ? 'is gone' : 'is not what it was when the plan was made'}.`, {
    path,
    hint: 'It was left out. Make the plan again for what changed since.',
  })
}

function itemOf(path: string, { size, modified, etag }: PlannedState): { path: string; size: number; modifiedMs?: number; etag?: string } {
  return { path, size, ...(modified !== undefined && { modifiedMs: Date.parse(modified) }), ...(etag !== undefined && { etag }) }
}

/** Why nothing may be deleted, though it was asked for. */
function reasonToKeep({ rules, outcome }: Planning): string | undefined {
  if (!rules.delete) return undefined
  const { unseen } = rules.problems
  if (unseen !== undefined) return `not all of SOURCE could be seen: ${unseen.message}`
  return outcome.failed > 0 ? `${outcome.failed} objects could not be compared` : undefined
}

function warnOfProtected(tally: Tally, dest: Side, onEvent: ((event: TransferEvent) => void) | undefined): void {
  if (tally.protected === 0) return
  onEvent?.({
    type: 'warning',
    message: `"${dest.address}" holds assets of Fairlead: ${tally.protected} paths of theirs are neither written nor deleted. Sync into a folder beside them, or say --with-assets.`,
  })
}

function tellPlanned(actions: Iterable<PlannedAction>, outcome: Outcome): void {
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
function countedOf({ done }: Outcome, found: PlanTotals): PlanTotals {
  const { unchanged, unchangedBytes, destination } = found
  return { ...done, unchanged, unchangedBytes, destination }
}

function resultOf({ source, dest }: SyncGround, dryRun: boolean, totals: PlanTotals, outcome: Outcome, checks: Checks): Omit<SyncResult, 'skipped' | 'protected'> {
  const { failed, conflicts, failures } = outcome
  return { source: source.address, dest: dest.address, dryRun, totals: { ...totals }, failed, conflicts, failures, checks: { ...checks } }
}

function headerOf({ source, dest }: SyncGround, options: SyncOptions, totals: PlanTotals): Parameters<typeof writePlanFile>[1] {
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
