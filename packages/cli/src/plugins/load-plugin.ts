import { pathToFileURL } from 'node:url'
import { FairleadError, type AnyPlugin } from '@fairlead/core'
import { isRecord, readJson } from './json.ts'
import { whileLoading } from './loading.ts'
import { isManifest, knownContract } from './manifest-form.ts'
import { exportTarget, foreignContract, ownFile, type PackageInfo } from './read-package.ts'

/** The module of a package's main door. */
function doorOf(folder: string): string {
  const description = readJson(ownFile(folder, 'package.json'))
  const { exports, main } = isRecord(description) ? description : {}
  const door = exportTarget(isRecord(exports) && '.' in exports ? exports['.'] : exports)
  return ownFile(folder, door ?? (typeof main === 'string' ? main : 'index.js'))
}

/** Whether a value is meant to be a plugin, of whatever contract. */
const looksLikePlugin = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && typeof value.connect === 'function' && isRecord(value.manifest)

/** A plugin by its form: it may come from another copy of core, so nothing asks of which class it is. */
const isPlugin = (value: unknown): value is AnyPlugin =>
  looksLikePlugin(value) && value.contract === knownContract && isManifest(value.manifest)

/**
 * The plugin that a package exports, its code loaded. `plugin-invalid` when the code can't be loaded, exports no plugin, or one
 * of another contract.
 */
export async function loadPlugin(info: PackageInfo): Promise<AnyPlugin> {
  const { folder, name, version } = info
  const exported: unknown[] = []
  let plugin: AnyPlugin | undefined
  let other: Readonly<Record<string, unknown>> | undefined
  try {
    const door = pathToFileURL(doorOf(folder)).href
    const module: unknown = await whileLoading(info, () => import(door))
    if (typeof module === 'object' && module !== null) exported.push(...Object.values(module))
    // What is looked at is code of somebody else still, and may throw.
    plugin = exported.find(isPlugin)
    other = exported.find(looksLikePlugin)
  } catch (cause) {
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new FairleadError('plugin-invalid', `${name} ${version} can't be loaded: ${said}`, {
      path: folder,
      hint: `Reinstall it with \`fairlead plugins install ${name}@latest\`. If the folder is your own, install its dependencies and build it.`,
      cause,
    })
  }
  if (plugin !== undefined) return plugin
  if (other !== undefined && other.contract !== knownContract) throw foreignContract(info, other.contract)
  throw new FairleadError('plugin-invalid', `${name} ${version} exports no client`, {
    path: folder,
    hint: 'Update the package, or tell its authors: its main module must export the result of definePlugin.',
  })
}
