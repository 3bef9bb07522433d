import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { FairleadError } from '../../contract/errors.ts'
import { makeFolder } from '../machine/make-folder.ts'
import { inTransaction, isBusy, openObjectDatabase } from './object-memory-schema.ts'

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

const rowsPerCommit = 1024
const commitAfterMs = 1000
const fileName = 'objects.sqlite'
/** An object that is met is noted down again no sooner, so that a sync that finds nothing to do writes nothing either. */
const notedDays = 30
const dayMs = 24 * 3600 * 1000
const sqliteCorrupt = 11
const sqliteNotADatabase = 26

/** How the memory is opened, for tests. */
export interface ObjectMemoryOptions {
  /** How long another process is waited for, default 10 s. */
  readonly waitMs?: number
  /** Milliseconds since 1970. */
  readonly now?: number
}

/**
 * Opens `objects.sqlite` in a folder. A newer schema is `config-invalid`, a file that another process holds for long `unavailable`; a broken
 * file is built anew. What no sync has met for half a year is forgotten.
 */
export function openObjectMemory(folder: string, { waitMs = 10_000, now = Date.now() }: ObjectMemoryOptions = {}): ObjectMemory {
  makeFolder(folder, 0o700)
  const file = join(folder, fileName)
  const today = Math.floor(now / dayMs)
  const open = (): ObjectMemory => memoryOver(openObjectDatabase(file, waitMs, today), file, today)
  try {
    return unlessBusy(file, open)
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error && (error.errcode === sqliteCorrupt || error.errcode === sqliteNotADatabase)))
      throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
    return open()
  }
}

function unlessBusy<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!isBusy(cause)) throw cause
    throw new FairleadError('unavailable', `"${file}", which stores what is known about objects, is locked by another process.`, {
      path: file,
      cause,
      hint: 'Run the same command again when the other process is done. If the file stays locked, you can remove it; Fairlead rebuilds it.',
    })
  }
}

interface Row extends ObjectFacts {
  readonly connection: number
  readonly path: string
  readonly etag: string
}

function memoryOver(database: DatabaseSync, file: string, today: number): ObjectMemory {
  const select = database.prepare('SELECT etag, modified, sha256, seen FROM objects WHERE connection = ? AND path = ?')
  select.setReturnArrays(true)
  const upsert = database.prepare(`
    INSERT INTO objects (connection, path, etag, modified, sha256, seen) VALUES (?1, ?2, ?3, ?4, ?5, ${today})
    ON CONFLICT (connection, path) DO UPDATE SET
      modified = CASE WHEN etag = ?3 THEN coalesce(?4, modified) ELSE ?4 END,
      sha256 = CASE WHEN etag = ?3 THEN coalesce(?5, sha256) ELSE ?5 END,
      etag = ?3,
      seen = ${today}`)
  const pending = new Map<string, Row>()
  let oldest = 0

  const commit = (): void => {
    if (pending.size === 0) return
    inTransaction(database, () => {
      for (const { connection, path, etag, modifiedMs, sha256 } of pending.values())
        upsert.run(connection, path, etag, modifiedMs ?? null, sha256 ?? null)
    })
    pending.clear()
  }
  /** What can't be written down now waits for the next time, and is found out again where there is none. */
  const flush = (): void => {
    try {
      commit()
    } catch (error) {
      if (!isBusy(error)) throw error
      oldest = performance.now()
    }
  }

  const find = database.prepare('SELECT id FROM connections WHERE identity = ?')
  const connectionOf = (identity: string): number => {
    if (find.get(identity) === undefined)
      unlessBusy(file, () => database.prepare('INSERT OR IGNORE INTO connections (identity) VALUES (?)').run(identity))
    return Number(find.get(identity)?.['id'])
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
          if (Array.isArray(row) && stored !== undefined && waiting === undefined && today - Number(row[3]) > notedDays)
            pending.set(key(path), { connection, path, etag, ...stored })
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
          if (pending.size % rowsPerCommit === 0 || performance.now() - oldest >= commitAfterMs) flush()
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
