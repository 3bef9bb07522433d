import { lstatSync, type BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { stampOf, type Facts, type FileStamp } from '@fairlead/core/host'
import type { Project } from '../project.ts'
import { modifiedOf } from '../walk/stamp.ts'
import type { CatalogAsset } from './catalog-assets.ts'
import { readIfThere } from './files.ts'
import { idOf } from './ids.ts'
import type { StagingLayout } from './layout.ts'
import { assetRecords, stagedRecords, type AssetRecords } from './records.ts'
import { parseStaged, type StagedAsset } from './staged-asset.ts'

const timeToleranceMs = 0.01

/** A file of the ingress as it is now. */
interface SourceState {
  readonly stamp: FileStamp
  readonly inode: bigint
}

/** An asset with the state its files are in now. */
export interface Planned {
  readonly asset: CatalogAsset
  /** Empty for an asset that was moved earlier and is no longer in the ingress. */
  readonly sources: readonly SourceState[]
  readonly hashes: ReadonlyArray<string | null>
  /** Set when everything is in place already. */
  readonly records: AssetRecords | undefined
  /** What staging has of it, where that is the only copy. */
  readonly moved: StagedAsset | undefined
}

function catalogIsStale(path: string): FairleadError {
  return new FairleadError('precondition-failed', `${path} has changed since the catalog was written`, {
    path,
    hint: 'Run: fairlead update',
  })
}

/** Whether all that is written about an asset is there and complete. */
export function isDescribed(layout: StagingLayout, records: AssetRecords, { config }: Project): boolean {
  const { metadataTypes } = config
  if (readIfThere(join(layout.manifests, `${records.id}.json`)) !== records.manifest) return false
  if (metadataTypes.includes('asset') && readIfThere(join(layout.metadata('asset'), `${records.id}.json`)) !== records.asset) return false
  return (
    !metadataTypes.includes('file') ||
    records.files.every(({ id, text }) => readIfThere(join(layout.metadata('file'), `${id}.json`)) === text)
  )
}

/** Which files of an asset, by their index, staging does not have as they are in the ingress. */
export function missingFiles(
  layout: StagingLayout,
  { asset, sources }: Pick<Planned, 'asset' | 'sources'>,
  project: Project,
): readonly number[] {
  const { writeMode } = project.config
  return asset.files.flatMap((file, index) => {
    const there = lstatSync(join(layout.content, file.path), { bigint: true, throwIfNoEntry: false })
    if (there?.isFile() !== true || Number(there.size) !== file.size) return [index]
    if (Math.abs(modifiedOf(there) - file.modified) > timeToleranceMs) return [index]
    const isLink = there.ino === sources[index]?.inode
    // Without links between the two file systems the link mode has copied.
    const isAsAsked = isLink ? writeMode === 'link' : writeMode === 'copy' || (writeMode === 'link' && there.nlink === 1n)
    return isAsAsked ? [] : [index]
  })
}

/** Looks at an asset's files and says what is to be done. Throws `precondition-failed` when one changed since the update. */
export function plan(asset: CatalogAsset, layout: StagingLayout, facts: Facts, project: Project): Planned {
  const { ingressDirectory: ingress, writeMode } = project.config
  const found = asset.files.map(({ path }) => lstatSync(join(ingress, path), { bigint: true, throwIfNoEntry: false }))
  const text = readIfThere(join(layout.manifests, `${idOf(asset.path)}.json`))
  // Parsed only where it may matter: most manifests say nothing of a move.
  const staged = text?.includes('"moved":true') === true ? parseStaged(text) : undefined
  const moved = staged?.moved === true ? staged : undefined
  if (moved !== undefined && found.every(stat => stat === undefined)) {
    const records = stagedRecords(layout.root, moved)
    return { asset: moved.asset, sources: [], hashes: moved.hashes, records, moved }
  }
  const sources = asset.files.map((file, index) => sourceState(join(ingress, file.path), file, found[index]))
  const hashes = facts.files(sources.map(({ stamp }) => stamp)).map(known => known?.sha256 ?? null)
  const known = hashes.filter(hash => hash !== null)
  const records = known.length === hashes.length && writeMode !== 'move' ? assetRecords(layout.root, asset, known) : undefined
  const isDone =
    moved === undefined &&
    records !== undefined &&
    isDescribed(layout, records, project) &&
    missingFiles(layout, { asset, sources }, project).length === 0
  return { asset, sources, hashes, records: isDone ? records : undefined, moved }
}

function sourceState(path: string, file: CatalogAsset['files'][number], stat: BigIntStats | undefined): SourceState {
  if (stat?.isFile() !== true || Number(stat.size) !== file.size || modifiedOf(stat) !== file.modified) throw catalogIsStale(path)
  return { stamp: stampOf(path, stat), inode: stat.ino }
}

/** Whether what lies in the ingress is what was moved from there earlier. */
export function isSameContent({ asset, hashes }: StagedAsset, now: CatalogAsset, nowHashes: readonly string[]): boolean {
  return (
    asset.files.length === now.files.length &&
    now.files.every(({ path }, index) => path === asset.files[index]?.path && nowHashes[index] === hashes[index])
  )
}
