import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'

/** The error of a copy whose source is not what it was to be. */
export function sourceChanged(connection: string, path: string): FairleadError {
  return new FairleadError('precondition-failed', `"${path}" has changed since it was listed.`, {
    connection,
    operation: 'read',
    path,
    hint: 'Another process changed it. List it and copy it again.',
  })
}

/**
 * What a failed copy is told as. A service refuses the etag of the source and the condition on the target with one word: where the
 * source has another etag by now it is `changed`, else what the service said.
 */
export async function copyFailure(
  cause: unknown,
  ifMatch: string | undefined,
  look: () => Promise<Entry>,
  changed: FairleadError,
): Promise<unknown> {
  if (ifMatch === undefined || !FairleadError.is(cause, 'precondition-failed')) return cause
  try {
    return (await look()).etag === ifMatch ? cause : changed
  } catch (error) {
    // What can't be looked at explains nothing, unless it went away.
    return FairleadError.is(error, 'not-found') ? changed : cause
  }
}
