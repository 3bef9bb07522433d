import type { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '../../contract/errors.ts'
import { useWriteAheadLog } from '../machine/wal-mode.ts'

const schemaVersion = 2

/** Makes the tables; an older schema is dropped, since all of it can be found out again. A newer one is `config-invalid`. */
export function migrateFacts(database: DatabaseSync, file: string): void {
  useWriteAheadLog(database)
  database.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4096')
  if (version(database) === schemaVersion) return
  database.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have made them while this one waited for its turn.
    const found = version(database)
    if (found > schemaVersion) {
      throw new FairleadError(
        'config-invalid',
        `the facts "${file}" were written by a newer version of Fairlead (format ${found}; this version supports ${schemaVersion}).`,
        {
          path: file,
          hint: 'Update Fairlead, or remove the file; Fairlead rebuilds it.',
        },
      )
    }
    if (found < schemaVersion) {
      database.exec(`
        DROP TABLE IF EXISTS files;
        DROP TABLE IF EXISTS remote;
        DROP TABLE IF EXISTS folders;
        CREATE TABLE files (path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, sha256 TEXT, media_type TEXT) STRICT, WITHOUT ROWID;
        CREATE TABLE folders (path TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
        CREATE TABLE remote (identity TEXT NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (identity, path)) STRICT, WITHOUT ROWID;
        PRAGMA user_version = ${schemaVersion}`)
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function version(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version)
}

/** The value of a JSON column, undefined where there is none. */
export function parsed(json: unknown): unknown {
  return typeof json === 'string' ? JSON.parse(json) : undefined
}
