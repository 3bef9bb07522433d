import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { stampOf, type Facts, type FileStamp } from '@fairlead/core/host'
import type { Project } from '../project.ts'
import { modifiedOf } from '../update/scan.ts'
import type { CatalogAsset } from './catalog-assets.ts'
import { readIfThere } from './files.ts'
import type { StagingLayout } from './layout.ts'
import { assetRecords, type AssetRecords } from './records.ts'

const timeToleranceMs = 0.01

/** A file of the ingress as it is now. */
interface SourceState {
  readonly stamp: FileStamp
  readonly inode: bigint
}

/** An asset with the state its files are in now. */
export interface Planned {
  readonly asset: CatalogAsset
  readonly sources: readonly SourceState[]
  readonly hashes: ReadonlyArray<string | null>
  /** Set when everything is in place already. */
  readonly records: AssetRecords | undefined
}

function catalogIsStale(path: string): FairleadError {
  return new FairleadError('precondition-failed', `${path} is not what it was when the catalog was made`, {
    path,
    hint: 'Run: fairlead update',
  })
}

/** Whether all that was ever written for these records is there and complete. */
function isInPlace(
  layout: StagingLayout,
  { asset, sources }: Pick<Planned, 'asset' | 'sources'>,
  records: AssetRecords,
  project: Project,
): boolean {
  const { metadataTypes, writeMode } = project.config
  if (readIfThere(join(layout.manifests, `${records.id}.json`)) !== records.manifest) return false
  if (metadataTypes.includes('asset') && readIfThere(join(layout.metadata('asset'), `${records.id}.json`)) !== records.asset) return false
  const hasDocuments =
    !metadataTypes.includes('file') ||
    records.files.every(({ id, text }) => readIfThere(join(layout.metadata('file'), `${id}.json`)) === text)
  return (
    hasDocuments &&
    asset.files.every((file, index) => {
      const there = lstatSync(join(layout.content, file.path), { bigint: true, throwIfNoEntry: false })
      if (there?.isFile() !== true || Number(there.size) !== file.size) return false
      if (Math.abs(modifiedOf(there) - file.modified) > timeToleranceMs) return false
      const isLink = there.ino === sources[index]?.inode
      // Without links between the two file systems the link mode has copied.
      return isLink ? writeMode === 'link' : writeMode === 'copy' || there.nlink === 1n
    })
  )
}

/** Looks at an asset's files and says what is to be done. Throws `precondition-failed` when one changed since the update. */
export function plan(asset: CatalogAsset, layout: StagingLayout, facts: Facts, project: Project): Planned {
  const sources = asset.files.map(file => {
    const source = join(project.config.ingressDirectory, file.path)
    const stat = lstatSync(source, { bigint: true, throwIfNoEntry: false })
    if (stat?.isFile() !== true || Number(stat.size) !== file.size || modifiedOf(stat) !== file.modified) throw catalogIsStale(source)
    return { stamp: stampOf(source, stat), inode: stat.ino }
  })
  const hashes = facts.files(sources.map(({ stamp }) => stamp)).map(known => known?.sha256 ?? null)
  const known = hashes.filter(hash => hash !== null)
  const records = known.length === hashes.length ? assetRecords(layout.root, asset, known) : undefined
  const isDone = records !== undefined && isInPlace(layout, { asset, sources }, records, project)
  return { asset, sources, hashes, records: isDone ? records : undefined }
}
