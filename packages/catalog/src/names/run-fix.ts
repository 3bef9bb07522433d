import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { appendState, type FixJournal, type JournalStep } from './fix-journal.ts'
import { renameSafely } from './safe-rename.ts'
import { isListed, isSeen, statOf, within, type Seen } from './seen.ts'

/** Whether this very name holds what was seen. Where a file system ignores case, other names find it too. */
function holds({ ingress, ignoresCase }: FixJournal, path: string, seen: Seen): boolean {
  const file = within(ingress, path)
  return isSeen(statOf(file), seen) && (!ignoresCase || isListed(file))
}

/**
 * How many steps are done: they are done in order, so the last one whose new name holds what was renamed tells it, even
 * when a killed process left its old name too. Nothing needs to be written for each of them.
 */
function stepsDone(journal: FixJournal): number {
  // Sought from the end: after a directory's rename the paths of the steps before are no longer there.
  return journal.steps.findLastIndex(({ to, seen }) => holds(journal, to, seen)) + 1
}

/**
 * Where a path of a step lies once the directories among these steps have their new names. Directories come last and the
 * deepest first, so only those above the path move it, each by its own name.
 */
function pathMover(steps: readonly JournalStep[]): (path: string) => string {
  const renamed = new Map(steps.flatMap(({ from, to, seen }) => (seen.kind === 'directory' ? [[from, to] as const] : [])))
  const resumed = new Set(steps.flatMap(({ from, fromTemporary }) => (fromTemporary === true ? [from] : [])))
  const known = new Map<string, string>()
  const folder = (path: string): string => {
    const before = known.get(path)
    if (before !== undefined) return before
    const first = renamed.get(path) ?? path
    const last = resumed.has(first) ? (renamed.get(first) ?? first) : first
    const moved = move(last)
    known.set(path, moved)
    return moved
  }
  const move = (path: string): string => {
    const slash = path.lastIndexOf('/')
    return slash < 0 ? path : folder(path.slice(0, slash)) + path.slice(slash)
  }
  return move
}

function refuse(id: string, path: string, what: string): FairleadError {
  return new FairleadError('precondition-failed', `${path} ${what}; nothing was renamed`, {
    path,
    hint: `Correct this and run the command again, or leave the fix ${id} as it is.`,
  })
}

/** Refuses to go on when a source that is still to be renamed has changed. Throws `precondition-failed`. */
function checkForward(journal: FixJournal, done: number): void {
  for (const { from, seen, fromTemporary } of journal.steps.slice(done)) {
    if (fromTemporary !== true && !holds(journal, from, seen)) throw refuse(journal.id, from, 'has changed since the fix was planned')
  }
}

/** Refuses to go back when something that was renamed has changed, or its old name is taken. Throws `precondition-failed`. */
function checkBackward(journal: FixJournal, done: number): void {
  const steps = journal.steps.slice(0, done)
  const move = pathMover(steps)
  const current = new Set<string>()
  for (const [index, { to, seen, toTemporary }] of steps.entries()) {
    const goesOn = toTemporary === true && steps.slice(index + 1).some(({ from }) => from === to)
    if (goesOn) continue
    const path = move(to)
    if (!holds(journal, path, seen)) throw refuse(journal.id, path, 'has changed since it was renamed')
    current.add(path)
  }
  for (const { from, seen, fromTemporary } of steps) {
    const path = move(from)
    if (fromTemporary === true || current.has(path)) continue
    const there = statOf(within(journal.ingress, path))
    if (there !== undefined && !isSeen(there, seen)) throw refuse(journal.id, path, 'is taken by something else')
  }
}

/** Refuses a journal of another ingress. Throws `precondition-failed`. */
function checkIngress(project: Project, { id, ingress }: FixJournal): void {
  if (ingress === project.config.ingressDirectory) return
  throw new FairleadError('precondition-failed', `the fix ${id} was made in the ingress ${ingress}`, {
    hint: 'Set ingress_directory in fairlead.yaml to that folder again.',
  })
}

/** What is done between two steps: lets signals in, and may throw. */
type BetweenSteps = () => Promise<void> | undefined

/** Does what is left of a fix. Can be killed at any instant and called again. */
export async function runForward(project: Project, journal: FixJournal, pause: BetweenSteps): Promise<void> {
  checkIngress(project, journal)
  const { ingress, steps } = journal
  const done = stepsDone(journal)
  checkForward(journal, done)
  if (journal.state !== 'applying') appendState(project, journal.id, 'applying')
  const last = steps[done - 1]
  // The last one that is done may have both names yet.
  if (last !== undefined && holds(journal, last.from, last.seen)) renameSafely(ingress, last.from, last.to, last.seen)
  for (const { from, to, seen } of steps.slice(done)) {
    renameSafely(ingress, from, to, seen)
    await pause()
  }
  appendState(project, journal.id, 'applied')
}

/** Takes back what was done of a fix. Can be killed at any instant and called again. */
export async function runBackward(project: Project, journal: FixJournal, pause: BetweenSteps): Promise<void> {
  checkIngress(project, journal)
  const done = stepsDone(journal)
  checkBackward(journal, done)
  if (journal.state !== 'undoing') appendState(project, journal.id, 'undoing')
  for (const { from, to, seen } of journal.steps.slice(0, done).toReversed()) {
    renameSafely(journal.ingress, to, from, seen)
    await pause()
  }
  appendState(project, journal.id, 'undone')
}
