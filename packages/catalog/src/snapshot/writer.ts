import { closeSync, constants, copyFileSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Unit } from '../update/unit.ts'
import { identifier, traitColumn } from './columns.ts'
import { FileInserter } from './file-inserter.ts'
import type { AssetRow, NameColumns, StoredValue } from './rows.ts'
import {
  allTraits,
  assetColumns,
  indexStatements,
  snapshotVersion,
  tableStatements,
  viewStatements,
  type SnapshotSpecification,
  type SnapshotTrait,
} from './schema.ts'

/** How the files of unfinished snapshots begin; what a killed update left is removed by a later one. */
export const unfinishedPrefix = 'unfinished-'

/** When more than this part of the files change in a copied snapshot, its indexes are dropped and made anew. */
const reindexedPart = 0.05

function nameValues({ project, descriptor, version, coordinate, frame, extension }: NameColumns): StoredValue[] {
  return [project, descriptor, version, coordinate?.[0] ?? null, coordinate?.[1] ?? null, coordinate?.[2] ?? null, frame, extension]
}

/**
 * Builds a new snapshot aside, empty or as a copy of another in which units are replaced: no journal, one transaction,
 * prepared statements. Nobody sees it before it is published, so a crash needs no rollback.
 */
export class SnapshotWriter implements Disposable {
  readonly file: string
  private readonly database: DatabaseSync
  private readonly specifications: readonly SnapshotSpecification[]
  private readonly traits: readonly SnapshotTrait[]
  private readonly insertAsset: StatementSync
  private readonly insertProblem: StatementSync
  private readonly insertUnit: StatementSync
  private readonly files: FileInserter
  private readonly reindexAfter: number
  private hasIndexes: boolean
  private changed = 0
  private nextFile: number
  private nextAsset: number
  private isOpen = true
  private isFinished = false

  /** `folder` is there. */
  constructor(folder: string, specifications: readonly SnapshotSpecification[], from?: string) {
    this.file = join(folder, `${unfinishedPrefix}${process.pid}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}.sqlite`)
    if (from !== undefined) copyFileSync(from, this.file, constants.COPYFILE_FICLONE)
    this.specifications = specifications
    this.traits = allTraits(specifications)
    this.hasIndexes = from !== undefined
    // SQLite keeps a journal in defensive mode, whatever it is told.
    this.database = new DatabaseSync(this.file, { defensive: false })
    this.database.exec(
      `pragma journal_mode = off; pragma page_size = 8192; pragma synchronous = off; pragma locking_mode = exclusive;
       pragma cache_size = -${from === undefined ? 4096 : 65536}; begin`,
    )
    if (from === undefined) this.database.exec(tableStatements(this.traits))
    this.nextFile = 1 + this.number('select max(id) from files')
    this.nextAsset = 1 + this.number('select max(id) from assets')
    this.reindexAfter = Math.max(1000, reindexedPart * this.number('select count(*) from files'))
    const names = [
      ...Object.keys(assetColumns)
        .filter(name => !name.startsWith('own_'))
        .map(identifier),
      ...this.traits.map(trait => traitColumn(trait.name)),
    ]
    this.insertAsset = this.insert('assets', names)
    this.insertProblem = this.insert('problems', ['asset', 'file', 'path', 'kind', 'field', 'position', 'message', 'legal_name'])
    this.insertUnit = this.insert('units', ['path', 'signature', 'is_deep', 'first_file', 'files'])
    this.files = new FileInserter(this.database)
  }

  /** Adds a unit that isn't there, or no longer. */
  addUnit(unit: Unit): void {
    this.change(unit.files)
    const { lastInsertRowid } = this.insertUnit.run(unit.path, unit.signature, unit.isDeep ? 1 : 0, this.nextFile, unit.files)
    const firstAsset = this.nextAsset
    const firstFile = this.nextFile
    for (const row of unit.assets) this.addAsset(row, this.nextAsset++, Number(lastInsertRowid))
    for (const { asset, count, columns } of unit.blocks) {
      this.files.insert(this.nextFile, count, { ...columns, asset: { same: asset === undefined ? null : firstAsset + asset } })
      this.nextFile += count
    }
    for (const { asset, file, path, kind, field, position, message, legalName } of unit.problems) {
      const assetId = asset === undefined ? null : firstAsset + asset
      this.insertProblem.run(assetId, file === undefined ? null : firstFile + file, path, kind, field, position, message, legalName)
    }
  }

  /** Removes a unit with its files, assets and problems. */
  removeUnit(id: number): void {
    const unit = this.database.prepare('select first_file as first, files from units where id = ?').get(id)
    const [first, count] = [Number(unit?.first), Number(unit?.files)]
    this.change(count)
    this.database.prepare('delete from problems where file >= ? and file < ?').run(first, first + count)
    this.database.prepare('delete from problems where asset in (select id from assets where unit = ?)').run(id)
    this.database.prepare('delete from files where id >= ? and id < ?').run(first, first + count)
    this.database.prepare('delete from assets where unit = ?').run(id)
    this.database.prepare('delete from units where id = ?').run(id)
  }

  /** For what is told anew of all assets. */
  exec(sql: string): void {
    this.database.exec(sql)
  }

  /** For checks over all assets, before the snapshot is finished. */
  prepare(sql: string): StatementSync {
    return this.database.prepare(sql)
  }

  /** Makes the indexes that aren't there; the inserts before are faster without them. */
  index(): void {
    for (const [name, columns] of indexStatements(this.traits)) {
      this.database.exec(`create index if not exists ${identifier(name)} on ${columns}`)
    }
    // Without figures SQLite takes the index of the specification for the best of all, though most files may have the same.
    if (!this.hasIndexes) this.database.exec('analyze')
    this.hasIndexes = true
  }

  /** Adds views and facts about the run, closes the file and brings it to the disk. */
  finish(ingress: string, meta: Readonly<Record<string, string>>): void {
    for (const { name } of this.database.prepare("select name from sqlite_schema where type = 'view'").all()) {
      this.database.exec(`drop view ${identifier(String(name))}`)
    }
    this.database.exec(viewStatements(ingress, this.specifications))
    const put = this.database.prepare('insert or replace into meta (key, value) values (?, ?)')
    for (const [key, value] of Object.entries({ ...meta, ingress, version: String(snapshotVersion) })) put.run(key, value)
    this.database.exec('commit')
    this.close()
    const handle = openSync(this.file, 'r+')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    this.isFinished = true
  }

  /** Closes and, if it was not finished, removes the file. */
  [Symbol.dispose](): void {
    if (this.isOpen) this.close()
    if (!this.isFinished) rmSync(this.file, { force: true })
  }

  private addAsset(row: Omit<AssetRow, 'id'>, id: number, unit: number): void {
    const head = [id, unit, row.path, row.name, row.type, row.error, row.valid ? 1 : 0, row.reference, row.files, row.bytes, row.allTraits]
    this.insertAsset.run(...head, row.specification, ...nameValues(row.names), ...this.traits.map(({ name }) => row.traits[name] ?? null))
  }

  private insert(table: string, columns: readonly string[]): StatementSync {
    return this.database.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`)
  }

  private number(sql: string): number {
    return Number(Object.values(this.database.prepare(sql).get() ?? {})[0] ?? 0)
  }

  private change(files: number): void {
    this.changed += files
    if (!this.hasIndexes || this.changed <= this.reindexAfter) return
    this.hasIndexes = false
    for (const name of indexStatements(this.traits).keys()) {
      if (name.startsWith('files_')) this.database.exec(`drop index ${identifier(name)}`)
    }
  }

  private close(): void {
    this.isOpen = false
    this.database.close()
  }
}
