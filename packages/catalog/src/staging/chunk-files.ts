import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryPrefix } from './files.ts'
import type { StagingLayout } from './layout.ts'

/** The chunks of a staging folder that readers see, of both kinds. */
export function publishedChunks(layout: StagingLayout): readonly string[] {
  return (['asset-chunk', 'file-chunk'] as const).flatMap(kind => {
    const folder = layout.metadata(kind)
    return existsSync(folder) ? chunksIn(folder).map(name => join(folder, name)) : []
  })
}

/** The names of the chunks of one kind that readers see. */
export function chunksIn(folder: string): readonly string[] {
  return readdirSync(folder).filter(name => name.endsWith('.json') && !name.startsWith(temporaryPrefix))
}
