import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FairleadError, type AnyPlugin, type Manifest } from '@fairlead/core'
import type { LazyClient } from '@fairlead/core/host'
import { manifest as diskManifest } from '@fairlead/client-disk/manifest'

const disk: LazyClient = { manifest: diskManifest, load: async () => (await import('@fairlead/client-disk')).disk }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readJson(file: string): unknown {
  const status = statSync(file, { throwIfNoEntry: false })
  if (status?.isFile() !== true) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new FairleadError('plugin-invalid', `${file} is not JSON`, { path: file, hint: `Install the package anew.`, cause })
  }
}

/** As far as lists and forms rely on it; the code itself is checked when it is loaded. */
function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) &&
    value.contract === 1 &&
    typeof value.name === 'string' &&
    typeof value.summary === 'string' &&
    isRecord(value.options) &&
    isRecord(value.capabilities)
  )
}

/** The folders that packages lie in, from a folder upwards. */
function* packageFolders(from: string): Generator<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    yield join(folder, 'node_modules')
    if (dirname(folder) === folder) return
  }
}

function namesIn(folder: string, prefix: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(folder)
    .filter(name => name.startsWith(prefix))
    .toSorted()
}

/** The folders of packages whose names say that they are clients, ours first. */
function clientsIn(packages: string): readonly string[] {
  const scopes = namesIn(packages, '@').filter(scope => scope !== '@fairlead')
  return [
    ...namesIn(join(packages, '@fairlead'), 'client-')
      .filter(name => name !== 'client-disk')
      .map(name => join(packages, '@fairlead', name)),
    ...namesIn(packages, 'fairlead-client-').map(name => join(packages, name)),
    ...scopes.flatMap(scope => namesIn(join(packages, scope), 'fairlead-client-').map(name => join(packages, scope, name))),
  ]
}

/** The module of a package's main door. */
function doorOf(folder: string): string {
  const description = readJson(join(folder, 'package.json'))
  const { exports, main } = isRecord(description) ? description : {}
  let door: unknown = isRecord(exports) && '.' in exports ? exports['.'] : exports
  while (isRecord(door)) door = door.import ?? door.node ?? door.default
  return join(folder, typeof door === 'string' ? door : typeof main === 'string' ? main : 'index.js')
}

function isPlugin(value: unknown): value is AnyPlugin {
  return isRecord(value) && typeof value.connect === 'function' && isManifest(value.manifest)
}

async function loadPlugin(folder: string): Promise<AnyPlugin> {
  const module: unknown = await import(pathToFileURL(doorOf(folder)).href)
  const plugin = isRecord(module) || (typeof module === 'object' && module !== null) ? Object.values(module).find(isPlugin) : undefined
  if (plugin === undefined)
    throw new FairleadError('plugin-invalid', `${folder} exports no client`, {
      path: folder,
      hint: 'Update the package, or tell its authors.',
    })
  return plugin
}

function clientOf(folder: string): LazyClient | undefined {
  const manifest = readJson(join(folder, 'dist', 'fairlead.manifest.json')) ?? readJson(join(folder, 'fairlead.manifest.json'))
  return isManifest(manifest) ? { manifest, load: () => loadPlugin(folder) } : undefined
}

/**
 * The clients of this machine: disk, and every `@fairlead/client-*`, `fairlead-client-*` and `@scope/fairlead-client-*`
 * that is installed beside this command line or in the project. Only their manifests are read; their code is loaded when
 * a connection of theirs is used. The first of a name wins.
 */
export function findClients(project: string = process.cwd()): readonly LazyClient[] {
  const found = new Map<string, LazyClient>([[diskManifest.name, disk]])
  for (const start of [import.meta.dirname, project]) {
    for (const folder of packageFolders(start)) {
      for (const path of clientsIn(folder)) {
        const client = clientOf(path)
        if (client !== undefined && !found.has(client.manifest.name)) found.set(client.manifest.name, client)
      }
    }
  }
  return [...found.values()]
}
