import type { BigIntStats } from 'node:fs'
import { fingerprintOf } from '../objects/local-file.ts'

/** One state of a local file. */
export interface FileStamp {
  readonly path: string
  /** Device, inode, size, mtimeNs and ctimeNs. */
  readonly fingerprint: string
  /** False: the file changed so recently that it may change again without its times telling. Nothing is remembered of it. */
  readonly settled: boolean
}

/** Times of files advance with the kernel's tick, at most 10 ms; two changes within one tick look like one. */
const settledAfterMs = 20

/** The stamp of a file from its stats, taken just before its content is read. */
export function stampOf(path: string, stats: BigIntStats, nowMs = Date.now()): FileStamp {
  const settled = nowMs - Number(stats.ctimeNs / 1_000_000n) >= settledAfterMs
  return { path, fingerprint: fingerprintOf(stats), settled }
}
