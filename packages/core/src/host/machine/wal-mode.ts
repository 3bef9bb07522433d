import type { DatabaseSync } from 'node:sqlite'

const busy = 5
const waitMs = 10
const attempts = 1000

/**
 * Puts a database into write-ahead mode. SQLite does not wait for others in this one statement, whatever its timeout says
 * (two processes that make the same file at once), so this does, for ten seconds at most.
 */
export function useWriteAheadLog(database: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      return
    } catch (error) {
      if (!(error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === busy) || attempt === attempts) throw error
      Atomics.wait(pause, 0, 0, waitMs)
    }
  }
}
