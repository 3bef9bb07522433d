import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Item } from '../transfer/place.ts'
import { makeFolder } from '../machine/make-folder.ts'
import type { KeyOf } from './merge.ts'

const batchItems = 1000

/**
 * A listing in another order than its own, ascending by the bytes of `keyOf`, sorted in a file of `folder` that is gone afterwards.
 * Of items with one key the first in order of their paths is given; the others go to `onDouble`.
 */
export async function* sortListing(
  listing: AsyncIterable<readonly Item[]>,
  keyOf: KeyOf,
  folder: string,
  onDouble: (item: Item, first: Item) => void,
): AsyncGenerator<readonly Item[], void, undefined> {
  makeFolder(folder, 0o700)
  const file = join(folder, `sort-${process.pid}-${randomUUID()}.sqlite`)
  const database = new DatabaseSync(file)
  try {
    database.exec(`
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -8192; PRAGMA temp_store = FILE;
      CREATE TABLE items (key TEXT NOT NULL, path TEXT NOT NULL, item TEXT NOT NULL) STRICT`)
    const insert = database.prepare('INSERT INTO items (key, path, item) VALUES (?, ?, ?)')
    for await (const batch of listing) {
      database.exec('BEGIN')
      for (const item of batch) insert.run(keyOf(item), item.path, JSON.stringify(item))
      database.exec('COMMIT')
    }
    const select = database.prepare('SELECT key, item FROM items ORDER BY key, path')
    select.setReturnArrays(true)
    let sorted: Item[] = []
    let last: { readonly key: unknown; readonly item: Item } | undefined
    for (const row of select.iterate()) {
      if (!Array.isArray(row)) continue
      const [key, text]: readonly unknown[] = row
      const item: Item = JSON.parse(String(text))
      if (last !== undefined && last.key === key) {
        onDouble(item, last.item)
        continue
      }
      last = { key, item }
      sorted.push(item)
      if (sorted.length < batchItems) continue
      yield sorted
      sorted = []
    }
    if (sorted.length > 0) yield sorted
  } finally {
    database.close()
    rmSync(file, { force: true })
  }
}
