import { FairleadError, type Manifest } from '@fairlead/core'
import type { Environment, LazyClient } from '@fairlead/core/host'
import { manifest as diskManifest } from '@fairlead/client-disk/manifest'
import { version } from '../about.ts'
import { isOwnWord } from './client-commands.ts'
import { loadPlugin } from './load-plugin.ts'
import { candidateFolders, findPackage } from './package-folders.ts'
import { pluginsFolder, readRecords } from './plugin-records.ts'
import { readPackage, type PackageInfo } from './read-package.ts'

/**
 * Where a client comes from. `built-in`: part of the command line. `linked`, `installed`: by `fairlead plugins`. `beside`:
 * installed beside the command line by a package manager. `project`: in the current folder or above.
 */
export type PluginOrigin = 'built-in' | 'linked' | 'installed' | 'beside' | 'project'

/** A client with its package. Its code is loaded when it is used. */
export interface FoundClient extends LazyClient, PackageInfo {
  readonly origin: PluginOrigin
  /** The package that brought it along, where it was not asked for by itself. */
  readonly broughtBy?: string
}

/** A package that was meant to bring a client and can't. */
interface PluginProblem {
  readonly package: string
  readonly origin: PluginOrigin
  /** The client that is missing now, where that is known; another package may have one of that name. */
  readonly client?: string
  readonly error: FairleadError
}

/** What was found. Nothing that is wrong with one package keeps the others from being used. */
export interface FoundClients {
  readonly clients: readonly FoundClient[]
  readonly problems: readonly PluginProblem[]
}

const builtIn: FoundClient = {
  manifest: diskManifest,
  load: async () => (await import('@fairlead/client-disk')).disk,
  folder: import.meta.dirname,
  name: diskManifest.package,
  version,
  origin: 'built-in',
}

interface Candidate {
  readonly folder: string
  readonly origin: PluginOrigin
  readonly broughtBy?: string
  /** It is known to be a plugin, so that one which is none any more is told. */
  readonly expected?: string
}

/** The `plugin-invalid` of a package whose client has the name of one that is there already. */
export function nameClaimed(first: FoundClient, second: PackageInfo, hint: string): FairleadError {
  return new FairleadError(
    'plugin-invalid',
    `two packages claim the client "${first.manifest.name}": ${first.name} ${first.version}, which is used, and ${second.name} ${second.version} (${second.folder})`,
    { path: second.folder, hint },
  )
}

/** How a client is taken away, as the end of a hint. */
export function removalOf({ origin, name, broughtBy, folder }: Omit<FoundClient, 'manifest' | 'load'>): string {
  if (origin === 'installed' || origin === 'linked') return `\`fairlead plugins uninstall ${broughtBy ?? name}\`.`
  return origin === 'built-in'
    ? 'it is part of fairlead, and stays.'
    : `\`npm uninstall ${broughtBy ?? name}\` where it is installed (${folder}).`
}

/** Collects clients by name, the first of a name stays, and what is wrong with the rest. */
class Collector {
  readonly clients = new Map<string, FoundClient>()
  readonly problems: PluginProblem[] = []
  readonly #seen = new Set<string>()

  take(candidate: Candidate): void {
    const { folder, origin, broughtBy, expected } = candidate
    if (this.#seen.has(folder)) return
    this.#seen.add(folder)
    const reading = readPackage(folder)
    if (reading === undefined || reading.kind === 'other') {
      if (expected !== undefined) this.problems.push({ package: expected, origin, error: gone(expected, folder, origin) })
    } else if (reading.kind === 'client')
      this.#add({ ...reading.info, origin, ...(broughtBy !== undefined && { broughtBy }) }, reading.manifest)
    else if (reading.kind === 'collection') this.#takeAll(reading.info, reading.packages, origin)
    else
      this.problems.push({
        package: reading.info.name,
        origin,
        error: reading.error,
        client: reading.client ?? guessedName(reading.info.name),
      })
  }

  #takeAll(info: PackageInfo, packages: readonly string[], origin: PluginOrigin): void {
    for (const name of packages) {
      const folder = findPackage(name, info.folder)
      if (folder !== undefined) this.take({ folder, origin, broughtBy: info.name, expected: name })
      else this.problems.push({ package: name, origin, client: guessedName(name), error: gone(name, info.folder, origin) })
    }
  }

  #add(found: Omit<FoundClient, 'manifest' | 'load'>, manifest: Manifest): void {
    const first = this.clients.get(manifest.name)
    if (first === undefined || (first.origin === 'built-in' && found.origin === 'linked' && first.name === found.name)) {
      this.clients.set(manifest.name, { ...found, manifest, load: () => loadPlugin(found) })
      if (isOwnWord(manifest.name) && manifest.commands !== undefined)
        this.problems.push({ package: found.name, origin: found.origin, error: hiddenCommands(found, manifest.name) })
    } else if (first.name !== found.name) {
      const error = nameClaimed(first, found, `Remove one of them: ${removalOf(first.origin === 'built-in' ? found : first)}`)
      this.problems.push({ package: found.name, origin: found.origin, client: manifest.name, error })
    }
  }
}

/** What a package most likely calls its client: the end of its own name. */
const guessedName = (name: string): string => /([a-z][a-z0-9-]*)$/.exec(name.replace(/^.*\bclient-/, ''))?.[1] ?? name

function hiddenCommands({ name, folder }: PackageInfo, client: string): FairleadError {
  return new FairleadError(
    'plugin-invalid',
    `the commands that ${name} adds can't be run, because \`fairlead ${client}\` is a command of Fairlead; the rest of the client works`,
    { path: folder, hint: 'Tell its authors that a client with commands needs another name.' },
  )
}

function gone(name: string, folder: string, origin: PluginOrigin): FairleadError {
  const hint =
    origin === 'linked'
      ? `Build it there, or remove the link with \`fairlead plugins uninstall ${name}\`.`
      : `Reinstall it with \`fairlead plugins install ${name}\`, or remove it with \`fairlead plugins uninstall ${name}\`.`
  return new FairleadError('plugin-invalid', `${name} is missing, or is no longer a Fairlead client: ${folder}`, { path: folder, hint })
}

/** What {@link findClients} looks at; by default the machine as it is. */
export interface FindOptions {
  readonly project?: string
  readonly env?: Environment
  /** The folder of the command line. */
  readonly beside?: string
}

/**
 * The clients of this machine: disk; what `fairlead plugins` linked and installed; what lies beside the command line; what
 * the project depends on, each known by its manifest, whatever its package is called. The first of a name is used. Only
 * manifests are read; code is loaded when a connection of the client is used. Never throws for what is wrong with a package.
 */
export function findClients(options: FindOptions = {}): FoundClients {
  const { project = process.cwd(), env = process.env, beside = import.meta.dirname } = options
  const collector = new Collector()
  collector.clients.set(diskManifest.name, builtIn)
  const { records, problems } = readRecords(pluginsFolder(env))
  for (const error of problems) collector.problems.push({ package: error.path ?? '', origin: 'installed', error })
  for (const { folder, link, package: name } of records)
    collector.take({ folder, origin: link === undefined ? 'installed' : 'linked', expected: name })
  for (const folder of candidateFolders(beside)) collector.take({ folder, origin: 'beside' })
  for (const folder of candidateFolders(project)) collector.take({ folder, origin: 'project' })
  return { clients: [...collector.clients.values()], problems: collector.problems }
}

/** For each client that is missing because its package is wrong: why. */
export function unusableClients({ clients, problems }: FoundClients): ReadonlyMap<string, FairleadError> {
  const usable = new Set(clients.map(({ manifest }) => manifest.name))
  return new Map(
    problems.flatMap(({ client, error }) => (client === undefined || usable.has(client) ? [] : [[client, error] as const])).toReversed(),
  )
}
