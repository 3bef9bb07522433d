import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ColumnValues } from '../update/unit.ts'
import { identifier } from './columns.ts'
import type { StoredValue } from './rows.ts'

/** Rows that one statement inserts, the most first: what a call costs is paid once for them all. */
const chunkSizes = [32, 8, 1] as const

/**
 * Inserts rows of `files` that come as columns. A value that all rows share is bound once, and what is null is not bound
 * at all; there is a statement for every set of columns that differ, and sets are few.
 */
export class FileInserter {
  private readonly database: DatabaseSync
  private readonly statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.database = database
  }

  /** Rows get ids one after the other, from `first` on. */
  insert(first: number, count: number, columns: Readonly<Record<string, ColumnValues>>): void {
    const shared: StoredValue[] = []
    const lists: Array<readonly StoredValue[]> = []
    const sharedNames: string[] = []
    const listNames: string[] = []
    for (const name of Object.keys(columns)) {
      const values = columns[name]
      if (values === undefined || ('same' in values && values.same === null)) continue
      if ('same' in values) {
        shared.push(values.same)
        sharedNames.push(name)
      } else {
        lists.push(values.each)
        listNames.push(name)
      }
    }
    let at = 0
    for (const size of chunkSizes) {
      if (count - at < size) continue
      const statement = this.statement(sharedNames, listNames, size)
      for (; count - at >= size; at += size) {
        const values = [first + at, ...shared]
        for (let row = at; row < at + size; row++) for (const list of lists) values.push(list[row] ?? null)
        statement.run(...values)
      }
    }
  }

  private statement(shared: readonly string[], lists: readonly string[], rows: number): StatementSync {
    const key = `${rows}\0${shared.join('\0')}\0\0${lists.join('\0')}`
    let statement = this.statements.get(key)
    if (statement === undefined) {
      const own = shared.map((_, index) => `?${index + 2}`)
      let next = shared.length + 1
      const row = (_: unknown, index: number) => `(${[`?1 + ${index}`, ...own, ...lists.map(() => `?${++next}`)].join(', ')})`
      const names = ['id', ...shared, ...lists].map(identifier).join(', ')
      statement = this.database.prepare(`insert into files (${names}) values ${Array.from({ length: rows }, row).join(', ')}`)
      this.statements.set(key, statement)
    }
    return statement
  }
}
