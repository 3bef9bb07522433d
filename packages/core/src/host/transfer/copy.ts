import { FairleadError } from '../../contract/errors.ts'
import { foldPath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import { Patience } from '../export/export-report.ts'
import { createLanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import type { CopyJob, CopyPair, ItemPair, PlacePair } from './copy-job.ts'
import { namedTasks, plannedTasks } from './copy-plan.ts'
import { CopyReport } from './copy-report.ts'
import { copyTask } from './copy-task.ts'
import type { CopyFilesOptions, CopyFilesResult } from './copy-types.ts'
import { Leftovers } from './leftovers.ts'
import { refuseBlocked } from './local-place.ts'
import { createOutlook } from './outlook.ts'
import { readAhead } from './read-ahead.ts'
import { Settling } from './settling.ts'

/** So many files may be known before they are worked on: enough to tell a remaining time, some 10 MB. */
const mostAhead = 20_000

/**
 * Copies what the pairs say: places one after the other, items of one target together. What is there and the same is kept, what differs is replaced. A file that fails does not
 * stop the others: look at `failed`. Throws what makes all the rest fail too (`unauthenticated`, `quota-exceeded`, a service out of
 * reach, a listing that breaks), and the signal's reason; in any case every file is there whole or as it was before.
 */
export async function copyPairs(pairs: readonly CopyPair[], options: CopyFilesOptions = {}): Promise<CopyFilesResult> {
  const { signal, onEvent, concurrency } = options
  const report = new CopyReport(options.onFile)
  const patience = new Patience()
  const lanes = createLanes({ fixed: concurrency })
  const outlook = createOutlook(onEvent)
  const job: CopyJob = { options, report, patience, outlook, leftovers: new Leftovers(), settling: new Settling(options) }
  const call = { lanes, ...(onEvent !== undefined && { onEvent }) }
  for (const pair of pairs) {
    refuseOverlap(pair)
    if (pair.to.kind === 'local') refuseBlocked(pair.to)
  }
  const groups = groupsOf(pairs)
  for (const group of groups) {
    const isLast = group === groups.at(-1)
    const tasks = 'from' in group ? readAhead(plannedTasks(group, job, isLast), mostAhead) : namedTasks(group, job, isLast)
    await parallel(tasks, lanes, (task, signal) => copyTask(task, job, { ...call, signal }), signal)
  }
  await job.settling.settle()
  await job.leftovers.clear()
  for (const title of new Set(pairs.map(({ to }) => to.title))) report.warn(onEvent, title)
  return report.result()
}

/** Items that go to one place one after the other are one group: a thousand names on a command line must not wait for each other. */
function groupsOf(pairs: readonly CopyPair[]): Array<PlacePair | ItemPair[]> {
  const groups: Array<PlacePair | ItemPair[]> = []
  for (const pair of pairs) {
    const last = groups.at(-1)
    if (!('item' in pair)) groups.push(pair)
    else if (Array.isArray(last) && last[0]?.to === pair.to) last.push(pair)
    else groups.push([pair])
  }
  return groups
}

/** `input-invalid` for a folder that would be copied into itself, or two ends on this machine. */
function refuseOverlap({ from, to, ...one }: CopyPair): void {
  if (from.kind === 'local' && to.kind === 'local') {
    throw new FairleadError('input-invalid', 'Both ends of the copy are on this machine.', {
      hint: 'Use cp or rsync; or write one end as connection:/path, with a connection of the disk client.',
    })
  }
  if (from.kind !== 'client' || to.kind !== 'client' || from.client.identity !== to.client.identity) return
  const ends = 'item' in one ? [from.object(one.item.path), to.object(one.path)] : [from.prefix, to.prefix]
  const [source = '', target = ''] = ends.map(path => foldPath(path, to.rules))
  const within = source === target || (!('item' in one) && (source === '' || target.startsWith(`${source}/`)))
  if (!within) return
  const named = ends[1] ?? ''
  throw new FairleadError('input-invalid', `"${printable(named)}" ${source === target ? 'is' : 'is inside'} what is copied.`, {
    path: named,
    hint: 'Choose a destination outside the source.',
  })
}
