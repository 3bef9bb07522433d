import { join } from 'node:path'
import type { Project } from '../project.ts'
import { readIfThere, writeWhole } from './files.ts'
import type { StagingLayout } from './layout.ts'
import type { AssetRecords } from './records.ts'

/**
 * Writes what describes an asset whose content is in place, its manifest last; whether there was anything to write. The
 * manifest of a moved asset outlasts a loss of power: it is all that tells the only copy from what can go.
 */
export function describe(layout: StagingLayout, records: AssetRecords, project: Project): boolean {
  const { metadataTypes } = project.config
  let isNew = false
  const put = (folder: string, id: string, text: string, durable = false) => {
    const file = join(folder, `${id}.json`)
    if (readIfThere(file) === text) return
    writeWhole(file, text, { durable })
    isNew = true
  }
  if (metadataTypes.includes('file')) for (const { id, text } of records.files) put(layout.metadata('file'), id, text)
  if (metadataTypes.includes('asset')) put(layout.metadata('asset'), records.id, records.asset)
  put(layout.manifests, records.id, records.manifest, records.moved)
  return isNew
}
