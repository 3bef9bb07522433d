import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { AssetFacts } from '../assets/asset-facts.ts'
import { createFileHasher } from './file-hashes.ts'
import { migrateFacts, parsed } from './facts-schema.ts'
import type { FileStamp } from './file-stamp.ts'
import { makePrivateFile } from '../machine/private-file.ts'
import { makeFolder } from '../machine/make-folder.ts'

/** What was found out about one state of a file; absent where nobody looked yet. */
export interface FileFacts {
  /** Lower-case hex. */
  readonly sha256?: string
  readonly mediaType?: string
}

/**
 * What is known of files, of folders and of remote objects as long as they stay what they are. It is a cache: losing it costs time
 * only. Several processes may use it at once. Writes are gathered and committed by the thousand, or sooner; {@link Facts.flush} and
 * disposing commit the rest.
 */
export interface Facts extends Disposable {
  file(stamp: FileStamp): FileFacts | undefined
  /** Many at once, in the order of the stamps. */
  files(stamps: readonly FileStamp[]): Array<FileFacts | undefined>
  /** Adds to what is known of this state of the file; what was known of another state is forgotten. */
  rememberFile(stamp: FileStamp, facts: FileFacts): void
  /** What was remembered of the files of a local folder, by its absolute path: bytes that whoever wrote them reads. */
  folder(path: string): Uint8Array | undefined
  /** Replaces what is remembered of a folder; one row for all of its files, since they are looked at together. */
  rememberFolder(path: string, value: Uint8Array): void
  /** A small JSON value remembered of an object while it had this etag. */
  remote(identity: string, path: string, etag: string): unknown
  rememberRemote(identity: string, path: string, etag: string, value: unknown): void
  /** What the verbs of one connection use: hashes of local files, records of its objects. */
  forConnection(identity: string): AssetFacts
  flush(): void
}

const rowsPerCommit = 4096
/** So few that a killed update loses the work of a fraction of a second. */
const folderBytesPerCommit = 256 * 1024

/** Opens `facts.sqlite` in a folder. A newer schema is `config-invalid`; an older one, or a broken file, is built anew. */
export function openFacts(folder: string): Facts {
  makeFolder(folder, 0o700)
  const file = join(folder, 'facts.sqlite')
  try {
    return factsOver(openDatabase(file))
  } catch (error) {
    if (!isBroken(error)) throw error
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
    return factsOver(openDatabase(file))
  }
}

function openDatabase(file: string): DatabaseSync {
  makePrivateFile(file)
  const database = new DatabaseSync(file, { timeout: 10_000 })
  try {
    migrateFacts(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const sqliteCorrupt = 11
const sqliteNotADatabase = 26

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === sqliteCorrupt || error.errcode === sqliteNotADatabase)
}

interface RemoteRow {
  readonly identity: string
  readonly path: string
  readonly etag: string
  readonly value: unknown
}

function factsOver(database: DatabaseSync): Facts {
  const selectFile = arrays(database.prepare('SELECT sha256, media_type FROM files WHERE path = ? AND fingerprint = ?'))
  const selectFolder = arrays(database.prepare('SELECT value FROM folders WHERE path = ?'))
  const selectRemote = arrays(database.prepare('SELECT value FROM remote WHERE identity = ? AND path = ? AND etag = ?'))
  const upsertFile = database.prepare(`
    INSERT INTO files (path, fingerprint, sha256, media_type) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (path) DO UPDATE SET
      sha256 = CASE WHEN fingerprint = ?2 THEN coalesce(?3, sha256) ELSE ?3 END,
      media_type = CASE WHEN fingerprint = ?2 THEN coalesce(?4, media_type) ELSE ?4 END,
      fingerprint = ?2`)
  const upsertRemote = database.prepare('INSERT OR REPLACE INTO remote (identity, path, etag, value) VALUES (?, ?, ?, ?)')
  const upsertFolder = database.prepare('INSERT OR REPLACE INTO folders (path, value) VALUES (?, ?)')
  const pendingFolders = new Map<string, Uint8Array>()
  const pendingFiles = new Map<string, FileStamp & FileFacts>()
  const pendingRemote = new Map<string, RemoteRow>()
  let pendingFolderBytes = 0
  const hasher = createFileHasher()

  const flush = (): void => {
    if (pendingFiles.size + pendingRemote.size + pendingFolders.size === 0) return
    database.exec('BEGIN IMMEDIATE')
    try {
      for (const { path, fingerprint, sha256, mediaType } of pendingFiles.values()) {
        upsertFile.run(path, fingerprint, sha256 ?? null, mediaType ?? null)
      }
      for (const [path, value] of pendingFolders) upsertFolder.run(path, value)
      for (const { identity, path, etag, value } of pendingRemote.values()) upsertRemote.run(identity, path, etag, JSON.stringify(value))
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
    pendingFiles.clear()
    pendingRemote.clear()
    pendingFolders.clear()
    pendingFolderBytes = 0
  }
  const flushWhenFull = (): void => {
    if (pendingFiles.size + pendingRemote.size >= rowsPerCommit) flush()
  }
  const file = (stamp: FileStamp): FileFacts | undefined => {
    const pending = pendingFiles.get(stamp.path)
    if (pending?.fingerprint === stamp.fingerprint && pending.sha256 !== undefined && pending.mediaType !== undefined) return pending
    const row = selectFile(stamp.path, stamp.fingerprint)
    const stored = row === undefined ? undefined : fileFacts(row)
    return pending?.fingerprint === stamp.fingerprint ? { ...stored, ...pending } : stored
  }
  const remoteKey = (identity: string, path: string): string => `${identity}\n${path}`
  const remote = (identity: string, path: string, etag: string): unknown => {
    const pending = pendingRemote.get(remoteKey(identity, path))
    if (pending !== undefined) return pending.etag === etag ? pending.value : undefined
    return parsed(selectRemote(identity, path, etag)?.[0])
  }
  const rememberFile = (stamp: FileStamp, facts: FileFacts): void => {
    if (!stamp.settled) return
    const pending = pendingFiles.get(stamp.path)
    pendingFiles.set(stamp.path, pending?.fingerprint === stamp.fingerprint ? { ...pending, ...facts } : { ...stamp, ...facts })
    flushWhenFull()
  }
  const rememberRemote = (identity: string, path: string, etag: string, value: unknown): void => {
    pendingRemote.set(remoteKey(identity, path), { identity, path, etag, value })
    flushWhenFull()
  }
  return {
    file,
    files(stamps) {
      // One read transaction: otherwise SQLite takes and gives back its lock for each row.
      database.exec('BEGIN')
      try {
        return stamps.map(file)
      } finally {
        database.exec('COMMIT')
      }
    },
    rememberFile,
    folder(path) {
      const value = pendingFolders.get(path) ?? selectFolder(path)?.[0]
      return value instanceof Uint8Array ? value : undefined
    },
    rememberFolder(path, value) {
      pendingFolderBytes += value.length
      pendingFolders.set(path, value)
      if (pendingFolderBytes >= folderBytesPerCommit) flush()
    },
    remote,
    rememberRemote,
    forConnection: identity => ({
      async sha256(path, signal) {
        signal?.throwIfAborted()
        const { stamp, size } = hasher.stamp(path)
        const known = file(stamp)?.sha256
        if (known !== undefined) return known
        const sha256 = await hasher.sha256(path, stamp, size, signal)
        rememberFile(stamp, { sha256 })
        return sha256
      },
      remote: (path, etag) => remote(identity, path, etag),
      rememberRemote: (path, etag, value) => rememberRemote(identity, path, etag, value),
    }),
    flush,
    [Symbol.dispose]() {
      try {
        flush()
      } finally {
        hasher[Symbol.dispose]()
        database.close()
      }
    },
  }
}

/** Rows as arrays: nothing is built but what is used. */
function arrays(statement: StatementSync): (...values: string[]) => readonly unknown[] | undefined {
  statement.setReturnArrays(true)
  return (...values) => {
    const row: unknown = statement.get(...values)
    return Array.isArray(row) ? row : undefined
  }
}

function fileFacts([sha256, mediaType]: readonly unknown[]): FileFacts {
  return { ...(typeof sha256 === 'string' && { sha256 }), ...(typeof mediaType === 'string' && { mediaType }) }
}
