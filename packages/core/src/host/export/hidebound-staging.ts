import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { AssetManifest } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import { mediaTypeByName, unknownMediaType } from '../../contract/media-type.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import type { AssetFacts } from '../assets/asset-facts.ts'
import { checkRealFolders } from './real-folders.ts'
import { jsonFiles, readJson } from './staged-json.ts'
import { incomplete, stagedAsset, type StagedAsset, type Staging } from './staged-manifest.ts'

/** What Hidebound's exporters demand of a staging folder. */
const demanded = ['content', 'metadata', 'metadata/asset', 'metadata/file', 'metadata/asset-chunk', 'metadata/file-chunk']

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Whether a folder looks like what Hidebound's create made. */
export function isHideboundStaging(folder: string): boolean {
  return demanded.every(path => isFolder(join(folder, path)))
}

/**
 * A staging folder that Hidebound made. It says neither sizes nor hashes, so the files are read; an asset's reference is
 * made of its name. Ids, and paths that are of the machine it was made on, stay as they are.
 */
export function hideboundStaging(folder: string, facts: AssetFacts): Staging {
  const ids = (jsonFiles(join(folder, 'metadata/asset')) ?? []).map(name => name.slice(0, -'.json'.length))
  return { folder, ids, read: (id, signal) => readAsset(folder, id, facts, signal) }
}

async function readAsset(folder: string, id: string, facts: AssetFacts, signal: AbortSignal | undefined): Promise<StagedAsset> {
  const document = join(folder, 'metadata/asset', `${id}.json`)
  const row = rowOf(readJson(document), document)
  const files: Array<AssetManifest['files'][number]> = []
  checkRealFolders(join(folder, 'content'), row.paths)
  for (const path of row.paths) {
    const file = join(folder, 'content', path)
    const size = lstatSync(file, { throwIfNoEntry: false })
    if (size?.isFile() !== true) throw incomplete(document, `lists the file "${path}", which is not in content`)
    const name = path.slice(path.lastIndexOf('/') + 1)
    const sha256 = await facts.sha256(file, signal)
    files.push({ path: inside(row, path, document), size: size.size, sha256, mediaType: mediaTypeByName(name) ?? unknownMediaType })
  }
  if (files.length === 0) throw incomplete(document, 'lists no files')
  const [specification] = listOf(row.traits['specification'])
  const manifest: AssetManifest = {
    schemaVersion: 1,
    type: row.type,
    ...(typeof specification === 'string' && { specification }),
    traits: row.traits,
    files,
  }
  return stagedAsset(id, manifest, { name: row.name, reference: referenceOfName(row.name, document), path: row.path, fileIds: row.fileIds })
}

interface Row {
  readonly name: string
  readonly path: string
  readonly type: AssetManifest['type']
  readonly traits: Readonly<Record<string, unknown>>
  readonly paths: readonly string[]
  readonly fileIds: readonly string[]
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textsOf = (value: unknown): readonly string[] => listOf(value).filter((one): one is string => typeof one === 'string')

function rowOf(value: unknown, document: string): Row {
  if (typeof value !== 'object' || value === null) throw incomplete(document, 'is not an object')
  const row = new Map(Object.entries(value))
  const [name, path, type, traits] = ['asset_name', 'asset_path_relative', 'asset_type', 'asset_traits'].map(key => row.get(key))
  if (typeof name !== 'string' || typeof path !== 'string') throw incomplete(document, 'has no asset_name or asset_path_relative')
  if (type !== 'file' && type !== 'sequence' && type !== 'complex') throw incomplete(document, 'has no known asset_type')
  return {
    name,
    path: normalizePath(path),
    type,
    traits: typeof traits === 'object' && traits !== null ? Object.fromEntries(Object.entries(traits)) : {},
    paths: textsOf(row.get('filepaths_relative')).map(normalizePath),
    fileIds: textsOf(row.get('file_ids')),
  }
}

/** The path of a file relative to its asset. */
function inside({ type, path }: Row, file: string, document: string): string {
  if (type === 'file' && file === path) return file.slice(file.lastIndexOf('/') + 1)
  if (path === '') return file
  if (file.startsWith(`${path}/`)) return file.slice(path.length + 1)
  throw incomplete(document, `lists the file "${file}", which is outside "${path}"`)
}

const namePart = /^(?:(p|s|d)-(.*)|(v\d{3})|([cf]\d.*))$/

/** `project/specification/descriptor:vNNN` of an asset's name; further fields join the last part. */
function referenceOfName(name: string, document: string): string {
  const parts: string[] = []
  let further = ''
  let tag = ''
  for (const part of name.replace(/\.[A-Za-z0-9]+$/, '').split('_')) {
    const [, field, token, version, other] = namePart.exec(part) ?? []
    if (field !== undefined && token !== undefined) parts.push(token)
    else if (version !== undefined) tag = `:${version}`
    else if (other !== undefined) further += `_${other}`
    else throw incomplete(document, `has the asset name "${name}", which can't be turned into a reference`)
  }
  if (parts.length < 2)
    throw new FairleadError(
      'input-invalid',
      `"${document}" has the asset name "${name}", which has no collection and name for a reference.`,
      {
        path: document,
        hint: 'The asset name needs at least two of project, specification and descriptor.',
      },
    )
  return `${parts.join('/')}${further}${tag}`
}
