import { resolve } from 'node:path'
import type { PathRules } from '../../contract/capabilities.ts'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import { checkPath, foldPath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import type { CallOptions } from '../client.ts'
import { Patience } from '../export/export-report.ts'
import { createLanes } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { CopyReport } from './copy-report.ts'
import type { CopyFilesOptions, CopyFilesResult, CopyReason } from './copy-types.ts'
import { decide } from './decide.ts'
import { createFilter, everything } from './filters.ts'
import type { Item, Place, PlaceProblem } from './place.ts'
import { Leftovers } from './leftovers.ts'
import { readAhead } from './read-ahead.ts'
import { Settling } from './settling.ts'
import { sendItem } from './send-item.ts'
import { createTargetIndex, type Found } from './target-index.ts'

/** So many files may be known before they are worked on: enough to tell a remaining time, some 20 MB. */
const mostAhead = 50_000
/** Up to so many files, the target is asked for each of them, and not listed. */
const few = 32

/** What goes from where to where: everything of a place to a place, or one item to one path. */
export type CopyPair =
  | { readonly from: Place; readonly to: Place }
  | { readonly from: Place; readonly item: Item; readonly to: Place; readonly path: string }

interface Task {
  readonly from: Place
  readonly item: Item
  readonly to: Place
  readonly path: string
  readonly found: Found
}

/**
 * Copies one after the other what the pairs say. What is there and the same is kept, what differs is replaced. A file that fails does not
 * stop the others: look at `failed`. Throws what makes all the rest fail too (`unauthenticated`, `quota-exceeded`, a service out of
 * reach, a listing that breaks), and the signal's reason; in any case every file is there whole or as it was before.
 */
export async function copyPairs(pairs: readonly CopyPair[], options: CopyFilesOptions = {}): Promise<CopyFilesResult> {
  const { signal, onEvent, concurrency } = options
  const report = new CopyReport(options.onFile)
  const patience = new Patience()
  const lanes = createLanes({ fixed: concurrency })
  const outlook = createOutlook(onEvent)
  const job: Job = { options, report, patience, outlook, leftovers: new Leftovers(), settling: new Settling(options) }
  const call = { lanes, ...(onEvent !== undefined && { onEvent }) }
  for (const pair of pairs) refuseOverlap(pair)
  for (const pair of pairs) {
    const tasks = readAhead(planned(pair, job, pair === pairs.at(-1)), mostAhead)
    await parallel(tasks, lanes, (task, signal) => work(task, job, { ...call, signal }), signal)
  }
  await job.settling.settle()
  await job.leftovers.clear()
  for (const title of new Set(pairs.map(({ to }) => to.title))) report.warn(onEvent, title)
  return report.result()
}

/** What all parts of one copy share. */
interface Job {
  readonly options: CopyFilesOptions
  readonly report: CopyReport
  readonly patience: Patience
  readonly outlook: Outlook
  readonly leftovers: Leftovers
  readonly settling: Settling
}

/** How much there is to send, told once everything is listed, and anew when some of it turns out to be there already. */
interface Outlook {
  add(bytes: number): void
  drop(bytes: number): void
  complete(): void
}

function createOutlook(onEvent: CallOptions['onEvent']): Outlook {
  let [files, bytes, known] = [0, 0, false]
  const tell = (): void => {
    if (known) onEvent?.({ type: 'plan', files, bytes })
  }
  const change = (count: number, size: number): void => {
    files += count
    bytes += count * size
    tell()
  }
  return {
    add: size => change(1, size),
    drop: size => change(-1, size),
    complete() {
      known = true
      tell()
    },
  }
}

/** `input-invalid` for a folder that would be copied into itself, or two ends on this machine. */
function refuseOverlap({ from, to, ...one }: CopyPair): void {
  if (from.kind === 'local' && to.kind === 'local') {
    throw new FairleadError('input-invalid', 'Both ends of the copy are on this machine.', {
      hint: 'Use cp or rsync; or write one end as connection:/path, with a connection of the disk client.',
    })
  }
  if (from.kind !== 'client' || to.kind !== 'client' || from.client.identity !== to.client.identity) return
  const [source, target] = 'item' in one ? [from.object(one.item.path), to.object(one.path)] : [from.prefix, to.prefix]
  const within = source === target || (!('item' in one) && (source === '' || target.startsWith(`${source}/`)))
  if (!within) return
  throw new FairleadError('input-invalid', `"${printable(target)}" ${source === target ? 'is' : 'lies in'} what is copied.`, {
    path: target,
    hint: 'Name a destination outside of the source.',
  })
}

/** What there is to do, in the order of the paths; the report hears of what is not. */
async function* planned(pair: CopyPair, { options, report, outlook }: Job, isLast: boolean): AsyncGenerator<Task, void, undefined> {
  const { signal } = options
  if ('item' in pair) {
    outlook.add(pair.item.size ?? 0)
    if (isLast) outlook.complete()
    yield { ...pair, found: 'unknown' }
    return
  }
  const { from, to } = pair
  const filter = options.filter === undefined ? everything : createFilter(options.filter)
  const onProblem = (problem: PlaceProblem): void => tell(problem, from, to, report)
  const batches = from.list({ filter, onProblem, ...(signal !== undefined && { signal }) })[Symbol.asyncIterator]()
  const clash = createClashes(to.rules)
  const leftOut = new Set(from.kind === 'local' ? options.leaveOut?.map(file => resolve(file)) : [])
  try {
    let batch = await batches.next()
    const next = batch.done === true ? batch : await batches.next()
    const count = batch.done === true ? 0 : batch.value.length
    await using index = createTargetIndex(to, next.done === true && count <= few, signal)
    for (let ahead: typeof next | undefined = next; batch.done !== true; ahead = undefined) {
      for (const item of batch.value) {
        const { path, size = 0 } = item
        if (leftOut.size > 0 && leftOut.has(from.address(path))) continue
        const refused = refusal(path, to, clash)
        if (refused !== undefined) {
          report.fail(from.address(path), to.address(path), size, refused)
          continue
        }
        const found = index.find(path)
        outlook.add(size)
        yield { from, item, to, path, found: found instanceof Promise ? await found : found }
      }
      batch = ahead ?? (await batches.next())
    }
    if (isLast) outlook.complete()
  } finally {
    await batches.return?.()
  }
}

/** Links and special files are left out, and said; what should have been copied and can't be is a failure. */
function tell(problem: PlaceProblem, from: Place, to: Place, report: CopyReport): void {
  const { path, reason, message } = problem
  if (reason === 'symbolic-link' || reason === 'special-file') return report.leave(problem)
  const code: ErrorCode = reason === 'unreadable' ? 'permission-denied' : 'path-invalid'
  report.fail(`${from.title}/${path}`, `${to.title}/${path}`, 0, new FairleadError(code, `"${printable(path)}": ${message}`, { path }))
}

/** Remembers what a target that can't tell case or Unicode form was asked to keep. */
function createClashes(rules: PathRules): (path: string) => string | undefined {
  if (rules.case === 'sensitive' && rules.unicode === 'bytes') return () => undefined
  const seen = new Map<string, string>()
  return path => {
    const key = foldPath(path, rules)
    const other = seen.get(key)
    if (other === undefined) seen.set(key, path)
    return other
  }
}

/** Why a path can't be made in the target; undefined: it can. */
function refusal(path: string, to: Place, clash: (path: string) => string | undefined): FairleadError | undefined {
  try {
    // Of a folder of this machine names are looked at by whoever writes them.
    if (to.kind === 'client') checkPath(to.object(path), to.rules)
  } catch (error) {
    if (FairleadError.is(error)) return error
    throw error
  }
  const other = clash(path)
  if (other === undefined) return undefined
  return new FairleadError('path-invalid', `"${printable(path)}": the target can't tell it from "${printable(other)}", which is copied.`, {
    path,
    hint: 'Rename one of the two, or copy one of them elsewhere.',
  })
}

async function work(task: Task, { options, report, patience, outlook, leftovers, settling }: Job, call: CallOptions): Promise<void> {
  const { from, item, to, path } = task
  const place = { source: from.address(item.path), destination: to.address(path) }
  const size = item.size ?? 0
  try {
    const there = task.found === 'unknown' ? await targetItem(task, call) : task.found
    const { send, reason } =
      there === 'absent'
        ? { send: true, reason: 'new' as CopyReason }
        : await decide({ place: from, item }, { place: to, item: there }, options, call)
    if (!send) {
      outlook.drop(size)
      if (reason === 'same' && options.dryRun !== true) await settling.add(to, path, size)
      return report.file({ ...place, outcome: 'kept', bytes: size, reason })
    }
    if (options.dryRun === true) return report.file({ ...place, outcome: 'planned', bytes: size, reason })
    const sent = await sendItem(from, item, to, path, { ...call, ...(options.noReplace === true && { ifAbsent: true }) })
    patience.succeeded()
    if (to.kind === 'local') leftovers.look(to.file(path))
    if (sent.kept) return report.file({ ...place, outcome: 'kept', bytes: size, reason: 'exists' })
    report.file({
      ...place,
      outcome: 'sent',
      bytes: sent.bytes,
      reason,
      inService: sent.inService,
      ...(sent.checksum !== undefined && { checksum: sent.checksum }),
      ...(sent.lost.length > 0 && { lost: sent.lost }),
    })
  } catch (error) {
    call.signal?.throwIfAborted()
    if (!FairleadError.is(error)) throw error
    outlook.drop(size)
    report.fail(place.source, place.destination, size, error)
    patience.failed(error)
  }
}

async function targetItem({ to, path }: Task, call: CallOptions): Promise<Item | 'absent'> {
  if (to.kind === 'local') to.target(path)
  return (await to.stat(path, call)) ?? 'absent'
}
