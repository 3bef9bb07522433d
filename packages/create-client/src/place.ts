import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Where a new client lies: in a project of its own, or among the plugins of Fairlead's own workspace. */
export type Place = { readonly kind: 'project' } | { readonly kind: 'workspace'; readonly root: string }

/** The workspace around a folder, if the folder is one of its plugins. */
export function placeOf(directory: string): Place {
  const plugins = dirname(directory)
  const root = dirname(plugins)
  return basename(plugins) === 'plugins' && isWorkspace(root) ? { kind: 'workspace', root } : { kind: 'project' }
}

/** Fairlead's own workspace, from a folder upwards. */
export function findWorkspace(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isWorkspace(folder)) return folder
    if (dirname(folder) === folder) return undefined
  }
}

function isWorkspace(folder: string): boolean {
  if (!existsSync(join(folder, 'pnpm-workspace.yaml'))) return false
  try {
    return /"name":\s*"fairlead-workspace"/.test(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch {
    return false // what can't be read is somebody else's
  }
}
