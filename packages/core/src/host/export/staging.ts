import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { manifestOf } from '../assets/asset-documents.ts'
import type { AssetFacts } from '../assets/asset-facts.ts'
import { hideboundStaging, isHideboundStaging } from './hidebound-staging.ts'
import { jsonFiles, readJson } from './staged-json.ts'
import { incomplete, stagedAsset, type StagedAsset, type Staging } from './staged-manifest.ts'

/** The kinds of metadata that staging and an export hold: one folder of JSON files each. */
export const metadataKinds = ['asset', 'file', 'asset-chunk', 'file-chunk'] as const
/** A kind of metadata that staging holds. */
export type MetadataKind = (typeof metadataKinds)[number]

/**
 * Opens a staging folder that `create` made, or one of Hidebound's own. Throws `input-invalid` for what is neither.
 */
export function openStaging(path: string, facts: AssetFacts): Staging {
  const folder = resolve(path)
  const names = jsonFiles(join(folder, 'manifest'))
  if (names !== undefined)
    return { folder, ids: names.map(name => name.slice(0, -'.json'.length)), read: async id => readAsset(folder, id) }
  if (isHideboundStaging(folder)) return hideboundStaging(folder, facts)
  throw new FairleadError('input-invalid', `"${path}" is not a staging folder: it has no folder "manifest".`, {
    path,
    hint: 'Create it with: fairlead create',
  })
}

function readAsset(folder: string, id: string): StagedAsset {
  const path = join(folder, 'manifest', `${id}.json`)
  const value = readJson(path)
  const manifest = manifestOf(value, path)
  if (!isObject(value) || !isObject(value['staged']) || !isObject(value['provenance']))
    throw incomplete(path, 'is not a manifest of a staged asset')
  const { name, reference } = value['staged']
  const { source } = value['provenance']
  if (typeof name !== 'string' || typeof reference !== 'string' || typeof source !== 'string')
    throw incomplete(path, 'has no name, reference or path for its asset')
  const paths = manifest.files.map(file => (manifest.type === 'file' ? source : source === '' ? file.path : `${source}/${file.path}`))
  return stagedAsset(id, manifest, { name, reference, path: source, fileIds: paths.map(stagedId) })
}

/** The namespace of URLs: RFC 9562, section 6.6. */
const urlNamespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex')

/** The id that staging gives a path: a UUID of version 5 in the namespace of URLs. */
export function stagedId(path: string): string {
  const bytes = createHash('sha1').update(urlNamespace).update(path).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The files of one kind of metadata, by name. */
export function metadataFiles(staging: string, kind: MetadataKind): readonly string[] {
  return jsonFiles(join(staging, 'metadata', kind)) ?? []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
