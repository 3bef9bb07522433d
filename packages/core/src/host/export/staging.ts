import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AssetManifest } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import { parseReference, type Reference } from '../../contract/reference.ts'
import { manifestOf } from '../assets/asset-documents.ts'

/** The kinds of metadata that staging and an export hold: one folder of JSON files each. */
export const metadataKinds = ['asset', 'file', 'asset-chunk', 'file-chunk'] as const
/** A kind of metadata that staging holds. */
export type MetadataKind = (typeof metadataKinds)[number]

/** One asset of a staging folder. */
export interface StagedAsset {
  readonly id: string
  readonly reference: Reference
  /** The file or folder below `content`, `/`-separated. */
  readonly path: string
  /** The folder that the manifest's paths are relative to: `content` or below it. */
  readonly root: string
  readonly manifest: AssetManifest
  readonly fileIds: readonly string[]
}

/** An id as it may stand in a file's name. */
export const idForm = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/

/**
 * Reads the assets of a staging folder: `manifest/<asset_id>.json` for each, with its row in `metadata/asset` or
 * `metadata/asset-chunk`. Throws `input-invalid` for what is no staging, or not whole.
 */
export function readStaging(folder: string): readonly StagedAsset[] {
  const staging = resolve(folder)
  const names = jsonFiles(join(staging, 'manifest'))
  if (names === undefined)
    throw new FairleadError('input-invalid', `"${folder}" is no staging folder: it has no folder "manifest".`, {
      path: folder,
      hint: 'Make it with: fairlead create',
    })
  const rows = readRows(staging)
  const references = new Map<string, string>()
  return names.map(name => {
    const id = name.slice(0, -'.json'.length)
    const row = rows.get(id)
    const path = join(staging, 'manifest', name)
    if (row === undefined) throw incomplete(path, `names the asset ${id}, which no asset metadata describes`)
    const { reference: text, asset_path_relative: place } = row
    if (typeof text !== 'string' || typeof place !== 'string')
      throw incomplete(path, `belongs to the asset ${id}, whose metadata lacks a reference or a path`)
    const twin = references.get(text)
    if (twin !== undefined)
      throw new FairleadError('input-invalid', `The assets "${twin}" and "${place}" have one reference, ${text}.`, {
        path: folder,
        hint: 'Rename one of the two, then run fairlead update and fairlead create.',
      })
    references.set(text, place)
    const manifest = manifestOf(readJson(path), path)
    const { file_ids: ids } = row
    return {
      id,
      reference: parseReference(text),
      path: normalizePath(place),
      root: rootOf(manifest, normalizePath(place)),
      manifest,
      fileIds: Array.isArray(ids) ? ids.filter((id: unknown): id is string => typeof id === 'string' && idForm.test(id)) : [],
    }
  })
}

/** The files of one kind of metadata, by name. */
export function metadataFiles(staging: string, kind: MetadataKind): readonly string[] {
  return jsonFiles(join(staging, 'metadata', kind)) ?? []
}

/** An asset of type `file` is its own path; the paths of any other are relative to its folder. */
function rootOf({ type, files }: AssetManifest, path: string): string {
  const slash = path.lastIndexOf('/')
  const isItself = type === 'file' && files.length === 1 && files[0]?.path === path.slice(slash + 1)
  const folder = isItself ? path.slice(0, Math.max(slash, 0)) : path
  return folder === '' ? 'content' : `content/${folder}`
}

function readRows(staging: string): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const rows = new Map<string, Readonly<Record<string, unknown>>>()
  for (const kind of ['asset-chunk', 'asset'] as const) {
    for (const name of metadataFiles(staging, kind)) {
      const path = join(staging, 'metadata', kind, name)
      const value = readJson(path)
      for (const row of Array.isArray(value) ? value : [value]) {
        if (!isRow(row)) throw incomplete(path, 'holds something else than assets')
        rows.set(row.asset_id, row)
      }
    }
  }
  return rows
}

function isRow(value: unknown): value is { readonly asset_id: string } & Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && 'asset_id' in value && typeof value.asset_id === 'string' && idForm.test(value.asset_id)
  )
}

function jsonFiles(folder: string): readonly string[] | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  return readdirSync(folder)
    .filter(name => name.endsWith('.json') && !name.startsWith('.'))
    .sort()
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new FairleadError('input-invalid', `"${path}" is no JSON file.`, {
      path,
      cause,
      hint: 'Make the staging folder again with: fairlead create',
    })
  }
}

function incomplete(path: string, what: string): FairleadError {
  return new FairleadError('input-invalid', `"${path}" ${what}.`, { path, hint: 'Make the staging folder again with: fairlead create' })
}
