import { openProject, readProblems } from '@fairlead/catalog'
import { FairleadError } from '@fairlead/core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { sha256 } from './tree.ts'
import { absent, type Watch } from './watch.ts'

/** The catalog of a project: what is published is a whole database, read as the library reads it and row by row. */
export function watchCatalog(project: string): Watch {
  return {
    look: async () => ({ states: new Map([['catalog', stateOf(project)]]), problems: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function stateOf(folder: string): string {
  const project = openProject(folder)
  try {
    const problems = [...readProblems(project)]
    return sha256(JSON.stringify([problems, rowsOf(project.catalogFolder)]))
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return absent
    throw error
  }
}

function rowsOf(folder: string): unknown {
  const { snapshot } = JSON.parse(readFileSync(join(folder, 'current.json'), 'utf8')) as { readonly snapshot: string }
  const url = pathToFileURL(join(folder, snapshot))
  url.searchParams.set('immutable', '1')
  using database = new DatabaseSync(url, { readOnly: true })
  const tables = ['files', 'assets', 'problems', 'meta']
  const check = database.prepare('pragma integrity_check').all()
  return [
    check,
    ...tables.map(table =>
      database.prepare(`select * from ${table} where ${table === 'meta' ? "key <> 'time'" : 'true'} order by 1`).all(),
    ),
  ]
}
