import { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'
import { openJournalIfAny, type UploadRow } from './journal.ts'
import { uploadId, uploadLock } from './upload-id.ts'

/**
 * Puts away the unfinished uploads of objects that are there whole by now: a process that was killed between the end of
 * an upload and the note of it leaves one that nobody would go on with. The caller makes sure that nobody else sends
 * these objects meanwhile.
 */
export async function settleUploads(runtime: ClientRuntime, paths: readonly string[], call: CallOptions): Promise<void> {
  const wanted = new Set(paths)
  await forgetRows(runtime, async row => {
    if (!wanted.has(row.path)) return false
    const { connection, attempts } = runtime
    const doAbortUpload = connection.doAbortUpload?.bind(connection)
    if (doAbortUpload === undefined) return true
    try {
      await attempts.run({ name: 'abort-upload', path: row.path }, context => doAbortUpload(row.state, context), call)
    } catch (cause) {
      // Most services know nothing of an upload any more once it is complete.
      if (!FairleadError.is(cause, 'not-found')) throw cause
    }
    return true
  })
}

/**
 * The same for objects that were found to be there whole, which somebody else may be sending right now: what another process goes on
 * with is left to it.
 */
export async function settleKept(runtime: ClientRuntime, paths: readonly string[], call: CallOptions = {}): Promise<void> {
  using journal = openJournalIfAny(runtime.folders.state)
  if (journal === undefined) return
  for (const path of paths) {
    if (journal.find(runtime.identity, path) === undefined) continue
    try {
      await runtime.locks.exclusive(uploadLock(uploadId(runtime, path)), () => settleUploads(runtime, [path], call), { waitMs: 0 })
    } catch (error) {
      if (!FairleadError.is(error, 'unavailable')) throw error
      runtime.log.debug('an unfinished upload is left for another process to resume', { path })
    }
  }
}

/** Forgets the unfinished uploads of a connection that its service does not know any more: there is nothing to go on with. */
export async function forgetGoneUploads(runtime: ClientRuntime, call: CallOptions): Promise<void> {
  const { connection, attempts } = runtime
  const doUploadedParts = connection.doUploadedParts?.bind(connection)
  if (doUploadedParts === undefined) return
  await forgetRows(runtime, async ({ path, state }) => {
    return (await attempts.run({ name: 'uploaded-parts', path }, context => doUploadedParts(state, context), call)) === 'gone'
  })
}

async function forgetRows(runtime: ClientRuntime, ended: (row: UploadRow) => Promise<boolean>): Promise<void> {
  using journal = openJournalIfAny(runtime.folders.state)
  for (const row of journal?.ofConnection(runtime.identity) ?? []) if (await ended(row)) journal?.forget(row.id)
}
