import type { BigIntStats } from 'node:fs'

/**
 * The state of a file, as numbers. Times are milliseconds with fractions: a double tells them apart to a quarter of a
 * microsecond, and changes of one file that could be mistaken for one another lie at least 20 ms apart.
 */
export interface Stamp {
  readonly size: number
  readonly modified: number
  readonly changed: number
  readonly inode: number
}

/** Times of files advance with the kernel's tick, at most 10 ms; two changes within one tick look like one. */
const settledAfterMs = 20

/** False for a file that changed so shortly before it was looked at that it may change again without its times telling. */
export function isSettled({ changed }: Stamp, lookedAt: number): boolean {
  return lookedAt - changed >= settledAfterMs
}

/** Whether two states are one. */
export function isSameStamp(a: Stamp, b: Stamp): boolean {
  return a.size === b.size && a.changed === b.changed && a.modified === b.modified && a.inode === b.inode
}

/** As Node computes it for stats in numbers, so that both come out as the same. */
function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000_000n) * 1000 + Number(nanoseconds % 1_000_000_000n) / 1e6
}

/** The modification time of a file as stamps and the catalog have it. */
export function modifiedOf({ mtimeNs }: BigIntStats): number {
  return milliseconds(mtimeNs)
}

/** The state that exact stats tell. */
export function stampOfStats({ size, mtimeNs, ctimeNs, ino }: BigIntStats): Stamp {
  return { size: Number(size), modified: milliseconds(mtimeNs), changed: milliseconds(ctimeNs), inode: Number(ino) }
}
