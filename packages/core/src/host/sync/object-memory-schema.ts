import { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '../../contract/errors.ts'
import { makePrivateFile } from '../machine/private-file.ts'
import { useWriteAheadLog } from '../machine/wal-mode.ts'

const schemaVersion = 2
/** Days after which an object that no sync has met is forgotten. */
const keptDays = 180
const sqliteBusy = 5

/** Opens the database of remembered objects, makes its tables, and once a day lets go of what nobody has met for half a year. */
export function openObjectDatabase(file: string, waitMs: number, today: number): DatabaseSync {
  makePrivateFile(file)
  const database = new DatabaseSync(file, { timeout: waitMs })
  try {
    migrate(database, file, today)
    prune(database, today)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Whether another process holds the file longer than anybody waits. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === sqliteBusy
}

function migrate(database: DatabaseSync, file: string, today: number): void {
  useWriteAheadLog(database)
  database.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4096')
  const version = (): number => Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version() === schemaVersion) return
  inTransaction(database, () => {
    // Another process may have made them while this one waited for its turn.
    const found = version()
    if (found > schemaVersion)
      throw new FairleadError(
        'config-invalid',
        `"${file}" was written by a newer version of Fairlead (format ${found}; this version supports ${schemaVersion}).`,
        {
          path: file,
          hint: 'Update Fairlead, or remove the file; Fairlead rebuilds it.',
        },
      )
    if (found === schemaVersion) return
    if (found === 0)
      database.exec(`
        CREATE TABLE connections (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE objects (
          connection INTEGER NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, modified REAL, sha256 TEXT, PRIMARY KEY (connection, path)
        ) STRICT, WITHOUT ROWID`)
    // Days since 1970.
    database.exec(`
      ALTER TABLE objects ADD COLUMN seen INTEGER NOT NULL DEFAULT ${today};
      CREATE TABLE upkeep (day INTEGER NOT NULL) STRICT;
      INSERT INTO upkeep (day) VALUES (${today});
      PRAGMA user_version = ${schemaVersion}`)
  })
}

function prune(database: DatabaseSync, today: number): void {
  const last = Number(database.prepare('SELECT day FROM upkeep').get()?.['day'])
  if (last >= today) return
  try {
    inTransaction(database, () => {
      database.prepare('UPDATE upkeep SET day = ?').run(today)
      database.prepare('DELETE FROM objects WHERE seen < ?').run(today - keptDays)
    })
  } catch (error) {
    // Whoever holds the file just now is not to be waited for: the next process does it.
    if (!isBusy(error)) throw error
  }
}

/** Writes of `work`, all or none. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
