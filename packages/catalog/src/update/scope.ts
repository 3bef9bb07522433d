import type { PreviousSnapshot } from '../snapshot/previous.ts'
import { pathFilter } from '../walk/patterns.ts'
import type { Frame, Unit } from './unit.ts'

/** Which folders an update visits, and what becomes of the units of the snapshot before. */
export interface Scope {
  readonly frames: readonly Frame[]
  /** The unit is as it was. */
  keep(id: number): void
  /** A unit was made anew: the id of the one that it replaces. */
  replace(unit: Pick<Unit, 'path' | 'isDeep'>): number | undefined
  /** Ids of units that no longer are, or are part of another one now; of the former those that `assets` names only, where it is given. */
  gone(assets: readonly string[] | undefined): Iterable<number>
}

/** The whole ingress as one frame. */
const everything: readonly Frame[] = [{ folder: '', names: [''] }]

/** Visits the whole ingress, or only what may have changed. */
export function planScope(previous: PreviousSnapshot | undefined, changed: ReadonlySet<string> | undefined): Scope {
  if (previous === undefined) return { frames: everything, keep: () => undefined, replace: () => undefined, gone: () => [] }
  const seen = new Uint8Array(previous.lastUnit + 1)
  const visited = changed === undefined ? undefined : visitedFolders(previous, changed)
  const isVisited = (path: string) =>
    visited === undefined || visited.some(folder => folder === '' || path === folder || path.startsWith(`${folder}/`))
  const grown: string[] = []
  return {
    frames: visited === undefined ? everything : visited.map(folder => ({ folder, names: [''] })),
    keep(id) {
      seen[id] = 1
    },
    replace({ path, isDeep }) {
      const old = previous.unit(path)
      if (isDeep && old?.isDeep !== true) grown.push(`${path}/`)
      if (old === undefined) return undefined
      seen[old.id] = 1
      return old.id
    },
    *gone(assets) {
      const wants = assets === undefined ? undefined : pathFilter(assets, [])
      for (const { id, path } of previous.units()) {
        if (seen[id] === 1 || !isVisited(path)) continue
        if (wants === undefined || grown.some(folder => path.startsWith(folder)) || previous.assetPaths(id).some(wants)) yield id
      }
    },
  }
}

/** The nearest folders, none inside of another, that hold all units of the changed paths. */
function visitedFolders(previous: PreviousSnapshot, changed: ReadonlySet<string>): readonly string[] {
  const folders = new Set<string>()
  for (const path of changed) folders.add(unitFolder(previous, path))
  const sorted = [...folders].toSorted()
  return sorted.filter(folder => !sorted.some(other => other !== folder && (other === '' || folder.startsWith(`${other}/`))))
}

/** The folder of the topmost unit that a path may belong to, or the nearest known one above it. */
function unitFolder(previous: PreviousSnapshot, path: string): string {
  let nearest = ''
  const segments = path.split('/').filter(segment => segment !== '')
  for (let count = 1; count < segments.length; count++) {
    const folder = segments.slice(0, count).join('/')
    if (previous.unit(folder) === undefined) break
    nearest = folder
  }
  return nearest
}
