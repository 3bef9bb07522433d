import type { Share } from '@fairlead/core'
import type { shareResult } from './results.ts'
import type { Infer } from './schema.ts'
import { keyed } from './text.ts'

/** A share for programs. */
export function shareJson({ id, url, path, kind, expires, created, revocable }: Share): Infer<typeof shareResult> {
  return {
    ...(id !== undefined && { id }),
    url: url.href,
    path,
    kind,
    ...(expires !== undefined && { expires: expires.toISOString() }),
    ...(created !== undefined && { created: created.toISOString() }),
    revocable,
  }
}

/** A share of a connection, for people. */
export function shareLine(connection: string, { id, url, path, expires }: Share): string {
  return keyed({ url: url.href, path: `${connection}:/${path}`, expires: expires?.toISOString(), id })
}
