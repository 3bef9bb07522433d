import { join } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import type { TransferEvent } from '../client.ts'
import type { Folders } from '../runtime.ts'
import { createLanes, type Lanes } from '../objects/lanes.ts'
import { createFilter } from '../transfer/filters.ts'
import { applyActions, copyAsFound } from './apply-actions.ts'
import { SourceProblems, type Tally } from './candidates.ts'
import type { Execution } from './execute.ts'
import { checkDeletions, refuseEmptySource } from './guard.ts'
import { keyOf } from './listings.ts'
import { fillSpool, type Planning } from './make-plan.ts'
import { createOutcome, type Outcome } from './outcome.ts'
import { checkPlanTarget, openPlanFile, writePlanFile, type PlanFile } from './plan-file.ts'
import { emptyTotals, type PlanTotals } from './plan-format.ts'
import { createPlanSpool, type PlanSpool } from './plan-spool.ts'
import { assetsIn, ownFilesIn, refuseOverlap } from './protect.ts'
import { findRenames } from './renames.ts'
import type { Comparison } from './settle.ts'
import type { Side } from './side.ts'
import { countedOf, headerOf, resultOf, tellPlanned } from './sync-result.ts'
import { Tidy } from './tidy.ts'
import type { ApplyOptions, SyncOptions, SyncResult } from './types.ts'

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
  const tidy = dryRun ? undefined : new Tidy(dest, folders.state)
  const planning = await planningOf(ground, options, tidy, outcome)
  const { rules, tally, comparison } = planning
  const result = (totals: PlanTotals, more: Partial<SyncResult> = {}): SyncResult => ({
    ...resultOf(ground, dryRun, totals, outcome, comparison.checks),
    skipped: rules.problems.count,
    protected: tally.protected,
    ...more,
  })
  if (tidy !== undefined && !rules.delete) {
    await copyAsFound(planning, executionOf(planning, tidy, false))
    await tidy.finish(options)
    await refuseObject(source, tally, options.signal)
    warnOfProtected(tally, dest, options.onEvent)
    return result(countedOf(outcome, tally.totals))
  }
  using spool = createPlanSpool(join(folders.state, 'sync'))
  await fillSpool(planning, spool)
  await refuseObject(source, tally, options.signal)
  warnOfProtected(tally, dest, options.onEvent)
  const keptBecause = spool.totals.deleted > 0 ? reasonToKeep(planning) : undefined
  if (rules.delete && spool.totals.deleted > 0 && tally.source === 0 && options.allowEmptySource !== true)
    throw refuseEmptySource(source.address, dest.address)
  const folder = join(folders.state, 'sync')
  using changed =
    keptBecause !== undefined
      ? withoutDeletions(spool, folder)
      : options.trackRenames === true && rules.delete
        ? await findRenames(planning, spool, folder)
        : undefined
  const whole = changed ?? spool
  const kept = keptBecause === undefined ? {} : { keptBecause }
  if (options.plan !== undefined) {
    writePlanFile(options.plan, headerOf(ground, options, whole.totals), whole)
    tellPlanned(whole.actions(), outcome)
    return result(whole.totals, { plan: options.plan, ...kept })
  }
  if (tidy === undefined) {
    tellPlanned(whole.actions(), outcome)
    return result(whole.totals, kept)
  }
  checkDeletions(whole.totals, options.maxDelete)
  if ((await options.onPlan?.({ ...whole.totals })) === false) return result(countedOf(outcome, whole.totals), { declined: true })
  const failed = await applyActions(executionOf(planning, tidy, true), whole)
  await tidy.finish(options)
  return result(countedOf(outcome, whole.totals), failed === undefined ? kept : { keptBecause: failed })
}

/** Does what a plan says, and nothing else, see `Fairlead.applySync`. */
export async function runPlan(ground: SyncGround, file: string, options: ApplyOptions): Promise<SyncResult> {
  using plan = openPlanFile(file)
  const { header } = plan
  checkPlaces(ground, file, header)
  refuseOverlap(ground.source, ground.dest)
  await refuseOwnPaths(ground, plan, file, options.signal)
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
    tidy: new Tidy(ground.dest, ground.folders.state),
    prune: header.totals.deleted > 0,
    strict: true,
  }
  const kept = await applyActions(execution, { totals: header.totals, actions: () => plan.actions() })
  await execution.tidy.finish(options)
  return {
    ...resultOf(ground, false, countedOf(outcome, header.totals), outcome, comparison.checks),
    ...common,
    ...(kept !== undefined && { keptBecause: kept }),
  }
}

/** `input-invalid` for a plan that writes, moves or deletes what Fairlead itself keeps at DEST, or reads what it keeps at SOURCE. */
async function refuseOwnPaths(
  { source, dest, folders }: SyncGround,
  plan: PlanFile,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ownOfSource = ownFilesIn(source.place, folders, [])
  const own = ownFilesIn(dest.place, folders, [])
  const assets = plan.header.options['withAssets'] === true ? undefined : await assetsIn(dest, signal)
  for (const action of plan.actions()) {
    const { path } = action
    const changed = action.do === 'move' ? [path, action.previous] : [path]
    const kept = changed.find(one => own(one) || assets?.(one) === true)
    if (kept === undefined && (action.do === 'delete' || !ownOfSource(path))) continue
    throw new FairleadError(
      'input-invalid',
      kept === undefined
        ? `the plan "${file}" would copy "${source.place.address(path)}", which Fairlead reserves for itself.`
        : `the plan "${file}" would change "${dest.place.address(kept)}", which Fairlead reserves for itself.`,
      {
        path: file,
        hint: 'Nothing was done. Create the plan again; to change assets, create it with --with-assets.',
      },
    )
  }
}

/** The plan without what it would delete. */
function withoutDeletions(spool: PlanSpool, folder: string): PlanSpool {
  const kept = createPlanSpool(folder)
  for (const action of spool.actions()) if (action.do !== 'delete') kept.add(action)
  const { unchanged, unchangedBytes, destination } = spool.totals
  Object.assign(kept.totals, { unchanged, unchangedBytes, destination })
  return kept
}

function checkPlaces(
  { source, dest }: SyncGround,
  file: string,
  header: { readonly sourceIdentity: string; readonly destIdentity: string },
): void {
  for (const [name, side, identity] of [
    ['SOURCE', source, header.sourceIdentity],
    ['DEST', dest, header.destIdentity],
  ] as const) {
    if (side.identity === identity) continue
    throw new FairleadError('precondition-failed', `the plan "${file}" is of another ${name} than "${side.address}".`, {
      path: file,
      hint: 'The settings of the connection have changed since the plan was created, or another place was given. Create the plan again.',
    })
  }
}

async function planningOf(ground: SyncGround, options: SyncOptions, tidy: Tidy | undefined, outcome: Outcome): Promise<Planning> {
  const { source, dest, folders } = ground
  refuseOverlap(source, dest)
  const { signal, onEvent } = options
  const leaveOut = [...(options.leaveOut ?? []), ...(options.plan === undefined ? [] : [options.plan])]
  const ownOfSource = ownFilesIn(source.place, folders, leaveOut)
  const ownOfDest = ownFilesIn(dest.place, folders, leaveOut)
  await checkSource(source, signal)
  const isProtected = options.withAssets === true ? undefined : await assetsIn(dest, signal)
  return {
    comparison: comparisonOf(ground, options, tidy === undefined),
    rules: {
      filter: createFilter(options.filter ?? {}),
      delete: options.delete === true,
      deleteExcluded: options.deleteExcluded === true,
      exclusive: options.delete === true && !dest.place.rules.fileAndFolder,
      isProtected: isProtected ?? (() => false),
      key: keyOf(dest) ?? (path => path),
      problems: new SourceProblems(),
    },
    tally: { totals: emptyTotals(), tidy, protected: 0, source: 0, kept: 0 },
    listing: { ownOfSource, ownOfDest, allOfDest: options.deleteExcluded === true, signal, onEvent, folder: join(folders.state, 'sync') },
    lanes: lanesFor(ground, options.concurrency),
    call: { ...(signal !== undefined && { signal }), ...(onEvent !== undefined && { onEvent }) },
    outcome,
  }
}

function comparisonOf({ source, dest }: SyncGround, { compare = 'auto' }: Pick<SyncOptions, 'compare'>, dryRun: boolean): Comparison {
  return { source, dest, mode: compare, dryRun, checks: { asked: 0, hashed: 0, unchecked: 0 } }
}

function executionOf({ comparison, lanes, call, outcome }: Planning, tidy: Tidy, prune: boolean): Execution {
  return { comparison, lanes, call, outcome, tidy, prune, strict: false }
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
    message: `"${dest.address}" contains Fairlead assets: ${tally.protected} of their paths are neither written nor deleted. Sync to another folder, or add --with-assets.`,
  })
}
