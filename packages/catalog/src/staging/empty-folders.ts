import { readdirSync, rmdirSync, rmSync, type Dirent } from 'node:fs'
import { join } from 'node:path'

/** What a desktop leaves behind in a folder that somebody looked at. */
const leftover = '.DS_Store'

/**
 * Removes folders below a root that hold nothing, or nothing but `.DS_Store` and folders like themselves. The root, and
 * folders that `isOurs` denies (by their path relative to the root), stay as they are; links are not followed. Returns
 * what was removed.
 */
export function removeEmptyFolders(root: string, isOurs: (path: string) => boolean): readonly string[] {
  const removed: string[] = []
  /** Whether the folder is empty now. */
  const empty = (folder: string): boolean => {
    const entries = entriesOf(join(root, folder))
    let left = entries === undefined ? 1 : 0
    let hasLeftover = false
    for (const entry of entries ?? []) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!entry.isDirectory()) {
        if (entry.name === leftover && entry.isFile()) hasLeftover = true
        else left++
      } else if (isOurs(path) && empty(path) && removeFolder(join(root, path))) removed.push(path)
      else left++
    }
    if (left > 0) return false
    if (hasLeftover && folder !== '') rmSync(join(root, folder, leftover), { force: true })
    return true
  }
  empty('')
  return removed
}

/** Whoever may not look into a folder, or finds that it has gone, leaves it alone: tidying up is no reason to fail. */
function entriesOf(folder: string): readonly Dirent[] | undefined {
  return tolerate(() => readdirSync(folder, { withFileTypes: true }))
}

/** Whether the folder could be removed: somebody may have put something into it meanwhile. */
function removeFolder(folder: string): boolean {
  return (
    tolerate(() => {
      rmdirSync(folder)
      return true
    }) ?? false
  )
}

function tolerate<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (cause) {
    if (
      cause instanceof Error &&
      'code' in cause &&
      ['EACCES', 'EBUSY', 'EEXIST', 'ENOENT', 'ENOTEMPTY', 'EPERM'].includes(String(cause.code))
    )
      return undefined
    throw cause
  }
}
