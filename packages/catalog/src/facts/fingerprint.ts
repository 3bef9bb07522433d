import type { BigIntStats } from 'node:fs'

/** Changes when the content of a file may have changed: inode, size, and both times in nanoseconds. */
export function fingerprintOf(stat: BigIntStats): string {
  return `${stat.ino}.${stat.size}.${stat.mtimeNs}.${stat.ctimeNs}`
}

const settleMs = 50

/**
 * Whether a fingerprint can be trusted for content that is read now. File systems stamp times in steps of some
 * milliseconds, so a file that changed just now may change again without its fingerprint showing it.
 */
export function isSettled(stat: BigIntStats): boolean {
  return Date.now() - Number(stat.ctimeMs) > settleMs
}
