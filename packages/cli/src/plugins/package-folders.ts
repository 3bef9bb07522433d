import { readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isFolder, isRecord, readJson } from './json.ts'
import { isPackageName } from './package-spec.ts'

/** A folder and all above it. */
function* upwards(from: string): Generator<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    yield folder
    if (dirname(folder) === folder) return
  }
}

/** What a package.json depends on, in any way; undefined where there is none that can be read. */
function dependenciesOf(folder: string): readonly string[] | undefined {
  let description: unknown
  try {
    description = readJson(join(folder, 'package.json'))
  } catch {
    return [] // a project whose package.json is broken is told so by its package manager
  }
  if (!isRecord(description)) return undefined
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  return [...new Set(kinds.flatMap(kind => Object.keys(isRecord(description[kind]) ? description[kind] : {})))]
}

/** All packages of a `node_modules`, those of scopes too. */
function packagesIn(folder: string): readonly string[] {
  return namesIn(folder)
    .filter(name => !name.startsWith('.'))
    .flatMap(name => (name.startsWith('@') ? namesIn(join(folder, name)).map(own => `${name}/${own}`) : [name]))
    .toSorted()
}

function namesIn(folder: string): readonly string[] {
  try {
    return isFolder(folder) ? readdirSync(folder) : []
  } catch {
    return [] // the folder of somebody else, above the current one
  }
}

/**
 * The folders of the packages that may be clients, seen from a folder: that of every package.json upwards, what each depends
 * on, and, where packages are installed without one (`npm install --global`), all that lie there.
 */
export function* candidateFolders(from: string): Generator<string> {
  for (const folder of upwards(from)) {
    const names = dependenciesOf(folder)
    if (names !== undefined) yield folder
    const packages = join(folder, 'node_modules')
    // What pnpm keeps for itself is nothing that anybody asked for.
    if (basename(folder) === '.pnpm' || basename(folder) === 'node_modules' || !isFolder(packages)) continue
    for (const name of names ?? packagesIn(packages)) {
      if (!isPackageName(name)) continue
      const path = join(packages, ...name.split('/'))
      if (isFolder(path)) yield path
    }
  }
}

/** Where Node finds a package from another package's folder: the nearest `node_modules` upwards that has it. */
export function findPackage(name: string, from: string): string | undefined {
  if (!isPackageName(name)) return undefined
  for (const folder of upwards(realpathSync(from))) {
    const path = join(folder, 'node_modules', ...name.split('/'))
    if (isFolder(path)) return path
  }
  return undefined
}
