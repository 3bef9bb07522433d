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

/** What whoever makes a link must know when nobody can take it back; undefined when it can be. */
export function irrevocableText(shares: readonly Share[]): string | undefined {
  const bound = shares.filter(share => !share.revocable)
  if (bound.length === 0) return undefined
  const ends = bound.flatMap(({ expires }) => (expires === undefined ? [] : [expires.getTime()]))
  const what = bound.length === 1 ? 'This link' : `These ${bound.length} links`
  return ends.length < bound.length
    ? `${what} can't be revoked and never ${bound.length === 1 ? 'expires' : 'expire'}.`
    : `${what} can't be revoked: anyone who has ${bound.length === 1 ? 'it' : 'them'} can use ${bound.length === 1 ? 'it' : 'them'} until ${new Date(Math.max(...ends)).toISOString()}.`
}
