import { readdirSync, statSync } from 'node:fs'
import { compileNameGrammar, type NameValues, type Specification } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'
import { folderOf } from './propose.ts'
import type { VersionTarget } from './version-target.ts'

/** Collects which versions of one asset there are. */
export class Versions {
  readonly found = new Map<number, string | undefined>()
  private readonly specification: Specification
  private readonly key: string

  constructor({ specification, values }: VersionTarget) {
    this.specification = specification
    this.key = this.keyOf(values)
  }

  /** Counts a name when it is one of this asset's. `path`: where it lies, relative to the ingress. */
  addName(name: string, path?: string): void {
    const { assetNameGrammar, filenameGrammar } = this.specification
    for (const grammar of [assetNameGrammar, filenameGrammar]) {
      const parsed = grammar.parse(name)
      if (!parsed.ok || parsed.values.version === undefined || this.keyOf(parsed.values) !== this.key) continue
      this.found.set(parsed.values.version, this.found.get(parsed.values.version) ?? path)
      return
    }
  }

  addTag(tag: string): void {
    const version = /^v(\d{3})$/.exec(tag)?.[1]
    if (version !== undefined && !this.found.has(Number(version))) this.found.set(Number(version), undefined)
  }

  private keyOf(values: NameValues): string {
    const { version: _version, ...others } = values
    const own = this.specification.assetNameFields.filter(field => field !== 'version')
    return own.every(field => others[field] !== undefined) ? compileNameGrammar(own).format(others) : ''
  }
}

/** Names that the last update saw, or said to be the legal ones. None before the first update. */
export function addCatalogued(project: Project, versions: Versions, specification: string): void {
  let database
  try {
    database = openCatalog(project.catalogFolder)
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return
    throw error
  }
  try {
    const assets = database.prepare('select asset_path as path, asset_name as name from assets where specification = ?')
    for (const { path, name } of assets.iterate(specification)) {
      if (typeof name === 'string') versions.addName(name, String(path))
      versions.addName(String(path).slice(String(path).lastIndexOf('/') + 1), String(path))
    }
    for (const { name } of database.prepare('select distinct legal_name as name from problems where legal_name is not null').iterate()) {
      versions.addName(String(name))
    }
  } finally {
    database.close()
  }
}

/** Names in a folder, where there is one. */
export function addListed(folder: string, versions: Versions): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return
  for (const name of readdirSync(folder)) versions.addName(name)
}

/** The folder of the highest version that lies in the ingress. */
export function siblingsFolder(versions: Versions): string | undefined {
  const highest = [...versions.found].filter(([, path]) => path !== undefined).toSorted(([a], [b]) => b - a)[0]?.[1]
  return highest === undefined ? undefined : folderOf(highest)
}
