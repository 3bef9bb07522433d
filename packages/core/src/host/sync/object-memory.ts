import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '../../contract/errors.ts'
import { makeFolder } from '../machine/make-folder.ts'
import { makePrivateFile } from '../machine/private-file.ts'
import { useWriteAheadLog } from '../machine/wal-mode.ts'

/** What is known of one state of an object, which its etag tells from others. */
interface ObjectFacts {
  /** The time of the content, milliseconds since 1970; listings tell that of the upload. */
  readonly modifiedMs?: number
  /** Lower-case hex. */
  readonly sha256?: string
}

/** What is known of the objects of one connection. */
export interface ConnectionMemory {
  /** What was remembered of an object while it had this etag. */
  recall(path: string, etag: string): ObjectFacts | undefined
  /** Runs many {@link recall}s in one read transaction: otherwise each takes and gives back the lock of the file. */
  together<T>(work: () => T): T
  remember(path: string, etag: string, facts: ObjectFacts): void
}

/**
 * Times and hashes of stored objects as long as they stay what they are, so that no object is asked twice for what its listing does
 * not tell. It is a cache: losing it costs requests only. Several processes may use it at once. Writes are gathered and committed
 * by the thousand or after a second; disposing commits the rest.
 */
export interface ObjectMemory extends Disposable {
  /** By `ClientRuntime.identity`. */
  of(identity: string): ConnectionMemory
  flush(): void
}

const schemaVersion = 1
const rowsPerCommit = 1024
const commitAfterMs = 1000
const fileName = 'objects.sqlite'
const sqliteCorrupt = 11
const sqliteNotADatabase = 26

/** Opens `objects.sqlite` in a folder. A newer schema is `config-invalid`; a broken file is built anew. */
export function openObjectMemory(folder: string): ObjectMemory {
  makeFolder(folder, 0o700)
  const file = join(folder, fileName)
  try {
    return memoryOver(openDatabase(file))
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error && (error.errcode === sqliteCorrupt || error.errcode === sqliteNotADatabase)))
      throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
    return memoryOver(openDatabase(file))
  }
}

function openDatabase(file: string): DatabaseSync {
  makePrivateFile(file)
  const database = new DatabaseSync(file, { timeout: 10_000 })
  try {
    migrate(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: DatabaseSync, file: string): void {
  useWriteAheadLog(database)
  database.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 4096')
  const version = (): number => Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version() === schemaVersion) return
  database.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have made them while this one waited for its turn.
    const found = version()
    if (found > schemaVersion)
      throw new FairleadError(
        'config-invalid',
        `"${file}" was written by a newer Fairlead (its version is ${found}, this one knows ${schemaVersion}).`,
        {
          path: file,
          hint: 'Update Fairlead, or remove the file: it is found out again.',
        },
      )
    if (found < schemaVersion)
      database.exec(`
        CREATE TABLE connections (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE objects (
          connection INTEGER NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, modified REAL, sha256 TEXT, PRIMARY KEY (connection, path)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = ${schemaVersion}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

interface Row extends ObjectFacts {
  readonly connection: number
  readonly path: string
  readonly etag: string
}

function memoryOver(database: DatabaseSync): ObjectMemory {
  const select = database.prepare('SELECT etag, modified, sha256 FROM objects WHERE connection = ? AND path = ?')
  select.setReturnArrays(true)
  const upsert = database.prepare(`
    INSERT INTO objects (connection, path, etag, modified, sha256) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (connection, path) DO UPDATE SET
      modified = CASE WHEN etag = ?3 THEN coalesce(?4, modified) ELSE ?4 END,
      sha256 = CASE WHEN etag = ?3 THEN coalesce(?5, sha256) ELSE ?5 END,
      etag = ?3`)
  const pending = new Map<string, Row>()
  let oldest = 0

  const flush = (): void => {
    if (pending.size === 0) return
    database.exec('BEGIN IMMEDIATE')
    try {
      for (const { connection, path, etag, modifiedMs, sha256 } of pending.values())
        upsert.run(connection, path, etag, modifiedMs ?? null, sha256 ?? null)
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
    pending.clear()
  }

  const connectionOf = (identity: string): number => {
    database.prepare('INSERT OR IGNORE INTO connections (identity) VALUES (?)').run(identity)
    return Number(database.prepare('SELECT id FROM connections WHERE identity = ?').get(identity)?.['id'])
  }

  return {
    of(identity) {
      const connection = connectionOf(identity)
      const key = (path: string): string => `${connection} ${path}`
      return {
        recall(path, etag) {
          const waiting = pending.size === 0 ? undefined : pending.get(key(path))
          if (waiting !== undefined && waiting.etag !== etag) return undefined
          if (waiting?.modifiedMs !== undefined && waiting.sha256 !== undefined) return waiting
          const row: unknown = select.get(connection, path)
          const stored = Array.isArray(row) && row[0] === etag ? factsOf(row) : undefined
          return waiting === undefined ? stored : { ...stored, ...waiting }
        },
        together(work) {
          database.exec('BEGIN')
          try {
            return work()
          } finally {
            database.exec('COMMIT')
          }
        },
        remember(path, etag, facts) {
          if (pending.size === 0) oldest = performance.now()
          const before = pending.get(key(path))
          pending.set(key(path), { ...(before?.etag === etag && before), connection, path, etag, ...facts })
          if (pending.size >= rowsPerCommit || performance.now() - oldest >= commitAfterMs) flush()
        },
      }
    },
    flush,
    [Symbol.dispose]() {
      try {
        flush()
      } finally {
        database.close()
      }
    },
  }
}

function factsOf([, modified, sha256]: readonly unknown[]): ObjectFacts {
  return { ...(typeof modified === 'number' && { modifiedMs: modified }), ...(typeof sha256 === 'string' && { sha256 }) }
}
