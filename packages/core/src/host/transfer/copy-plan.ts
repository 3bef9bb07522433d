import { resolve } from 'node:path'
import type { PathRules } from '../../contract/capabilities.ts'
import { FairleadError, type ErrorCode } from '../../contract/errors.ts'
import { checkPath, foldPath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import type { CopyJob, CopyTask, ItemPair, PlacePair } from './copy-job.ts'
import type { CopyReport } from './copy-report.ts'
import { createFilter, everything } from './filters.ts'
import type { Place, PlaceProblem } from './place.ts'
import { createTargetIndex } from './target-index.ts'

/** Up to so many files, the target is asked for each of them, and not listed. */
const few = 32

/** What there is to do of items that are named one by one and go to one place. */
export function* namedTasks(
  pairs: readonly ItemPair[],
  { report, outlook }: CopyJob,
  isLast: boolean,
): Generator<CopyTask, void, undefined> {
  for (const { item } of pairs) outlook.add(item.size ?? 0)
  if (isLast) outlook.complete()
  const clash = createClashes(pairs[0]?.to.rules ?? { case: 'sensitive', unicode: 'bytes' })
  for (const { from, item, to, path } of pairs) {
    const other = clash(path)
    if (other === undefined) yield { from, item, to, path, found: 'unknown' }
    else {
      outlook.drop(item.size ?? 0)
      report.fail(from.address(item.path), to.address(path), item.size ?? 0, clashing(path, other))
    }
  }
}

/** What there is to do of everything in a place, in the order of the paths; the report hears of what is not. */
export async function* plannedTasks(
  { from, to }: PlacePair,
  { options, report, outlook }: CopyJob,
  isLast: boolean,
): AsyncGenerator<CopyTask, void, undefined> {
  const { signal } = options
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
        const refused = refusal(path, from, to, clash)
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
function createClashes(rules: Pick<PathRules, 'case' | 'unicode'>): (path: string) => string | undefined {
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
function refusal(path: string, from: Place, to: Place, clash: (path: string) => string | undefined): FairleadError | undefined {
  try {
    // Of a folder of this machine names are looked at by whoever writes them.
    if (to.kind === 'client') checkPath(to.object(path), to.rules)
  } catch (error) {
    if (FairleadError.is(error)) return error
    throw error
  }
  if (
    from.kind === 'client' &&
    to.kind === 'client' &&
    from.client.identity === to.client.identity &&
    to.object(path).startsWith(`${from.prefix}/`)
  ) {
    return new FairleadError(
      'path-invalid',
      `"${printable(to.object(path))}" is inside the source, so it would change while it is copied.`,
      {
        path,
        hint: 'Choose a destination outside the source.',
      },
    )
  }
  const other = clash(path)
  return other === undefined ? undefined : clashing(path, other)
}

function clashing(path: string, other: string): FairleadError {
  return new FairleadError(
    'path-invalid',
    `"${printable(path)}": the target can't distinguish it from "${printable(other)}", which is copied.`,
    {
      path,
      hint: 'Rename one of the two, or copy one of them elsewhere.',
    },
  )
}
