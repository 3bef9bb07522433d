import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { CatalogAsset } from './catalog-assets.ts'
import type { StagingLayout } from './layout.ts'
import { begunMoves } from './move-assets.ts'
import { brokenStaging, readStaged, stagedIds } from './staged-asset.ts'

/** Staged assets that are not staged from the catalog this time, and stay. */
export interface KeptAssets {
  /** In order of their paths. */
  readonly assets: ReadonlyArray<{ readonly id: string; readonly path: string }>
  /** The paths of their files, each with the path of its asset. */
  readonly files: ReadonlyMap<string, string>
  readonly bytes: number
  /** Files of assets that are wanted again, and whose only copy these are: they must not go before the new ones are here. */
  readonly guarded: readonly string[]
}

/**
 * The staged assets that stay though they are not among those that are wanted now: those that were moved, since staging
 * has the only copy, and with `keepsOthers` all. Throws `input-invalid` for a broken document that is not written anew:
 * what it described may be the only copy.
 */
export function keptAssets(layout: StagingLayout, wanted: ReadonlySet<string>, keepsOthers: boolean): KeptAssets {
  const kept: Array<{ readonly id: string; readonly path: string }> = []
  const files = new Map<string, string>()
  const guarded: string[] = []
  let bytes = 0
  for (const id of stagedIds(layout)) {
    const staged = readStaged(layout, id)
    if (staged === undefined && !wanted.has(id)) throw brokenStaging(join(layout.manifests, `${id}.json`))
    if (staged === undefined || (!staged.moved && !keepsOthers)) continue
    if (wanted.has(id)) {
      if (staged.moved) guarded.push(...staged.asset.files.map(({ path }) => path))
      continue
    }
    kept.push({ id, path: staged.asset.path })
    for (const { path, size } of staged.asset.files) {
      files.set(path, staged.asset.path)
      bytes += size
    }
  }
  for (const { staged } of begunMoves(layout)) guarded.push(...staged.asset.files.map(({ path }) => path))
  const assets = kept.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return { assets, files, bytes, guarded }
}

/** An asset of which staging has the only copy. */
export interface MovedAsset {
  readonly id: string
  readonly path: string
  /** Relative to the ingress, as below `content`. */
  readonly files: readonly string[]
  readonly bytes: number
}

/** All staged assets that were moved, and those that were moved in part. Throws `input-invalid` for a broken document: what it described may have been moved. */
export function movedAssets(layout: StagingLayout): readonly MovedAsset[] {
  const whole = stagedIds(layout).flatMap(id => {
    const staged = readStaged(layout, id)
    if (staged === undefined) throw brokenStaging(join(layout.manifests, `${id}.json`))
    return staged.moved ? [movedAsset(id, staged.asset, staged.asset.files)] : []
  })
  const begun = Array.from(begunMoves(layout), ({ staged: { id, asset } }) =>
    movedAsset(
      id,
      asset,
      asset.files.filter(({ path }) => lstatSync(join(layout.content, path), { throwIfNoEntry: false }) !== undefined),
    ),
  )
  return [...whole, ...begun]
}

function movedAsset(id: string, { path }: CatalogAsset, files: CatalogAsset['files']): MovedAsset {
  return { id, path, files: files.map(file => file.path), bytes: files.reduce((sum, { size }) => sum + size, 0) }
}
