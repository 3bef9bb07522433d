import { FairleadError } from '../../contract/errors.ts'
import type { PendingUpload } from '../../contract/connection.ts'
import type { AssetContext } from './asset-context.ts'
import type { CallOptions } from '../client.ts'
import { pages } from '../objects/pages.ts'
import { forgetGoneUploads } from '../uploads/settle-uploads.ts'

/**
 * Aborts the unfinished uploads that a service lists, when they were begun before a time (milliseconds since 1970), and
 * forgets those that it does not know any more; how many were aborted.
 */
export async function abortUploads(
  { runtime }: AssetContext,
  before: number,
  options: CallOptions & { readonly dryRun?: boolean },
): Promise<number> {
  const { connection, attempts } = runtime
  const doListUploads = connection.doListUploads?.bind(connection)
  const doAbortUpload = connection.doAbortUpload?.bind(connection)
  if (doListUploads === undefined || doAbortUpload === undefined) return 0
  const old: PendingUpload[] = []
  for await (const page of pages(runtime, { name: 'list-uploads' }, doListUploads, options)) {
    for (const upload of page) {
      if (before === Infinity || (upload.started !== undefined && upload.started.getTime() < before)) old.push(upload)
    }
  }
  if (options.dryRun === true) return old.length
  for (const { state, path } of old) {
    try {
      await attempts.run({ name: 'abort-upload', path }, context => doAbortUpload(state, context), options)
    } catch (cause) {
      // It was finished or aborted by someone else in between.
      if (!FairleadError.is(cause, 'not-found')) throw cause
    }
  }
  await forgetGoneUploads(runtime, options)
  return old.length
}
