import { createHash } from 'node:crypto'
import { stagedId as idOf } from '../../src/host/export/staging.ts'
import { tree, type Bench } from './support.ts'

/** An asset to stage. */
export interface Asset {
  readonly path: string
  readonly reference: string
  readonly files: Readonly<Record<string, string>>
  readonly type?: 'file' | 'sequence'
}

/** A staging folder as `create` makes it. */
export function stage(folder: string, assets: readonly Asset[]): string {
  const rows = assets.map(({ path, reference, files, type = 'sequence' }) => ({
    asset_id: idOf(path),
    asset_name: path.split('/').at(-1),
    asset_path_relative: path,
    asset_type: type,
    asset_traits: {},
    file_ids: Object.keys(files).map(name => idOf(type === 'file' ? path : `${path}/${name}`)),
    filepaths_relative: Object.keys(files).map(name => (type === 'file' ? path : `${path}/${name}`)),
    reference,
  }))
  const fileRows = assets.flatMap(({ path, files, type = 'sequence' }) =>
    Object.keys(files).map(name => ({
      file_id: idOf(type === 'file' ? path : `${path}/${name}`),
      asset_id: idOf(path),
      filepath_relative: type === 'file' ? path : `${path}/${name}`,
    })),
  )
  const manifests = assets.map(({ path, reference, type = 'sequence', files }) => ({
    schemaVersion: 1,
    provenance: { source: path },
    staged: { name: path.split('/').at(-1), reference },
    type,
    traits: {},
    files: Object.entries(files).map(([path, text]) => ({
      path,
      size: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      mediaType: 'image/png',
    })),
  }))
  return tree(folder, {
    ...Object.fromEntries(
      assets.flatMap(({ path, files, type }) =>
        Object.entries(files).map(([name, text]) => [type === 'file' ? `content/${path}` : `content/${path}/${name}`, text]),
      ),
    ),
    ...Object.fromEntries(rows.map(row => [`metadata/asset/${row.asset_id}.json`, JSON.stringify(row)])),
    ...Object.fromEntries(fileRows.map(row => [`metadata/file/${row.file_id}.json`, JSON.stringify(row)])),
    'metadata/asset-chunk/hidebound-asset-chunk_2030.json': JSON.stringify(rows),
    'metadata/file-chunk/hidebound-file-chunk_2030.json': JSON.stringify(fileRows),
    ...Object.fromEntries(manifests.map((manifest, index) => [`manifest/${rows[index]?.asset_id ?? ''}.json`, JSON.stringify(manifest)])),
  })
}

export const hero: Asset = { path: 'p/hero_v001', reference: 'p/hero:v001', files: { 'f1.png': 'one', 'f2.png': 'two' } }
export const note: Asset = { path: 'p/note_v001.txt', reference: 'p/note:v001', files: { 'note_v001.txt': 'text' }, type: 'file' }
/** The content that a store has, by path. */
export const stored = ({ store }: Bench) =>
  Object.fromEntries(
    [...store.objects.keys()]
      .filter(path => path.startsWith('content/'))
      .sort()
      .map(path => [path, store.text(path)]),
  )
