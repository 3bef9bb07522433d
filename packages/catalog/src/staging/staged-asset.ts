import { readdirSync } from 'node:fs'
import { isAbsolute, join, sep } from 'node:path'
import type { AssetType } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import type { CatalogAsset } from './catalog-assets.ts'
import { readIfThere } from './files.ts'
import { idOf } from './ids.ts'
import type { StagingLayout } from './layout.ts'

/** What a staged manifest says besides the manifest: the records of an asset are made of both, without the catalog. */
export interface StagedNote {
  readonly name: string
  readonly reference: string
  /** Its files were taken out of the ingress: staging has the only copy. */
  readonly moved?: true
  /** Traits by file, where the asset's lists do not tell them. */
  readonly file_traits?: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** An asset as staging has it. */
export interface StagedAsset {
  readonly id: string
  readonly asset: CatalogAsset
  /** The sha256 of each file. */
  readonly hashes: readonly string[]
  readonly moved: boolean
}

/** Traits of the file of this index, as far as lists with one element a file tell them. */
export function traitsAt(traits: CatalogAsset['traits'], index: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(traits).map(([key, values]) => [key, values[index]]))
}

/** The path of a file of an asset, relative to the ingress. */
function filePath(asset: Pick<CatalogAsset, 'path' | 'type'>, file: string): string {
  if (asset.type === 'file') return asset.path
  return asset.path === '' ? file : `${asset.path}/${file}`
}

/** Whether a path stays below the folder that it is relative to. */
function staysBelow(path: string): boolean {
  return path.split(sep).every(part => !part.split('/').includes('..')) && !isAbsolute(path) && !path.includes('\0')
}

type Json = Readonly<Record<string, unknown>>

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isAssetType(value: unknown): value is AssetType {
  return value === 'file' || value === 'sequence' || value === 'complex'
}

function isTraits(value: unknown): value is CatalogAsset['traits'] {
  return isJson(value) && Object.values(value).every(list => Array.isArray(list))
}

/** Reads a staged manifest; undefined when the text is none that `create` wrote, such as one whose paths lead out of the ingress. */
export function parseStaged(text: string): StagedAsset | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
  if (!isJson(value) || !isJson(value['staged']) || !isJson(value['provenance']) || !Array.isArray(value['files'])) return undefined
  const { type, specification, traits, staged } = value
  const { source: path } = value['provenance']
  const { name, reference, moved, file_traits: own } = staged
  if (typeof path !== 'string' || typeof name !== 'string' || typeof reference !== 'string') return undefined
  if (!isAssetType(type) || typeof specification !== 'string' || !isTraits(traits)) return undefined
  const listed: readonly unknown[] = value['files']
  const files = listed.filter(isJson).map((file, index) => {
    const whole = filePath({ path, type }, String(file['path']))
    const given: unknown = Array.isArray(own) ? own[index] : undefined
    return {
      path: whole,
      filename: whole.slice(whole.lastIndexOf('/') + 1),
      size: Number(file['size']),
      modified: 0,
      traits: isJson(given) ? given : traitsAt(traits, index),
      sha256: String(file['sha256']),
    }
  })
  if (![path, ...files.map(file => file.path)].every(staysBelow)) return undefined
  return {
    id: idOf(path),
    asset: { path, name, type, specification, reference, traits, files },
    hashes: files.map(({ sha256 }) => sha256),
    moved: moved === true,
  }
}

/** The staged asset of an id; undefined where there is none, or its document is not what `create` wrote of it. */
export function readStaged(layout: StagingLayout, id: string): StagedAsset | undefined {
  const text = readIfThere(join(layout.manifests, `${id}.json`))
  const staged = text === undefined ? undefined : parseStaged(text)
  return staged?.id === id ? staged : undefined
}

/** The ids of all staged assets, sorted. */
export function stagedIds(layout: StagingLayout): readonly string[] {
  return documentIds(layout.manifests)
}

/** The ids that a folder has documents of, sorted; none where there is no folder. */
export function documentIds(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json') && !name.startsWith('.'))
      .map(name => name.slice(0, -'.json'.length))
      .toSorted()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw cause
  }
}

/** Says that a document of staging is not what create writes. */
export function brokenStaging(file: string): FairleadError {
  return new FairleadError('input-invalid', `${file} is not what fairlead create writes`, {
    path: file,
    hint: 'Restore it, or remove it from the staging folder.',
  })
}
