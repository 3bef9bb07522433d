import { join } from 'node:path'
import { digestOf, mediaTypeByName, unknownMediaType, type AssetManifest } from '@fairlead/core'
import type { CatalogAsset } from './catalog-assets.ts'
import { idOf } from './ids.ts'
import { stagingLayout } from './layout.ts'
import { traitsAt, type StagedAsset, type StagedNote } from './staged-asset.ts'

/** The documents of one staged asset, as lines of JSON. */
export interface AssetRecords {
  readonly id: string
  readonly digest: string
  readonly manifest: string
  readonly asset: string
  readonly files: ReadonlyArray<{ readonly id: string; readonly text: string }>
  /** Staging has the only copy of the asset. */
  readonly moved: boolean
}

function manifestPath({ path, type }: CatalogAsset, file: string): string {
  if (type === 'file') return file.slice(file.lastIndexOf('/') + 1)
  return path === '' ? file : file.slice(path.length + 1)
}

/** What the manifest leaves out. Lists of traits mostly have one element a file; only where they have not, each file's are kept. */
function noteOf({ name, reference, traits, files }: CatalogAsset, moved: boolean): StagedNote {
  const isTold = files.every((file, index) => JSON.stringify(file.traits) === JSON.stringify(traitsAt(traits, index)))
  return { name, reference, ...(moved && { moved }), ...(!isTold && { file_traits: files.map(file => file.traits) }) }
}

/** What is written about an asset; `hashes` has one sha256 for each of its files. Keys stand in a fixed order. */
export function assetRecords(staging: string, asset: CatalogAsset, hashes: readonly string[], moved = false): AssetRecords {
  const { content } = stagingLayout(staging)
  const { path, name, type, specification, reference, traits } = asset
  const id = idOf(path)
  const files = asset.files.map((file, index) => ({
    ...file,
    id: idOf(file.path),
    sha256: hashes[index] ?? '',
    mediaType: mediaTypeByName(file.filename) ?? unknownMediaType,
  }))
  const manifest: AssetManifest = {
    schemaVersion: 1,
    type,
    specification,
    traits,
    files: files.map(({ path: file, size, sha256, mediaType }) => ({ path: manifestPath(asset, file), size, sha256, mediaType })),
    provenance: { source: path },
  }
  const digest = digestOf(manifest)
  const ofAsset = { asset_id: id, asset_path: join(content, path), asset_path_relative: path, asset_name: name }
  const assetRow = {
    ...ofAsset,
    asset_traits: traits,
    asset_type: type,
    specification,
    reference,
    digest,
    file_ids: files.map(file => file.id),
    filenames: files.map(({ filename }) => filename),
    filepaths: files.map(file => join(content, file.path)),
    filepaths_relative: files.map(file => file.path),
  }
  const fileRow = (file: (typeof files)[number]) => ({
    file_id: file.id,
    ...ofAsset,
    asset_type: type,
    filename: file.filename,
    filepath: join(content, file.path),
    filepath_relative: file.path,
    file_traits: file.traits,
    size: file.size,
    sha256: file.sha256,
    media_type: file.mediaType,
  })
  return {
    id,
    digest,
    manifest: JSON.stringify({ ...manifest, staged: noteOf(asset, moved) }),
    asset: JSON.stringify(assetRow),
    files: files.map(file => ({ id: file.id, text: JSON.stringify(fileRow(file)) })),
    moved,
  }
}

/** The records of an asset that staging has, made of nothing but its manifest. */
export function stagedRecords(staging: string, { asset, hashes, moved }: StagedAsset): AssetRecords {
  return assetRecords(staging, asset, hashes, moved)
}
