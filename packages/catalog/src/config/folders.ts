import { realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { CatalogConfig } from './config.ts'

/** The path with every symbolic link of it followed; what doesn't exist yet stays as it is written. */
function realFolder(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    // Not there yet, or not to be looked at: its parent decides, and in the end the root.
    return dirname(path) === path ? path : join(realFolder(dirname(path)), basename(path))
  }
}

function inside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/**
 * The configuration with staging told apart from the ingress, symbolic links followed: a staging that lies in the
 * ingress by another way is named by the way the scan would take, so that it is left out. `problem` when the ingress is
 * staging or lies in it: the next `delete` would remove it.
 */
export function checkedStaging(config: CatalogConfig): { readonly config: CatalogConfig; readonly problem?: string } {
  const { ingressDirectory: ingress, stagingDirectory: staging } = config
  const [realIngress, realStaging] = [realFolder(ingress), realFolder(staging)]
  if (realIngress === realStaging) {
    return {
      config,
      problem: `ingress_directory and staging_directory are the same folder, ${realIngress}; use a different one for staging`,
    }
  }
  if (inside(realStaging, realIngress) || inside(staging, ingress)) {
    return {
      config,
      problem: `the ingress ${ingress} is inside the staging folder ${staging}; use a separate folder for staging_directory`,
    }
  }
  if (!inside(realIngress, realStaging) || inside(ingress, staging)) return { config }
  return { config: { ...config, stagingDirectory: join(ingress, relative(realIngress, realStaging)) } }
}
