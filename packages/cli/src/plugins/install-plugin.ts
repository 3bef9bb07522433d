import { randomUUID } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { FairleadError, printable, type Manifest } from '@fairlead/core'
import { makeFolder } from '@fairlead/core/host'
import { findClients, nameClaimed, removalOf, type FindOptions, type FoundClient } from './find-clients.ts'
import { isRecord } from './json.ts'
import { loadPlugin } from './load-plugin.ts'
import { npmInstall, type NpmOptions } from './npm.ts'
import { findPackage } from './package-folders.ts'
import { parseSpec, type PackageSpec } from './package-spec.ts'
import { pluginsFolder, removeTree, treesFolder, writeRecord } from './plugin-records.ts'
import { readPackage, type PackageInfo } from './read-package.ts'

/** A package and the clients it brings. */
export interface Brought {
  readonly info: PackageInfo
  readonly clients: readonly FoundClient[]
}

/** What npm is asked for, and what is kept of it for `plugins update`. */
function request(spec: PackageSpec, tree: string): { readonly npm: string; readonly requested: string } {
  if (spec.kind === 'registry') return { npm: `${spec.name}@${spec.version || 'latest'}`, requested: spec.version }
  if (spec.kind === 'address') return { npm: spec.url, requested: spec.url }
  // Its own copy: the file that was given may be gone, or another one, when the folder is looked at again.
  copyFileSync(spec.path, join(tree, 'package.tgz'))
  return { npm: 'file:package.tgz', requested: `file:${spec.path}` }
}

/** The package that an install has put into a tree. */
function installedName(tree: string): string {
  const description: unknown = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'))
  const dependencies = isRecord(description) && isRecord(description.dependencies) ? Object.keys(description.dependencies) : []
  const [name] = dependencies
  if (name === undefined) throw new FairleadError('unexpected', 'npm installed nothing', { hint: 'Run the command again with --verbose.' })
  return name
}

/** The clients of a package. `plugin-invalid` when it has none, or when it or one that it brings is not as it should be. */
function clientsOf(folder: string, name: string, origin: 'installed' | 'linked', broughtBy?: string): Brought {
  const reading = readPackage(folder)
  if (reading?.kind === 'broken') throw reading.error
  if (reading?.kind === 'client') {
    const { info, manifest } = reading
    return { info, clients: [{ ...info, manifest, origin, load: () => loadPlugin(info), ...(broughtBy !== undefined && { broughtBy }) }] }
  }
  if (reading?.kind === 'collection' && broughtBy === undefined) {
    const { info } = reading
    const clients = reading.packages.flatMap(one => {
      const found = findPackage(one, folder)
      if (found !== undefined) return clientsOf(found, one, origin, info.name).clients
      throw new FairleadError('plugin-invalid', `${info.name} should include ${one}, which is missing`, {
        path: folder,
        hint: 'Tell its authors.',
      })
    })
    return { info, clients }
  }
  throw new FairleadError('plugin-invalid', `${name} is not a Fairlead client: it has no fairlead.manifest.json`, {
    path: folder,
    hint:
      origin === 'linked'
        ? 'Build it first (most have `npm run build`).'
        : "Check its name: Fairlead's own clients are called @fairlead/client-NAME, and `npm search keywords:fairlead-client` lists others.",
  })
}

/** The manifest file decides what is asked for and what is kept as a secret, so it must say what the code says. Throws `plugin-invalid`. */
function checkManifest({ manifest, name, version, folder, origin }: FoundClient, ofCode: Manifest): void {
  const told: Readonly<Record<string, unknown>> = { ...manifest }
  const meant: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(ofCode))
  const other = Object.keys({ ...meant, ...told }).find(key => !isDeepStrictEqual(told[key], meant[key]))
  if (other === undefined) return
  throw new FairleadError(
    'plugin-invalid',
    `the manifest file of ${name} ${version} does not match its code: "${printable(other, 60)}" differs`,
    {
      path: folder,
      hint: origin === 'linked' ? 'Build it anew (most have `npm run build`).' : 'Update the package, or tell its authors.',
    },
  )
}

/**
 * Checks what a package would bring before anything is kept: its manifests, that no other package has a client of that name,
 * and its code, which must load. Throws `plugin-invalid`.
 */
export async function examinePackage(
  folder: string,
  name: string,
  origin: 'installed' | 'linked',
  find: FindOptions = {},
): Promise<Brought> {
  const brought = clientsOf(folder, name, origin)
  const there = findClients(find).clients
  for (const client of brought.clients) {
    // What a project brings counts for that project only, and comes behind what is installed.
    const claimed = there.find(
      ({ manifest, name: owner, origin: from }) => manifest.name === client.manifest.name && owner !== client.name && from !== 'project',
    )
    if (claimed !== undefined) throw nameClaimed(claimed, client, `Nothing was changed. Remove the other one first: ${removalOf(claimed)}`)
    checkManifest(client, (await client.load()).manifest)
  }
  return brought
}

/** What of an install is not said by the package alone. */
interface InstallOptions {
  readonly asked?: string | undefined
  readonly others?: readonly string[]
  readonly dryRun?: boolean
}

/**
 * Installs a package of clients in a tree of its own, checks it, and only then keeps it in the place of what was installed of
 * the same package: whatever fails, and whenever it is killed, the clients are those from before. `asked` is kept as what was
 * asked for, where it is not what is installed now; `others` are packages that it can use and does not bring; with `dryRun` nothing is kept.
 */
export async function installPlugin(
  text: string,
  options: NpmOptions,
  { asked, others = [], dryRun = false }: InstallOptions = {},
): Promise<Brought> {
  const spec = parseSpec(text)
  const along = others.map(other => {
    const wanted = parseSpec(other)
    return wanted.kind === 'tarball' ? `file:${wanted.path}` : other
  })
  const plugins = pluginsFolder(options.env)
  const tree = randomUUID()
  const folder = join(treesFolder(plugins), tree)
  makeFolder(folder, 0o700)
  try {
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ private: true }, undefined, 2)}\n`)
    const { npm, requested } = request(spec, folder)
    await npmInstall(folder, npm, options, spec.kind === 'tarball' ? spec.path : npm)
    const name = installedName(folder)
    for (const other of along) await npmInstall(folder, other, options)
    const brought = await examinePackage(join(folder, 'node_modules', ...name.split('/')), name, 'installed', { env: options.env })
    options.signal.throwIfAborted()
    // A tree without a record is swept away.
    if (!dryRun) writeRecord(plugins, { package: name, requested: asked ?? requested, tree, ...(along.length > 0 && { with: along }) })
    return brought
  } catch (error) {
    removeTree(folder)
    throw error
  }
}
