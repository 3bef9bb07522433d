import { join } from 'node:path'
import type { MetadataType } from '../config/choices.ts'

/** The names that `create` makes in a staging folder. */
export const stagingNames: ReadonlySet<string> = new Set(['content', 'manifest', 'moving', 'metadata'])

/** Where things lie in a staging folder. */
export interface StagingLayout {
  readonly root: string
  readonly content: string
  /** One document an asset: its {@link AssetManifest} and what else its records are made of. Written last, it says that the asset is whole. */
  readonly manifests: string
  /** One document for each asset whose files are being moved here: what a move that was killed goes on from. */
  readonly moves: string
  metadata(type: MetadataType): string
}

export function stagingLayout(root: string): StagingLayout {
  return {
    root,
    content: join(root, 'content'),
    manifests: join(root, 'manifest'),
    moves: join(root, 'moving'),
    metadata: type => join(root, 'metadata', type),
  }
}

/** What makes an asset visible, and what describes it: gone before its content is touched. */
export function documentsOf(layout: StagingLayout, id: string): readonly string[] {
  return [layout.manifests, layout.metadata('asset')].map(folder => join(folder, `${id}.json`))
}

/** The local time in the form that names of chunks have: `2026-03-01T-17-05-09`. */
export function chunkTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T-${two(date.getHours())}-${two(date.getMinutes())}-${two(date.getSeconds())}`
}
