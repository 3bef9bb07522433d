import type { AssetManifest } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import { parseReference, type Reference } from '../../contract/reference.ts'

/** One asset of a staging folder. */
export interface StagedAsset {
  readonly id: string
  readonly name: string
  readonly reference: Reference
  /** The file or folder below `content`, `/`-separated. */
  readonly path: string
  /** The folder that the manifest's paths are relative to, below `content`; `''` is `content` itself. */
  readonly folder: string
  readonly manifest: AssetManifest
  readonly fileIds: readonly string[]
}

/** A staging folder: assets are read one by one, so that memory does not grow with them. */
export interface Staging {
  readonly folder: string
  readonly ids: readonly string[]
  /** Throws `input-invalid` for an asset that is not whole. */
  read(id: string, signal?: AbortSignal): Promise<StagedAsset>
}

/** An id as it may stand in a file's name. */
export const idForm = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/

/** An asset of type `file` is its own path; the paths of any other are relative to its folder. */
function folderOf({ type, files }: Pick<AssetManifest, 'type' | 'files'>, path: string): string {
  const slash = path.lastIndexOf('/')
  const isItself = type === 'file' && files.length === 1 && files[0]?.path === path.slice(slash + 1)
  return isItself ? path.slice(0, Math.max(slash, 0)) : path
}

/** A staged asset from its manifest and what else was said of it. Throws `input-invalid` and `path-invalid`. */
export function stagedAsset(
  id: string,
  manifest: AssetManifest,
  said: { readonly name: string; readonly reference: string; readonly path: string; readonly fileIds: readonly string[] },
): StagedAsset {
  const path = normalizePath(said.path)
  return {
    id,
    name: said.name,
    reference: parseReference(said.reference),
    path,
    folder: folderOf(manifest, path),
    manifest,
    fileIds: said.fileIds.filter(fileId => idForm.test(fileId)),
  }
}

/** `input-invalid`: a document of staging that says too little. */
export function incomplete(path: string, what: string): FairleadError {
  return new FairleadError('input-invalid', `"${path}" ${what}.`, { path, hint: 'Recreate the staging folder with: fairlead create' })
}
