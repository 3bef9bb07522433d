import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { PartReceipt, UploadState } from '../../contract/connection.ts'
import { FairleadError } from '../../contract/errors.ts'
import { makePrivateFile } from '../machine/private-file.ts'
import { useWriteAheadLog } from '../machine/wal-mode.ts'
import { makeFolder } from '../machine/make-folder.ts'

const schemaVersion = 1
const fileName = 'journal.sqlite'

/** What one unfinished upload is of: all of it must be the same for it to be gone on with. */
export interface UploadKey {
  /** Endpoint, account, bucket and root, see `ClientRuntime.identity`. */
  readonly identity: string
  /** The connection's name, for people. */
  readonly connection: string
  /** The logical destination. */
  readonly path: string
  readonly size: number
  /** Of the source. */
  readonly fingerprint: string
  /** Everything else that was said when the upload began: attributes, condition, the caller's hash. */
  readonly attributes: string
}

/** A journal row. `state` is a secret of the upload and goes nowhere but back to the plugin. */
export interface UploadRow extends UploadKey {
  readonly id: string
  readonly partBytes: number
  readonly state: UploadState
  /** Bytes in parts that the service confirmed. */
  readonly sent: number
}

/** An unfinished transfer as `fairlead status` shows it: without its secrets. */
export interface UnfinishedTransfer {
  readonly id: string
  readonly connection: string
  readonly path: string
  readonly size: number
  readonly sent: number
  /** ISO 8601, UTC. */
  readonly started: string
  readonly updated: string
}

/** Unfinished uploads, one row per destination, kept until they are complete. */
export interface Journal extends Disposable {
  find(identity: string, path: string): UploadRow | undefined
  /** Every row of one connection. */
  ofConnection(identity: string): UploadRow[]
  /** Receipts of the parts that were confirmed, by number. */
  receipts(id: string): ReadonlyMap<number, PartReceipt>
  begin(id: string, key: UploadKey, partBytes: number, state: UploadState): void
  sent(id: string, receipts: readonly PartReceipt[]): void
  forget(id: string): void
  unfinished(): UnfinishedTransfer[]
}

/** Opens `journal.sqlite` in the state folder, made 0600. `config-invalid` when a newer Fairlead wrote it. */
export function openJournal(folder: string): Journal {
  makeFolder(folder, 0o700)
  const file = join(folder, fileName)
  // SQLite gives its side files the mode of the main one, so it must be right before the first write.
  makePrivateFile(file)
  const database = new DatabaseSync(file, { timeout: 10_000 })
  try {
    migrate(database, file)
  } catch (error) {
    database.close()
    throw error
  }
  const select = database.prepare('SELECT * FROM uploads WHERE identity = ? AND path = ?')
  const selectAll = database.prepare('SELECT * FROM uploads WHERE identity = ?')
  const selectReceipts = database.prepare('SELECT receipt FROM parts WHERE upload = ?')
  const insert = database.prepare(
    'INSERT OR REPLACE INTO uploads (id, identity, connection, path, size, fingerprint, attributes, part_bytes, state, sent, started, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)',
  )
  const insertPart = database.prepare('INSERT OR REPLACE INTO parts (upload, number, receipt) VALUES (?, ?, ?)')
  const count = database.prepare(
    "UPDATE uploads SET updated = ?, sent = (SELECT coalesce(sum(receipt ->> 'size'), 0) FROM parts WHERE upload = uploads.id) WHERE id = ?",
  )
  const dropParts = database.prepare('DELETE FROM parts WHERE upload = ?')
  const drop = database.prepare('DELETE FROM uploads WHERE id = ?')
  const all = database.prepare('SELECT id, connection, path, size, sent, started, updated FROM uploads ORDER BY started, id')
  const together = (work: () => void): void => {
    database.exec('BEGIN IMMEDIATE')
    try {
      work()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
  return {
    find(identity, path) {
      const row = select.get(identity, path)
      return row === undefined ? undefined : uploadRow(row)
    },
    ofConnection: identity => selectAll.all(identity).map(uploadRow),
    receipts(id) {
      const found = new Map<number, PartReceipt>()
      for (const row of selectReceipts.iterate(id)) {
        const receipt = parseReceipt(text(row.receipt))
        found.set(receipt.number, receipt)
      }
      return found
    },
    begin(id, key, partBytes, state) {
      const now = new Date().toISOString()
      together(() => {
        dropParts.run(id)
        insert.run(
          id,
          key.identity,
          key.connection,
          key.path,
          key.size,
          key.fingerprint,
          key.attributes,
          partBytes,
          JSON.stringify(state),
          now,
          now,
        )
      })
    },
    sent(id, receipts) {
      together(() => {
        for (const receipt of receipts) insertPart.run(id, receipt.number, JSON.stringify(receipt))
        count.run(new Date().toISOString(), id)
      })
    },
    forget(id) {
      together(() => {
        dropParts.run(id)
        drop.run(id)
      })
    },
    unfinished: () =>
      all.all().map(row => ({
        id: text(row.id),
        connection: text(row.connection),
        path: text(row.path),
        size: Number(row.size),
        sent: Number(row.sent),
        started: text(row.started),
        updated: text(row.updated),
      })),
    [Symbol.dispose]: () => database.close(),
  }
}

function uploadRow(row: Readonly<Record<string, SQLOutputValue>>): UploadRow {
  return {
    id: text(row['id']),
    identity: text(row['identity']),
    connection: text(row['connection']),
    path: text(row['path']),
    size: Number(row['size']),
    fingerprint: text(row['fingerprint']),
    attributes: text(row['attributes']),
    partBytes: Number(row['part_bytes']),
    state: parseObject(text(row['state'])),
    sent: Number(row['sent']),
  }
}

/** The journal where one was ever written. */
export function openJournalIfAny(folder: string): Journal | undefined {
  return existsSync(join(folder, fileName)) ? openJournal(folder) : undefined
}

/** The unfinished uploads of all connections, oldest first; none where no journal was ever written. */
export function unfinishedTransfers(folder: string): UnfinishedTransfer[] {
  using journal = openJournalIfAny(folder)
  return journal?.unfinished() ?? []
}

/** Forgets an unfinished upload, so that the next one starts over. What the service holds of it is removed by `fairlead client clean`. */
export function forgetTransfer(folder: string, id: string): void {
  using journal = openJournal(folder)
  journal.forget(id)
}

function migrate(database: DatabaseSync, file: string): void {
  useWriteAheadLog(database)
  const found = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (found > schemaVersion) {
    throw new FairleadError(
      'config-invalid',
      `the journal "${file}" was written by a newer version of Fairlead (format ${found}; this version supports ${schemaVersion}).`,
      {
        path: file,
        hint: 'Update Fairlead, or finish the transfers with the newer one.',
      },
    )
  }
  if (found === schemaVersion) return
  database.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS uploads (
      id TEXT PRIMARY KEY, identity TEXT NOT NULL, connection TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
      fingerprint TEXT NOT NULL, attributes TEXT NOT NULL, part_bytes INTEGER NOT NULL, state TEXT NOT NULL,
      sent INTEGER NOT NULL, started TEXT NOT NULL, updated TEXT NOT NULL, UNIQUE (identity, path)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS parts (upload TEXT NOT NULL, number INTEGER NOT NULL, receipt TEXT NOT NULL, PRIMARY KEY (upload, number)) STRICT, WITHOUT ROWID;
    PRAGMA user_version = ${schemaVersion};
    COMMIT`)
}

function text(value: unknown): string {
  if (typeof value !== 'string')
    throw new FairleadError('config-invalid', 'the journal contains a value that is not text.', {
      hint: 'Remove journal.sqlite from the state folder.',
    })
  return value
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null)
    throw new FairleadError('config-invalid', 'the journal contains a state that is not an object.', {
      hint: 'Remove journal.sqlite from the state folder.',
    })
  return Object.fromEntries(Object.entries(value))
}

function parseReceipt(json: string): PartReceipt {
  const { number, offset, size, etag, ...more } = parseObject(json)
  return { ...more, number: Number(number), offset: Number(offset), size: Number(size), ...(typeof etag === 'string' && { etag }) }
}
