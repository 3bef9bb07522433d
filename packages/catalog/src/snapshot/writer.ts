import { closeSync, fsyncSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { identifier, traitColumn } from './columns.ts'
import { common, storedValue, type AssetRow, type FileRow, type NameColumns, type ProblemRow, type StoredValue } from './rows.ts'
import {
  allTraits,
  assetColumns,
  fileColumns,
  snapshotVersion,
  tableStatements,
  viewStatements,
  type SnapshotSpecification,
} from './schema.ts'

/** How the files of unfinished snapshots begin; what a killed update left is removed by a later one. */
export const unfinishedPrefix = 'unfinished-'

function nameValues({ project, descriptor, version, coordinate, frame, extension }: NameColumns): StoredValue[] {
  return [project, descriptor, version, coordinate?.[0] ?? null, coordinate?.[1] ?? null, coordinate?.[2] ?? null, frame, extension]
}

/**
 * Builds a new snapshot aside: no journal, one transaction, prepared statements. Nobody sees it before it is published,
 * so a crash needs no rollback.
 */
export class SnapshotWriter implements Disposable {
  readonly file: string
  private readonly database: DatabaseSync
  private readonly traits: readonly string[]
  private readonly insertFile: StatementSync
  private readonly insertAsset: StatementSync
  private readonly insertProblem: StatementSync
  private files = 0
  private open = true

  constructor(folder: string, specifications: readonly SnapshotSpecification[]) {
    mkdirSync(folder, { recursive: true })
    this.file = join(folder, `${unfinishedPrefix}${process.pid}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}.sqlite`)
    this.traits = allTraits(specifications)
    this.database = new DatabaseSync(this.file)
    this.database.exec(
      'pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive; pragma cache_size = -4096; begin',
    )
    this.database.exec(tableStatements(this.traits))
    const insert = (table: string, columns: readonly string[]) =>
      this.database.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`)
    const traitColumns = this.traits.map(traitColumn)
    this.insertFile = insert('files', [...fileColumns.map(identifier), ...traitColumns])
    this.insertAsset = insert('assets', [...assetColumns.map(identifier), ...traitColumns])
    this.insertProblem = insert('problems', ['asset', 'file', 'path', 'kind', 'field', 'position', 'message', 'legal_name'])
  }

  /** Adds a file and returns its id. */
  addFile(row: FileRow): number {
    const id = ++this.files
    const values: StoredValue[] = [
      id,
      row.asset,
      row.filename,
      row.path,
      row.size,
      row.modified,
      row.error,
      row.specification,
      ...nameValues(row.names),
    ]
    for (const trait of this.traits) values.push(storedValue(row.traits[trait]))
    this.insertFile.run(...values)
    return id
  }

  addAsset(row: AssetRow): void {
    const traits = JSON.stringify(row.traits)
    const valid = row.valid ? 1 : 0
    const head = [row.id, row.path, row.name, row.type, row.error, valid, row.reference, row.files, row.bytes, traits, row.specification]
    this.insertAsset.run(...head, ...nameValues(row.names), ...this.traits.map(trait => storedValue(common(row.traits[trait], row.files))))
  }

  addProblem(row: ProblemRow): void {
    this.insertProblem.run(row.asset, row.file, row.path, row.kind, row.field, row.position, row.message, row.legalName)
  }

  exec(sql: string): void {
    this.database.exec(sql)
  }

  /** For checks over all assets, before the snapshot is finished. */
  prepare(sql: string): StatementSync {
    return this.database.prepare(sql)
  }

  /** Adds indexes, views and facts about the run, closes the file and brings it to the disk. */
  finish(ingress: string, specifications: readonly SnapshotSpecification[], meta: Readonly<Record<string, string>>): void {
    this.database.exec(viewStatements(ingress, specifications))
    const put = this.database.prepare('insert into meta (key, value) values (?, ?)')
    for (const [key, value] of Object.entries({ ...meta, ingress, version: String(snapshotVersion) })) put.run(key, value)
    this.database.exec('commit')
    this.close()
    const handle = openSync(this.file, 'r+')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  }

  /** Closes and, if it was not finished, removes the file. */
  [Symbol.dispose](): void {
    if (!this.open) return
    this.close()
    rmSync(this.file, { force: true })
  }

  private close(): void {
    this.open = false
    this.database.close()
  }
}
