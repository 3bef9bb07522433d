import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AssetIdentity } from '@fairlead/core'
import { stagedId } from '@fairlead/core/host'
import { sha256 } from './bodies.ts'

/** What a staging folder holds, by the paths it has on the connection. */
export interface StagingContent {
  readonly files: ReadonlyMap<string, string>
  readonly documents: ReadonlyMap<string, string>
}

interface Planned {
  readonly name: string
  readonly type: AssetIdentity['type']
  /** Relative to the asset. */
  readonly files: Readonly<Record<string, string>>
}

/** Makes a staging folder of two assets (one file, one sequence) as the catalog's `create` step would. */
export function makeStaging(folder: string, collection: string, text: string): StagingContent {
  const assets: readonly Planned[] = [
    { name: 'notes', type: 'file', files: { 'notes.txt': `${text} notes` } },
    { name: 'shot', type: 'sequence', files: { 'shot.0001.dat': `${text} 1`, 'shot.0002.dat': `${text} 2` } },
  ]
  const files = new Map<string, string>()
  const documents = new Map<string, string>()
  for (const { name, type, files: own } of assets) {
    const place = type === 'file' ? `${collection}/${name}.txt` : `${collection}/${name}`
    const root = type === 'file' ? `content/${collection}` : `content/${place}`
    for (const [path, body] of Object.entries(own)) files.set(`${root}/${path}`, body)
    const id = stagedId(place)
    const fileIds = Object.keys(own).map(path => stagedId(type === 'file' ? place : `${place}/${path}`))
    for (const [index, path] of Object.keys(own).entries()) {
      const said = { asset_id: id, file_id: fileIds[index], filename: path, filepath_relative: `${root}/${path}`.slice('content/'.length) }
      documents.set(`metadata/file/${fileIds[index] ?? ''}.json`, JSON.stringify(said))
    }
    documents.set(
      `metadata/asset/${id}.json`,
      JSON.stringify({ asset_id: id, asset_path_relative: place, reference: `${collection}/${name}:v001`, file_ids: fileIds }),
    )
    const said = { provenance: { source: place }, staged: { name, reference: `${collection}/${name}:v001` } }
    write(folder, `manifest/${id}.json`, JSON.stringify({ ...manifestOf(type, own), ...said }))
  }
  for (const [path, body] of [...files, ...documents]) write(folder, path, body)
  return { files, documents }
}

function manifestOf(type: AssetIdentity['type'], files: Readonly<Record<string, string>>): AssetIdentity {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    schemaVersion: 1,
    type,
    traits: {},
    files: entries.map(([path, body]) => ({
      path,
      size: Buffer.byteLength(body),
      sha256: sha256(body),
      mediaType: 'application/octet-stream',
    })),
  }
}

function write(folder: string, path: string, body: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, body)
}
