import { lstatSync } from 'node:fs'
import { fullTree, sha256 } from './tree.ts'
import { absent, type Watch } from './watch.ts'

/** Local files and folders as a whole: content, modes and times together are one state. */
export function watchFolders(paths: readonly string[]): Watch {
  return {
    look: async () => ({ states: new Map(paths.map(path => [path, stateOf(path)])), problems: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function inode(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino
}

/** What was replaced while it was read is read again. */
function stateOf(path: string): string {
  for (;;) {
    const before = inode(path)
    if (before === undefined) return absent
    const state = treeState(path)
    if (inode(path) === before && state !== undefined) return state
  }
}

function treeState(path: string): string | undefined {
  try {
    // The mode of the folder itself is compared in the end.
    const { '': own, ...below } = fullTree(path)
    return sha256(JSON.stringify(Object.keys(below).length === 0 ? own : below))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
