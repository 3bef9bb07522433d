import type { DatabaseSync } from 'node:sqlite'
import { hashFile, type Facts } from '@fairlead/core/host'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { createYielder } from '../update/yielder.ts'
import { validAssets, type CatalogAsset } from './catalog-assets.ts'
import type { CreateScope } from './create-scope.ts'
import { idOf } from './ids.ts'
import type { StagingLayout } from './layout.ts'
import { begunMoves } from './move-assets.ts'
import { isDescribed, isSameContent, missingFiles, plan, type Planned } from './plan.ts'
import { assetRecords } from './records.ts'
import { readStaged, stagedIds } from './staged-asset.ts'
import type { WriteMode } from '../config/choices.ts'

/** What `create` would do with one asset: how its content comes, or that it stays, goes, or can't be staged. */
export type PlanAction = WriteMode | 'keep' | 'remove' | 'refuse'

/** One line of a plan. */
export interface PlannedAsset {
  readonly action: PlanAction
  /** Path relative to the ingress. */
  readonly asset: string
  readonly reference: string
  readonly files: number
  readonly bytes: number
  /** Of the files, those that would be copied, linked, moved or removed, and their bytes. */
  readonly changedFiles: number
  readonly changedBytes: number
  /** Why it is refused, or kept though the catalog does not have it. */
  readonly reason?: string
}

const sum = (files: ReadonlyArray<{ readonly size: number }>) => files.reduce((total, { size }) => total + size, 0)

function lineOf(one: Planned, layout: StagingLayout, project: Project, scope: CreateScope): PlannedAsset {
  const { asset } = one
  const { writeMode, ingressDirectory } = project.config
  const own = { asset: asset.path, reference: asset.reference, files: asset.files.length, bytes: sum(asset.files) }
  const unchanged = { ...own, changedFiles: 0, changedBytes: 0 }
  if (one.moved !== undefined && one.sources.length === 0) return { action: 'keep', ...unchanged, reason: 'moved here earlier' }
  if (one.records !== undefined) return { action: 'keep', ...unchanged }
  const conflict = scope.conflictOf(asset)
  if (conflict !== undefined) return { action: 'refuse', ...unchanged, reason: conflict }
  if (one.moved !== undefined && !scope.replacesMoved) {
    const hashes = asset.files.map(({ path }, index) => one.hashes[index] ?? hashFile(join(ingressDirectory, path)))
    if (!isSameContent(one.moved, asset, hashes)) return { action: 'refuse', ...unchanged, reason: scope.movedConflict(asset) }
    if (writeMode !== 'move') return { action: 'keep', ...unchanged, reason: 'moved here earlier' }
  }
  const changed = missingFiles(layout, one, project).flatMap(index => asset.files[index] ?? [])
  // Hashes of files that were just written are not known; as long as they seem to be in place, what was staged tells.
  if (changed.length === 0 && writeMode !== 'move' && seemsDescribed(layout, asset, project)) return { action: 'keep', ...unchanged }
  return { action: writeMode, ...own, changedFiles: changed.length, changedBytes: sum(changed) }
}

function seemsDescribed(layout: StagingLayout, asset: CatalogAsset, project: Project): boolean {
  const staged = readStaged(layout, idOf(asset.path))
  return staged !== undefined && isDescribed(layout, assetRecords(layout.root, asset, staged.hashes), project)
}

/** What is kept without the catalog, or goes. */
function* linesOfStaged(layout: StagingLayout, scope: CreateScope): Generator<PlannedAsset> {
  const kept = new Set(scope.kept.assets.map(({ id }) => id))
  for (const id of stagedIds(layout)) {
    if (scope.wanted.has(id)) continue
    const staged = readStaged(layout, id)
    if (staged === undefined) continue
    const { asset, moved } = staged
    const own = { asset: asset.path, reference: asset.reference, files: asset.files.length, bytes: sum(asset.files) }
    if (kept.has(id)) {
      const reason = moved ? 'moved here earlier' : 'not among the requested ones'
      yield { action: 'keep', ...own, changedFiles: 0, changedBytes: 0, reason }
    } else
      yield { action: 'remove', ...own, changedFiles: own.files, changedBytes: own.bytes, reason: 'no longer a valid asset of the catalog' }
  }
}

/** The lines of a dry run: assets of the catalog in its order, then those that only staging has. Writes nothing. */
export async function* createPlan(
  project: Project,
  database: DatabaseSync,
  facts: Facts,
  layout: StagingLayout,
  scope: CreateScope,
  { signal }: StepOptions,
): AsyncGenerator<PlannedAsset> {
  const pause = createYielder(signal)
  const begun = new Set<string>()
  for (const { staged, ingress } of begunMoves(layout)) {
    const { path, reference, files } = staged.asset
    begun.add(staged.id)
    const left = files.filter(file => lstatSync(join(ingress, file.path), { throwIfNoEntry: false }) !== undefined)
    const own = { asset: path, reference, files: files.length, bytes: sum(files), changedFiles: left.length, changedBytes: sum(left) }
    yield { action: 'move', ...own, reason: 'started earlier and not finished' }
  }
  for (const asset of validAssets(database, ({ path }) => scope.wanted.has(idOf(path)) && !begun.has(idOf(path)))) {
    yield lineOf(plan(asset, layout, facts, project), layout, project, scope)
    await pause()
  }
  yield* linesOfStaged(layout, scope)
}
