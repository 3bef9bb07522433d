// node run-query.ts PROJECT SQL: prepares a statement on the catalog and reads all of its rows; reports the seconds of that alone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { openProject } from '@fairlead/catalog'

const [, , folder = '.', sql = 'select 1'] = process.argv
const { catalogFolder } = openProject(folder)
const { snapshot } = JSON.parse(readFileSync(join(catalogFolder, 'current.json'), 'utf8')) as { readonly snapshot: string }
const url = pathToFileURL(join(catalogFolder, snapshot))
url.searchParams.set('immutable', '1')
using database = new DatabaseSync(url, { readOnly: true })
database.prepare('select count(*) from sqlite_schema').get()
const start = performance.now()
const rows = database.prepare(sql).all()
console.log(JSON.stringify({ count: rows.length, seconds: (performance.now() - start) / 1000 }))
