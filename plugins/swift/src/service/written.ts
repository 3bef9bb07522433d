import { FairleadError, type Entry } from '@fairlead/core'
import { checksumsOf, dateIn, etagIn, type Kept } from '../mapping.ts'

/** What the answer of a PUT and what was sent tell of the new object. */
export function writtenEntry(
  path: string,
  headers: Readonly<Record<string, string>>,
  kept: Kept,
  { size, large = false }: { readonly size: number | undefined; readonly large?: boolean },
): Entry {
  const etag = etagIn(headers)
  const modified = kept.modified ?? dateIn(headers)
  const checksums = checksumsOf(etag, large, kept.sha256)
  return {
    path,
    kind: 'object',
    contentType: kept.contentType ?? 'application/octet-stream',
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified }),
    ...(etag !== undefined && { etag }),
    ...(checksums.length > 0 && { checksums }),
    ...(kept.metadata !== undefined && { metadata: kept.metadata }),
  }
}

/** Other bytes arrived than were sent. */
export function damaged(path: string): FairleadError {
  return new FairleadError('integrity', `"${path}": the service stored other bytes than were sent.`, {
    path,
    retry: 'later',
    hint: 'Send it again; if this stays, something between here and the service changes bodies.',
  })
}
