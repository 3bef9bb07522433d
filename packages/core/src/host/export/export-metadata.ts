import { join } from 'node:path'
import type { TagRecord } from '../../contract/asset.ts'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import { quiet, type AssetContext } from '../assets/asset-context.ts'
import type { CallOptions } from '../client.ts'
import { fileSource } from '../objects/local-file.ts'
import { idForm, type MetadataKind } from './staging.ts'

/** Where a metadata document lies, in staging and on a connection alike. */
export function metadataPath(kind: MetadataKind, name: string): string {
  return `metadata/${kind}/${name}`
}

/** What a connection has of one kind of metadata, by path; only kinds of which staging holds something are listed. */
export async function listMetadata({ objects }: AssetContext, kind: MetadataKind, call: CallOptions): Promise<ReadonlyMap<string, Entry>> {
  const there = new Map<string, Entry>()
  for await (const entry of objects.list(`metadata/${kind}`, { ...quiet(call), recursive: true })) there.set(entry.path, entry)
  return there
}

/** Sends a metadata document of staging unless what is there was seen to be the same. */
export async function sendMetadata(
  { objects, facts }: AssetContext,
  staging: string,
  path: string,
  there: ReadonlyMap<string, Entry>,
  call: CallOptions,
): Promise<void> {
  const file = join(staging, path)
  const source = fileSource(file)
  const sha256 = await facts.sha256(file, call.signal)
  const known = there.get(path)
  if (known?.etag !== undefined && known.size === source.size && facts.remote(path, known.etag) === sha256) return
  const { etag } = await objects.write(path, source, { ...quiet(call), contentType: 'application/json', sha256 })
  if (etag !== undefined) facts.rememberRemote(path, etag, sha256)
}

/** Removes the metadata documents of an exported asset and of its files; chunks, which tell of one export as it was, stay. */
export async function removeExportMetadata({ objects }: AssetContext, { provenance }: TagRecord, call: CallOptions): Promise<void> {
  const id = provenance?.['asset_id']
  if (typeof id !== 'string' || !idForm.test(id)) return
  const path = metadataPath('asset', `${id}.json`)
  const files = await fileIds(objects, path, call)
  await objects.delete([...files.map(file => metadataPath('file', `${file}.json`)), path], call)
}

async function fileIds(objects: AssetContext['objects'], path: string, call: CallOptions): Promise<readonly string[]> {
  try {
    const { bytes } = await objects.readBytes(path, { ...call, maxBytes: 256 * 1024 * 1024 })
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof value !== 'object' || value === null || !('file_ids' in value) || !Array.isArray(value.file_ids)) return []
    return value.file_ids.filter((id: unknown): id is string => typeof id === 'string' && idForm.test(id))
  } catch (cause) {
    // An export without metadata documents, or a document that someone broke: the asset itself is removed all the same.
    if (FairleadError.is(cause, 'not-found') || cause instanceof SyntaxError) return []
    throw cause
  }
}
