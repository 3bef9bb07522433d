import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { folderPaths, writeFileAtomically, type Environment } from '@fairlead/core/host'
import { isRecord, readJson } from './json.ts'

/** What is kept of a plugin that was installed or linked: one small file, replaced as a whole. */
export interface PluginRecord {
  /** The npm package. */
  readonly package: string
  /** What was asked for, as npm takes it: `1`, `next`, an address, a tarball; absent for what is linked. */
  readonly requested?: string
  /** What was installed along with it, as npm takes it: packages that it can use and does not need. */
  readonly with?: readonly string[]
  /** The folder below `trees` that it was installed into. */
  readonly tree?: string
  /** The folder that is linked. */
  readonly link?: string
}

/** A record, and where it is kept. */
export interface StoredRecord extends PluginRecord {
  readonly file: string
  /** The folder of the package. */
  readonly folder: string
}

const version = 1

/** Where plugins are installed: beside the local store, `$XDG_DATA_HOME/fairlead/plugins`. */
export function pluginsFolder(env: Environment): string {
  return join(dirname(folderPaths(env).data), 'plugins')
}

/** The folder of all trees: each is one `npm install` of its own. */
export const treesFolder = (plugins: string): string => join(plugins, 'trees')

const fileOf = (plugins: string, { package: name, link }: Pick<PluginRecord, 'package' | 'link'>): string =>
  join(plugins, `${name.replace('/', '+')}${link === undefined ? '' : '.link'}.json`)

function parseRecord(file: string, plugins: string): StoredRecord {
  const stored = readJson(file)
  const wrong = (what: string, hint: string): FairleadError => new FairleadError('plugin-invalid', `${file} ${what}`, { path: file, hint })
  if (!isRecord(stored) || typeof stored.package !== 'string') throw wrong('is not a plugin record', 'Remove it, and reinstall the plugin.')
  if (stored.version !== version)
    throw wrong(
      `has version ${String(stored.version)}, but this version of fairlead supports version ${version}`,
      'Update fairlead, or remove the file and reinstall the plugin.',
    )
  const { package: name, requested, tree, link, with: others } = stored
  const folder = typeof link === 'string' ? link : join(treesFolder(plugins), String(tree), 'node_modules', ...name.split('/'))
  return {
    file,
    folder,
    package: name,
    ...(typeof requested === 'string' && { requested }),
    ...(typeof tree === 'string' && { tree }),
    ...(typeof link === 'string' && { link }),
    ...(Array.isArray(others) && { with: others.map(String) }),
  }
}

/** All records, links first; what is wrong with those that can't be read. */
export function readRecords(plugins: string): { readonly records: readonly StoredRecord[]; readonly problems: readonly FairleadError[] } {
  const records: StoredRecord[] = []
  const problems: FairleadError[] = []
  let names: readonly string[] = []
  try {
    names = readdirSync(plugins)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))) throw cause
  }
  for (const name of names.filter(one => one.endsWith('.json')).toSorted()) {
    try {
      records.push(parseRecord(join(plugins, name), plugins))
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      problems.push(error)
    }
  }
  return { records: [...records.filter(({ link }) => link !== undefined), ...records.filter(({ link }) => link === undefined)], problems }
}

/** Keeps a record. From then on the plugin is found. */
export function writeRecord(plugins: string, record: PluginRecord): void {
  writeFileAtomically(fileOf(plugins, record), `${JSON.stringify({ version, ...record }, undefined, 2)}\n`)
}

/** Forgets a record. */
export function removeRecord({ file }: StoredRecord): void {
  rmSync(file, { force: true })
}

/** Removes a tree. What can't be removed now, as on Windows the libraries that a process has loaded, goes with a later command. */
export function removeTree(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
  }
}

/** Removes trees that no record names: what was replaced or uninstalled, and what a killed install left. */
export function removeUnusedTrees(plugins: string): void {
  const trees = treesFolder(plugins)
  const { records, problems } = readRecords(plugins)
  // A record that can't be read may name any of them.
  if (problems.length > 0) return
  const used = new Set(records.map(({ tree }) => tree))
  let names: readonly string[] = []
  try {
    names = readdirSync(trees)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
  }
  for (const name of names) if (!used.has(name)) removeTree(join(trees, name))
}
