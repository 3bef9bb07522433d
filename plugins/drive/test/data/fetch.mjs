// Makes drive.v3.json anew: node fetch.mjs path/to/googleapiclient/discovery_cache/documents/drive.v3.json
import { readFileSync, writeFileSync } from 'node:fs'

const document = JSON.parse(readFileSync(process.argv[2] ?? 'drive.v3.json', 'utf8'))
const resources = ['about', 'drives', 'files', 'permissions', 'revisions']
const dropped = new Set(['description', 'enumDescriptions', 'annotations', 'flatPath', 'scopes', 'parameterOrder'])

/** Without prose: a property that is called like it is an object, and stays. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const prose = ([name, inner]) => dropped.has(name) && (name === 'annotations' || typeof inner === 'string' || Array.isArray(inner))
  return Object.fromEntries(
    Object.entries(value)
      .filter(entry => !prose(entry))
      .map(([name, inner]) => [name, plain(inner)]),
  )
}

const schemas = new Set()
function follow(value) {
  if (typeof value !== 'object' || value === null) return
  if (typeof value.$ref === 'string' && !schemas.has(value.$ref)) {
    schemas.add(value.$ref)
    follow(document.schemas[value.$ref])
  }
  for (const inner of Object.values(value)) follow(inner)
}

const kept = Object.fromEntries(resources.map(name => [name, document.resources[name]]))
follow(kept)
const { kind, id, name, version, revision, title, rootUrl, servicePath, parameters } = document
const described = Object.fromEntries([...schemas].toSorted().map(schema => [schema, document.schemas[schema]]))
const made = plain({ kind, id, name, version, revision, title, rootUrl, servicePath, parameters, resources: kept, schemas: described })
writeFileSync(new URL('drive.v3.json', import.meta.url), `${JSON.stringify(made, undefined, 1)}\n`)
