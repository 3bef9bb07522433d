import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { FairleadError } from '@fairlead/core'
import type { KnownUnit } from '../update/scanner.ts'
import { snapshotFile, openImmutable } from './reader.ts'
import { snapshotVersion } from './schema.ts'

/** A snapshot that a new one can be made from, since it was made by the same rules. */
export class PreviousSnapshot implements Disposable {
  readonly file: string
  private readonly database: DatabaseSync
  private selectUnit: StatementSync | undefined

  constructor(file: string) {
    this.file = file
    this.database = openImmutable(file)
  }

  meta(key: string): string | undefined {
    const value = this.database.prepare('select value from meta where key = ?').get(key)?.value
    return typeof value === 'string' ? value : undefined
  }

  unit(path: string): KnownUnit | undefined {
    this.selectUnit ??= this.database.prepare('select id, signature, is_deep from units where path = ?')
    const row = this.selectUnit.get(path)
    if (row === undefined) return undefined
    return { id: Number(row.id), signature: typeof row.signature === 'string' ? row.signature : null, isDeep: row.is_deep === 1 }
  }

  /** Ids and paths of all units. */
  *units(): Generator<{ readonly id: number; readonly path: string }> {
    for (const row of this.database.prepare('select id, path from units').iterate()) yield { id: Number(row.id), path: String(row.path) }
  }

  /** The assets of a unit, by path. */
  assetPaths(unit: number): readonly string[] {
    return this.database
      .prepare('select asset_path as path from assets where unit = ?')
      .all(unit)
      .map(({ path }) => String(path))
  }

  /** The greatest id of a unit. */
  get lastUnit(): number {
    return Number(this.database.prepare('select max(id) as id from units').get()?.id ?? 0)
  }

  [Symbol.dispose](): void {
    this.database.close()
  }
}

function isOurs(database: PreviousSnapshot, rules: string): boolean {
  return database.meta('version') === String(snapshotVersion) && database.meta('rules') === rules
}

function publishedFile(folder: string): string | undefined {
  try {
    return snapshotFile(folder)
  } catch (cause) {
    if (FairleadError.is(cause) && (cause.code === 'not-found' || cause.code === 'config-invalid')) return undefined
    throw cause
  }
}

/** Whether there is a catalog, by whatever rules it was made. */
export function hasSnapshot(folder: string): boolean {
  return publishedFile(folder) !== undefined
}

/** The published snapshot, if there is one and it was made by these rules; anything else about it is no matter: a new one is made. */
export function openPrevious(folder: string, rules: string): PreviousSnapshot | undefined {
  const file = publishedFile(folder)
  if (file === undefined) return undefined
  let previous: PreviousSnapshot | undefined
  try {
    previous = new PreviousSnapshot(file)
    if (isOurs(previous, rules)) return previous
  } catch (cause) {
    // Tables of another version, or a damaged file: it is replaced.
    if (!(cause instanceof Error && 'errcode' in cause)) throw cause
  }
  previous?.[Symbol.dispose]()
  return undefined
}
