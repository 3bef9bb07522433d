import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { createFolders, createLocks } from '@fairlead/core/host'
import { lockOptions, type StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { createYielder } from '../update/yielder.ts'
import {
  beginJournal,
  newFixId,
  readJournals,
  removeUnbegun,
  unfinishedFix,
  type FixJournal,
  type FixState,
  type JournalStep,
} from './fix-journal.ts'
import { orderRenames, type OrderedRename } from './order-renames.ts'
import { planFix, type FixPlan, type FixSelection, type PlannedRename } from './plan-fix.ts'
import { folderOf, inFolder } from './propose.ts'
import { runBackward, runForward } from './run-fix.ts'

/** A fix that was begun, as it is listed. */
export interface FixRecord {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly time: string
  readonly state: FixState
  readonly renames: number
}

export interface ApplyResult {
  /** Undefined when there was nothing to rename. */
  readonly fix: FixRecord | undefined
  /** A fix that a killed process had begun was completed; a new one was not planned. */
  readonly isResumed: boolean
  /** Absent when a fix was completed. */
  readonly plan?: FixPlan
}

function recordOf({ id, time, state, steps }: FixJournal): FixRecord {
  return { id, time, state, renames: steps.filter(({ toTemporary }) => toTemporary !== true).length }
}

/** Steps in their order: files first, so that paths are still those of the plan, then directories, the deepest first. */
function stepsOf(renames: readonly PlannedRename[], id: string): JournalStep[] {
  let number = 0
  const temporaryName = ({ from }: PlannedRename) => inFolder(folderOf(from), `.fairlead-${id}-${++number}`)
  const depth = ({ from }: PlannedRename) => from.split('/').length
  const ordered: OrderedRename<PlannedRename>[] = []
  for (const kind of ['file', 'directory'] as const) {
    const own = renames.filter(rename => rename.kind === kind).toSorted((a, b) => depth(b) - depth(a))
    ordered.push(
      ...orderRenames(
        own.filter(({ isCaseOnly }) => !isCaseOnly),
        temporaryName,
      ),
    )
    for (const source of own.filter(({ isCaseOnly }) => isCaseOnly)) {
      const aside = temporaryName(source)
      ordered.push({ from: source.from, to: aside, source, isTemporary: true, isResumed: false })
      ordered.push({ from: aside, to: source.to, source, isTemporary: false, isResumed: true })
    }
  }
  return ordered.map(({ from, to, source, isTemporary, isResumed }) => ({
    from,
    to,
    seen: source.seen,
    ...(isTemporary && { toTemporary: true }),
    ...(isResumed && { fromTemporary: true }),
  }))
}

/** Runs while no update and no other fix of the project does: neither sees names half changed. */
async function exclusively<T>(project: Project, options: StepOptions, work: () => Promise<T>): Promise<T> {
  const { state } = createFolders()
  const locks = createLocks(join(state, 'locks'))
  const waiting = `waiting: another fairlead process is working on the project ${project.folder}`
  return locks.exclusive(`catalog:${project.file}`, work, lockOptions(options, waiting))
}

function refuseOutdated({ refused }: FixPlan): void {
  const [first, ...others] = refused.filter(({ isOutdated }) => isOutdated)
  if (first === undefined) return
  const more = others.length === 0 ? '' : `, and so are ${others.length} more`
  throw new FairleadError(
    'precondition-failed',
    `${first.from} is not what the last update saw: ${first.reason}${more}; nothing was renamed`,
    {
      path: first.from,
      hint: 'Run: fairlead update',
    },
  )
}

/** What is planned without anything being done; with the fix that is unfinished, which `applyFix` would complete first. */
export async function previewFix(
  project: Project,
  selection: FixSelection = {},
): Promise<{ readonly plan: FixPlan; readonly unfinished: FixRecord | undefined }> {
  const unfinished = unfinishedFix(project)
  return { plan: await planFix(project, selection), unfinished: unfinished === undefined ? undefined : recordOf(unfinished) }
}

/**
 * Gives everything that is misnamed its legal name, as {@link planFix} tells, and writes a journal first, so that a process
 * that is killed at any instant leaves what the next call completes or {@link undoFix} takes back. Nothing is done when
 * something is not what the last update saw (`precondition-failed`). Nothing is ever overwritten (`already-exists`).
 */
export async function applyFix(project: Project, selection: FixSelection = {}, options: StepOptions = {}): Promise<ApplyResult> {
  return exclusively(project, options, async () => {
    const pause = createYielder(options.signal)
    removeUnbegun(project)
    const unfinished = unfinishedFix(project)
    if (unfinished !== undefined) {
      await runForward(project, unfinished, pause)
      return { fix: recordOf({ ...unfinished, state: 'applied' }), isResumed: true }
    }
    const plan = await planFix(project, selection)
    refuseOutdated(plan)
    if (plan.renames.length === 0) return { fix: undefined, isResumed: false, plan }
    const now = new Date()
    const id = newFixId(now)
    const { ignoresCase } = plan
    const begun = { id, time: now.toISOString(), ingress: project.config.ingressDirectory, ignoresCase, steps: stepsOf(plan.renames, id) }
    beginJournal(project, begun)
    await runForward(project, { ...begun, state: 'applying' }, pause)
    return { fix: recordOf({ ...begun, state: 'applied' }), isResumed: false, plan }
  })
}

/** The fix to undo: the named one, else the unfinished one, else the last that is applied. */
function toUndo(journals: readonly FixJournal[], id: string | undefined): FixJournal {
  const isOpen = ({ state }: FixJournal) => state === 'applying' || state === 'undoing'
  const chosen =
    id === undefined
      ? (journals.findLast(isOpen) ?? journals.findLast(({ state }) => state === 'applied'))
      : journals.find(one => one.id === id)
  const hint = 'List them: fairlead name fix --list'
  if (chosen === undefined) {
    throw new FairleadError('not-found', id === undefined ? 'there is no fix to undo' : `there is no fix ${id}`, { hint })
  }
  if (chosen.state === 'undone') throw new FairleadError('input-invalid', `the fix ${chosen.id} has already been undone`, { hint })
  const other = journals.find(one => isOpen(one) && one !== chosen)
  if (other === undefined) return chosen
  throw new FairleadError('precondition-failed', `the fix ${other.id} was begun and is not finished`, {
    hint: 'Complete it first: fairlead name fix --apply, or undo it: fairlead name fix --undo',
  })
}

/**
 * Takes back the last fix, or the named one, exactly. Nothing is done when what was renamed is no longer what it was
 * (`precondition-failed`). Throws `not-found` and `input-invalid` for what can't be undone.
 */
export async function undoFix(project: Project, id?: string, options: StepOptions = {}): Promise<FixRecord> {
  return exclusively(project, options, async () => {
    removeUnbegun(project)
    const journal = toUndo(readJournals(project), id)
    await runBackward(project, journal, createYielder(options.signal))
    return recordOf({ ...journal, state: 'undone' })
  })
}

/** Every fix of a project, the oldest first. */
export function listFixes(project: Project): readonly FixRecord[] {
  return readJournals(project).map(recordOf)
}
