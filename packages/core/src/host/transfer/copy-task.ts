import { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { CopyJob, CopyTask } from './copy-job.ts'
import type { CopyFilesOptions } from './copy-types.ts'
import { decide, type Decision } from './decide.ts'
import { localError } from './local-error.ts'
import type { Item } from './place.ts'
import { sendItem } from './send-item.ts'

/** Does one task; what fails is told to the report, and thrown where nothing behind it can succeed. */
export async function copyTask(
  task: CopyTask,
  { options, report, patience, outlook, leftovers, settling }: CopyJob,
  call: CallOptions,
): Promise<void> {
  const { from, item, to, path } = task
  const place = { source: from.address(item.path), destination: to.address(path) }
  const size = item.size ?? 0
  try {
    const there = task.found === 'unknown' ? await targetItem(task, options, call) : task.found
    const { send, reason }: Decision =
      there === 'absent' || there === 'hidden'
        ? { send: true, reason: there === 'absent' ? 'new' : 'unknown' }
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
  } catch (thrown) {
    call.signal?.throwIfAborted()
    const error = localError(thrown, to.kind === 'local' ? place.destination : place.source)
    if (!FairleadError.is(error)) throw error
    outlook.fail(size, to.kind === 'client' ? to.object(path) : from.kind === 'client' ? from.object(item.path) : path)
    report.fail(place.source, place.destination, size, error)
    if (report.isHopeless) throw error
    patience.failed(error)
  }
}

/** What is there; `hidden` where these credentials may not look, which is no reason not to write. */
async function targetItem({ to, path }: CopyTask, { noReplace }: CopyFilesOptions, call: CallOptions): Promise<Item | 'absent' | 'hidden'> {
  if (to.kind === 'local') to.target(path)
  try {
    return (await to.stat(path, call)) ?? 'absent'
  } catch (error) {
    if (noReplace === true || !FairleadError.is(error, 'permission-denied')) throw error
    return 'hidden'
  }
}
