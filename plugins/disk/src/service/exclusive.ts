import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '@fairlead/core'
import { ownRoot } from './records.ts'

const sqliteBusy = 5

/**
 * Runs `work` while no other process replaces an object of this root. The lock is a SQLite file held by BEGIN EXCLUSIVE:
 * the kernel frees it when its holder dies.
 */
export async function exclusively<T>(root: string, clock: Clock, signal: AbortSignal, work: () => T): Promise<T> {
  const own = ownRoot(root)
  mkdirSync(own, { recursive: true })
  const database = new DatabaseSync(join(own, 'lock.sqlite'), { timeout: 0 })
  try {
    for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 50)) {
      try {
        database.exec('BEGIN EXCLUSIVE')
        break
      } catch (error) {
        if (!(error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === sqliteBusy)) throw error
        await clock.sleep(waitMs, signal)
      }
    }
    try {
      return work()
    } finally {
      database.exec('ROLLBACK')
    }
  } finally {
    database.close()
  }
}
