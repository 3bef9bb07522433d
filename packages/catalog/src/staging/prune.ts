import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { metadataTypes } from '../config/choices.ts'
import { temporaryPrefix } from './files.ts'
import { idOf } from './ids.ts'
import { documentsOf, type StagingLayout } from './layout.ts'

/** What a staging folder should hold. */
export interface Wanted {
  readonly assets: ReadonlySet<string>
  /** Ids of files whose own document is wanted. */
  readonly files: ReadonlySet<string>
  readonly paths: ReadonlySet<string>
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw cause
  }
}

/** Called before anything that readers may know of is removed. */
type BeforeChange = () => void

function pruneDocuments(folder: string, wanted: ReadonlySet<string>, beforeChange: BeforeChange): number {
  let removed = 0
  for (const name of namesIn(folder)) {
    if (name.endsWith('.json') && wanted.has(name.slice(0, -'.json'.length))) continue
    if (!name.startsWith(temporaryPrefix)) {
      beforeChange()
      removed++
    }
    rmSync(join(folder, name), { recursive: true, force: true })
  }
  return removed
}

/** Removes files below `content` that are not wanted, and folders that this leaves empty. Returns whether anything is left. */
function pruneContent(layout: StagingLayout, folder: string, wanted: ReadonlySet<string>, beforeChange: BeforeChange): boolean {
  const { content } = layout
  let left = false
  for (const entry of readdirSync(join(content, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory() && pruneContent(layout, path, wanted, beforeChange)) left = true
    else if (entry.isDirectory()) rmdirSync(join(content, path))
    else if (wanted.has(path) && entry.isFile()) left = true
    else {
      if (!entry.name.startsWith(temporaryPrefix)) {
        beforeChange()
        hideAssetsOf(layout, path)
      }
      rmSync(join(content, path))
    }
  }
  return left
}

/** An asset may go on without this file: until it is described anew it must not show. Its path is the file's or a folder of it. */
function hideAssetsOf(layout: StagingLayout, file: string): void {
  const hide = (path: string) => {
    for (const document of documentsOf(layout, idOf(path))) rmSync(document, { force: true })
  }
  for (let end = file.length; end > 0; end = file.lastIndexOf('/', end - 1)) hide(file.slice(0, end))
  // The ingress itself may be an asset.
  hide('')
}

/**
 * Takes out of a staging folder what is no longer part of the catalog, and what killed runs left: first what makes an
 * asset visible, then its documents, then content. An asset that stays without some of its files is hidden before they
 * go. Before the first of all this `hideChunks` is called once. Returns how many assets went.
 */
export function pruneStaging(layout: StagingLayout, wanted: Wanted, hideChunks: BeforeChange): number {
  let isHidden = false
  const beforeChange = () => {
    if (!isHidden) hideChunks()
    isHidden = true
  }
  const removed = pruneDocuments(layout.manifests, wanted.assets, beforeChange)
  pruneDocuments(layout.metadata('asset'), wanted.assets, beforeChange)
  for (const type of metadataTypes) {
    const folder = layout.metadata(type)
    for (const name of namesIn(folder)) if (name.startsWith(temporaryPrefix)) rmSync(join(folder, name), { force: true })
  }
  if (namesIn(layout.content).length > 0) pruneContent(layout, '', wanted.paths, beforeChange)
  // The document of an asset refers to them, so it must be gone.
  pruneDocuments(layout.metadata('file'), wanted.files, beforeChange)
  return removed
}
