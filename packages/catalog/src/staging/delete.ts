import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { metadataTypes } from '../config/choices.ts'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { publishedChunks } from './chunk-files.ts'
import { exclusively } from './create.ts'
import { describe } from './describe.ts'
import { forgetFolders } from './files.ts'
import { idOf } from './ids.ts'
import { stagingLayout, stagingNames, type StagingLayout } from './layout.ts'
import { resumeMoves, tidyMoves } from './move-assets.ts'
import { refuseOnlyCopies } from './only-copies.ts'
import { pruneStaging } from './prune.ts'
import { stagedRecords } from './records.ts'
import { movedAssets, type MovedAsset } from './staged-now.ts'
import { checkStagingPlace } from './staging-place.ts'

export interface DeleteOptions extends StepOptions {
  /** What becomes of assets that were moved to staging, which has the only copy: they stay (the default), or go like the others. */
  readonly moved?: 'keep' | 'delete'
  /** Says what would go, and does nothing. */
  readonly dryRun?: boolean
}

export interface DeleteResult {
  /** Folders that are gone; with moved assets that stay, those that something went from. */
  readonly removed: readonly string[]
  /** Content that is gone. */
  readonly files: number
  readonly bytes: number
  /** Assets that were moved: how many there were, and whether their only copy is gone. */
  readonly moved: { readonly assets: number; readonly files: number; readonly bytes: number; readonly deleted: boolean }
  /** What else lies in the staging folder, relative to it: it is not create's, and stays. */
  readonly left: readonly string[]
}

/** Names in a folder; none where there is no folder. */
function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : []
}

/** What does not belong to staging, relative to it. */
function foreignIn(layout: StagingLayout): readonly string[] {
  const kinds = new Set<string>(metadataTypes)
  return [
    ...namesIn(layout.root).filter(name => !stagingNames.has(name)),
    ...namesIn(join(layout.root, 'metadata'))
      .filter(name => !kinds.has(name))
      .map(name => `metadata/${name}`),
  ]
}

/** Content without anything that describes it was not made by create: a folder was named that is no staging. */
function refuseForeign(layout: StagingLayout): void {
  const isOurs = [layout.manifests, layout.moves, ...metadataTypes.map(type => layout.metadata(type))].some(folder => existsSync(folder))
  if (isOurs || namesIn(layout.content).length === 0) return
  throw new FairleadError('precondition-failed', `${layout.content} was not created by fairlead create: nothing describes its content`, {
    path: layout.content,
    hint: 'Set staging_directory to a separate folder, or remove this one by hand.',
  })
}

function contentOf(folder: string, isCounted: (path: string) => boolean, prefix = ''): { files: number; bytes: number } {
  const total = { files: 0, bytes: 0 }
  if (!existsSync(folder)) return total
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`
    const inner = entry.isDirectory() ? contentOf(join(folder, entry.name), isCounted, `${path}/`) : undefined
    if (inner === undefined && !isCounted(path)) continue
    total.files += inner?.files ?? 1
    total.bytes += inner?.bytes ?? lstatSync(join(folder, entry.name)).size
  }
  return total
}

/** Removes everything but these assets; which folders something went from. */
function pruneTo(layout: StagingLayout, kept: readonly MovedAsset[]): readonly string[] {
  const paths = new Set(kept.flatMap(({ files }) => files))
  const before = new Map(foldersOf(layout).map(folder => [folder, namesIn(folder).length]))
  for (const chunk of publishedChunks(layout)) rmSync(chunk, { force: true })
  const ids = new Set(kept.map(({ id }) => id))
  pruneStaging(layout, { assets: ids, files: new Set(Array.from(paths, idOf)), paths }, () => undefined)
  return [...before].filter(([folder, count]) => namesIn(folder).length < count).map(([folder]) => folder)
}

function foldersOf(layout: StagingLayout): readonly string[] {
  return [layout.manifests, ...metadataTypes.map(type => layout.metadata(type)), layout.content]
}

/** Manifests first, so that nothing half looks whole, then metadata, then content. */
function removeAll(layout: StagingLayout, { signal, onEvent }: StepOptions): readonly string[] {
  const metadata = join(layout.root, 'metadata')
  const steps = [layout.manifests, layout.moves, ...metadataTypes.map(type => layout.metadata(type)), metadata, layout.content]
  const removed: string[] = []
  for (const [index, folder] of steps.entries()) {
    signal?.throwIfAborted()
    onEvent?.({ type: 'progress', phase: 'delete', done: index, total: steps.length })
    if (!existsSync(folder)) continue
    if (folder !== metadata) rmSync(folder, { recursive: true, force: true })
    else if (namesIn(folder).length === 0) rmdirSync(folder)
    else continue
    if (folder === metadata || !folder.startsWith(`${metadata}/`)) removed.push(folder)
  }
  return removed
}

/**
 * Removes what `create` makes. Assets that were moved to staging stay by default, since it has their only copy. Other
 * files of the staging folder, the ingress and the configuration stay; what is there besides is named. Nothing there is no
 * error. Throws `precondition-failed` for a staging folder that is a link, holds the ingress, or was not made by `create`
 * and so may have the only copy of a file.
 */
export function deleteStaging(project: Project, options: DeleteOptions = {}): Promise<DeleteResult> {
  return exclusively(project, options, async () => {
    const { dryRun = false } = options
    const layout = stagingLayout(project.config.stagingDirectory)
    forgetFolders()
    checkStagingPlace(project)
    refuseForeign(layout)
    refuseOnlyCopies(project)
    // What a killed create has moved by halves is moved whole first: then it is clear what is where.
    if (!dryRun) {
      resumeMoves(layout, staged => describe(layout, stagedRecords(layout.root, staged), project))
      tidyMoves(layout)
    }
    const moved = movedAssets(layout)
    const deletesMoved = moved.length > 0 && options.moved === 'delete'
    const kept = deletesMoved ? [] : moved
    const keptPaths = new Set(kept.flatMap(({ files }) => files))
    const content = contentOf(layout.content, path => !keptPaths.has(path))
    const counts = {
      ...content,
      moved: {
        assets: moved.length,
        files: moved.reduce((sum, { files }) => sum + files.length, 0),
        bytes: moved.reduce((sum, { bytes }) => sum + bytes, 0),
        deleted: deletesMoved,
      },
      left: foreignIn(layout),
    }
    if (dryRun) {
      const folders = [layout.manifests, layout.moves, join(layout.root, 'metadata'), layout.content]
      return { removed: folders.filter(folder => existsSync(folder)), ...counts }
    }
    const removed = kept.length > 0 ? pruneTo(layout, kept) : removeAll(layout, options)
    forgetFolders()
    return { removed, ...counts }
  })
}
