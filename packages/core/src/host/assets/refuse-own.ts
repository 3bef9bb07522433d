import { readFileSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { layoutPath } from '../../contract/asset-layout.ts'
import { FairleadError } from '../../contract/errors.ts'
import { folderNames } from '../machine/folders.ts'
import type { Folders } from '../runtime.ts'
import { layoutOf } from './layout-marker.ts'
import type { ScannedAsset } from './scan-asset.ts'

/** What the disk client keeps at the root of a store; a project's `.fairlead` holds other things. */
const storeForm = /(?:^|\/)\.fairlead\/(?:lock\.sqlite$|(?:tmp|uploads|metadata|shares)\/)/

/**
 * Refuses to store what Fairlead itself keeps on this machine, `input-invalid`: its settings with their secrets, its
 * state, and stores, which would grow with what is pushed from them into themselves.
 */
export function refuseOwn(folders: Folders, path: string, { kind, files }: ScannedAsset): void {
  const refuse = (what: string, hint: string): never => {
    throw new FairleadError('input-invalid', `"${path}" ${what}`, { path, hint })
  }
  const { config, state } = folderNames(folders)
  const real = realpathSync(path)
  for (const own of [config, state]) {
    const place = realOrNothing(own)
    if (place !== undefined && (holds(real, place) || holds(place, real)))
      refuse(`contains or is inside "${own}", where Fairlead keeps settings, secrets or state.`, 'Push the folders you need individually.')
  }
  if (kind === 'file') return
  for (const file of files) {
    const marked = file.path === layoutPath || file.path.endsWith(`/${layoutPath}`)
    if (storeForm.test(file.path) || (marked && layoutOf(readFileSync(file.file, 'utf8')) !== undefined))
      refuse(`contains a Fairlead store: "${file.path}".`, 'Push from the original folder; `fairlead pull` fetches an asset from a store.')
  }
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)
}

function realOrNothing(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return undefined
    throw cause
  }
}
