import { join } from 'node:path'
import type { TagRecord } from '../../contract/asset.ts'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import { quiet, type AssetContext } from '../assets/asset-context.ts'
import type { CallOptions } from '../client.ts'
import { fileSource } from '../objects/local-file.ts'
import { below, prefixOf } from './export-root.ts'
import { idForm } from './staged-manifest.ts'
import type { MetadataKind } from './staging.ts'

/** Where a metadata document lies, in staging and below a prefix of a connection alike. */
export function metadataPath(kind: MetadataKind, name: string): string {
  return `metadata/${kind}/${name}`
}

/** What a connection has of one kind of metadata, by object path. */
export async function listMetadata(
  { objects }: AssetContext,
  prefix: string,
  kind: MetadataKind,
  call: CallOptions,
): Promise<ReadonlyMap<string, Entry>> {
  const there = new Map<string, Entry>()
  for await (const entry of objects.list(below(prefix, `metadata/${kind}`), { ...quiet(call), recursive: true }))
    there.set(entry.path, entry)
  return there
}

/** The sha256 of an object, as far as it is known: by the service, or because this machine saw it written. */
export function knownSha256({ facts }: AssetContext, { path, etag, checksums }: Entry): unknown {
  const checksum = checksums?.find(({ algorithm, scope }) => algorithm === 'sha256' && scope === 'object')
  return checksum?.value ?? (etag === undefined ? undefined : facts.remote(path, etag))
}

/** A metadata document of staging, and whether it is there already. */
export interface MetadataDocument {
  /** Below the staging folder. */
  readonly file: string
  /** On the connection. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly isThere: boolean
}

/** Looks at a metadata document of staging, and at what is there in its place. */
export async function lookAtMetadata(
  context: AssetContext,
  staging: string,
  { file, path }: Pick<MetadataDocument, 'file' | 'path'>,
  there: ReadonlyMap<string, Entry>,
  call: CallOptions,
): Promise<MetadataDocument> {
  const { size = 0 } = fileSource(join(staging, file))
  const sha256 = await context.facts.sha256(join(staging, file), call.signal)
  const known = there.get(path)
  return { file, path, bytes: size, sha256, isThere: known?.size === size && knownSha256(context, known) === sha256 }
}

/** Sends a metadata document of staging. */
export async function sendMetadata(
  { objects, facts }: AssetContext,
  staging: string,
  { file, path, sha256 }: MetadataDocument,
  call: CallOptions,
): Promise<void> {
  const { etag } = await objects.write(path, fileSource(join(staging, file)), { ...quiet(call), contentType: 'application/json', sha256 })
  if (etag !== undefined) facts.rememberRemote(path, etag, sha256)
}

/** Removes the metadata documents of an exported asset and of its files; chunks, which tell of one export as it was, stay. */
export async function removeExportMetadata(
  { objects, runtime }: AssetContext,
  { provenance, root = '' }: TagRecord,
  call: CallOptions,
): Promise<void> {
  const id = provenance?.['asset_id']
  // What is kept with files and folders goes with them.
  if (runtime.capabilities.describe === true || typeof id !== 'string' || !idForm.test(id)) return
  const prefix = prefixOf(root)
  const path = below(prefix, metadataPath('asset', `${id}.json`))
  const files = (await textsOf(objects, path, 'file_ids', call)).filter(file => idForm.test(file))
  await objects.delete([...files.map(file => below(prefix, metadataPath('file', `${file}.json`))), path], call)
}

/** A list of texts in the exported document of an asset; empty where there is no document, or none that can be read. */
export async function textsOf(
  objects: AssetContext['objects'],
  path: string,
  key: 'file_ids' | 'filepaths_relative',
  call: CallOptions,
): Promise<readonly string[]> {
  try {
    const { bytes } = await objects.readBytes(path, { ...call, maxBytes: 256 * 1024 * 1024 })
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    const texts: unknown =
      typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined
    return Array.isArray(texts) ? texts.filter((text: unknown): text is string => typeof text === 'string') : []
  } catch (cause) {
    // An export without metadata documents, or a document that someone broke: the asset itself is removed all the same.
    if (FairleadError.is(cause, 'not-found') || cause instanceof SyntaxError) return []
    throw cause
  }
}
