import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { FairleadError } from '@fairlead/core'
import { currentSnapshot } from './pointer.ts'
import { snapshotVersion } from './schema.ts'

/** Opens a snapshot for reading only. `immutable` needs no locks, so it works on network file systems and read-only shares. */
export function openImmutable(file: string): DatabaseSync {
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true, allowExtension: false })
}

/** The file of the catalog, read again when an update replaced it in between. Throws `not-found` before the first update. */
export function snapshotFile(folder: string): string {
  const file = currentSnapshot(folder)
  if (existsSync(file)) return file
  const again = currentSnapshot(folder)
  if (existsSync(again)) return again
  throw new FairleadError('not-found', `the catalog ${again} no longer exists`, { path: again, hint: 'Run: fairlead update' })
}

/** The file of the catalog, which has tables of our version. Throws as {@link openCatalog} does. */
export function readableSnapshot(folder: string): string {
  const file = snapshotFile(folder)
  openChecked(file).close()
  return file
}

/** Opens the catalog of a project. Throws `not-found` before the first update, `config-invalid` for tables of another version. */
export function openCatalog(folder: string): DatabaseSync {
  return openChecked(snapshotFile(folder))
}

function openChecked(file: string): DatabaseSync {
  const database = openImmutable(file)
  const version = database.prepare("select value from meta where key = 'version'").get()?.value
  if (version === String(snapshotVersion)) return database
  database.close()
  throw new FairleadError('config-invalid', `the catalog has version ${String(version)}, this Fairlead reads ${snapshotVersion}`, {
    hint: 'Run: fairlead update',
  })
}
