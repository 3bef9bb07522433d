import type { BigIntStats } from 'node:fs'
import { join } from 'node:path'
import type { Entry, PathRules } from '@fairlead/core'

/** What the client keeps for itself at the root: unfinished bodies, metadata, share records, locks. */
export const ownFolder = '.fairlead'

/** The file of a stored path. The host has normalised, quoted and confined the path. */
export function toFile(root: string, path: string): string {
  return path === '' ? root : join(root, ...path.split('/'))
}

/** Changes whenever the content may have: the inode's own times can't be set from outside. */
export function etagOf(stats: BigIntStats): string {
  const { ino, size, mtimeNs, ctimeNs } = stats
  return `${ino.toString(36)}-${size.toString(36)}-${mtimeNs.toString(36)}-${ctimeNs.toString(36)}`
}

/** What of an object's metadata record must match for it to speak of this content; survives a copy that keeps times. */
export function contentKey(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}`
}

/** What `stat` and listings tell of a file or folder. */
export function toEntry(path: string, stats: BigIntStats): Entry {
  if (stats.isDirectory()) return { path, kind: 'prefix' }
  return { path, kind: 'object', size: Number(stats.size), modified: new Date(Number(stats.mtimeMs)), etag: etagOf(stats) }
}

/** What the platform's file systems can keep, as far as it is narrower than the manifest says. */
export function narrowPaths(paths: PathRules, platform: NodeJS.Platform): PathRules {
  if (platform === 'win32') {
    const devices = ['con', 'prn', 'aux', 'nul', ...Array.from({ length: 9 }, (_, index) => [`com${index + 1}`, `lpt${index + 1}`]).flat()]
    const control = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('')
    return { ...paths, forbidden: `<>:"\\|?*${control}`, reserved: [...paths.reserved, ...devices], case: 'preserving' }
  }
  if (platform === 'darwin') return { ...paths, forbidden: ':', case: 'preserving', unicode: 'nfc' }
  return paths
}
