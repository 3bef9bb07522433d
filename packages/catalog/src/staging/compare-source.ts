import { lstatSync, type BigIntStats } from 'node:fs'
import { fingerprintOf } from '@fairlead/core/host'

/**
 * What a file is, compared with its fingerprint: the same; `relinked`, when no more than its change time is another and
 * it has other names, since a link that comes or goes sets that time for all of them; or `changed`, when it is something else or gone.
 */
export type SourceChange = 'same' | 'relinked' | 'changed'

/** Compares stats of a file with the fingerprint of what it was. */
export function compareSource(stat: BigIntStats | undefined, fingerprint: string): SourceChange {
  if (stat?.isFile() !== true) return 'changed'
  const now = fingerprintOf(stat)
  if (now === fingerprint) return 'same'
  return stat.nlink > 1n && withoutChangeTime(now) === withoutChangeTime(fingerprint) ? 'relinked' : 'changed'
}

/** The state of a file as it is now. */
export function compareSourceAt(path: string, fingerprint: string): SourceChange {
  return compareSource(lstatSync(path, { bigint: true, throwIfNoEntry: false }), fingerprint)
}

/** The change time is a fingerprint's last part. */
function withoutChangeTime(fingerprint: string): string {
  return fingerprint.slice(0, fingerprint.lastIndexOf(':'))
}
