import type { DatabaseSync } from 'node:sqlite'
import type { Project } from '../project.ts'
import { listValid, validFiles, type CatalogAsset } from './catalog-assets.ts'
import { idOf } from './ids.ts'
import type { StagingLayout } from './layout.ts'
import type { Wanted } from './prune.ts'
import type { Selection } from './selection.ts'
import { keptAssets, type KeptAssets } from './staged-now.ts'

/** Which assets a create is about. */
export interface CreateScope {
  /** Ids of valid assets of the catalog that are staged. */
  readonly wanted: ReadonlySet<string>
  readonly totals: { readonly assets: number; readonly files: number; readonly bytes: number }
  /** Staged assets that stay though they are not wanted. */
  readonly kept: KeptAssets
  /** Whether an asset that lies in the ingress again may replace the only copy of the one that was moved. */
  readonly replacesMoved: boolean
  /** Everything that staging should hold in the end. */
  all(): Wanted
  /** Why an asset can't be staged beside those that are kept. */
  conflictOf(asset: CatalogAsset): string | undefined
  movedConflict(asset: CatalogAsset): string
}

/** Compares the catalog, what was asked for, and what staging has. */
export function createScope(
  project: Project,
  database: DatabaseSync,
  layout: StagingLayout,
  selection: Selection,
  { prune = false, force = false }: { readonly prune?: boolean; readonly force?: boolean },
): CreateScope {
  const wanted = new Set<string>()
  const totals = { assets: 0, files: 0, bytes: 0 }
  for (const asset of listValid(database)) {
    if (selection?.(asset) === false) continue
    wanted.add(idOf(asset.path))
    totals.assets++
    totals.files += asset.files
    totals.bytes += asset.bytes
  }
  const kept = keptAssets(layout, wanted, selection !== undefined && !prune)
  const keepsFiles = project.config.metadataTypes.includes('file')
  return {
    wanted,
    totals,
    kept,
    replacesMoved: force,
    all: () => wantedOf(database, wanted, kept, keepsFiles),
    conflictOf: ({ files }) => {
      for (const { path } of files) {
        const owner = kept.files.get(path)
        if (owner !== undefined) return `the location of ${path} in staging is taken by ${owner}, which stays there`
      }
      return undefined
    },
    movedConflict: ({ path }) =>
      `${path} was moved to staging earlier, but the ingress now has something else there: staging has the only copy of the first one`,
  }
}

function wantedOf(database: DatabaseSync, wanted: ReadonlySet<string>, kept: KeptAssets, keepsFiles: boolean): Wanted {
  const paths = new Set([...kept.files.keys(), ...kept.guarded])
  for (const { asset, path } of validFiles(database)) if (wanted.has(idOf(asset))) paths.add(path)
  return {
    assets: new Set([...wanted, ...kept.assets.map(({ id }) => id)]),
    files: new Set(keepsFiles ? Array.from(paths, idOf) : []),
    paths,
  }
}
