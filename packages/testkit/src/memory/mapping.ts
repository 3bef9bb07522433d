import {
  FairleadError,
  type AssetManifest,
  type AssetSummary,
  type Entry,
  type ResolvedAsset,
  type Share,
  type TagRecord,
  type WriteAttributes,
  type WriteCondition,
} from '@fairlead/core'

type Json = Readonly<Record<string, unknown>>

/** A path as part of an address. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** A JSON object, or `unexpected`. */
export function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FairleadError('unexpected', 'the memory server sent no JSON object')
  return Object.fromEntries(Object.entries(value))
}

/** The items of a page of JSON objects. */
export function asItems(value: unknown): { readonly items: readonly Json[]; readonly cursor?: string } {
  const { items, cursor } = asObject(value)
  return { items: Array.isArray(items) ? items.map(asObject) : [], ...(typeof cursor === 'string' && { cursor }) }
}

/** An entry as the server writes it. */
export function toEntry(json: Json): Entry {
  const path = text(json, 'path')
  if (json.kind === 'prefix') return { path, kind: 'prefix' }
  const metadata = json.metadata === undefined ? {} : Object.entries(asObject(json.metadata)).map(([key, value]) => [key, String(value)])
  return {
    path,
    kind: 'object',
    size: number(json, 'size'),
    modified: new Date(number(json, 'modified')),
    etag: text(json, 'etag'),
    version: text(json, 'version'),
    ...(typeof json.latest === 'boolean' && { latest: json.latest }),
    checksums: [{ algorithm: 'sha256', value: text(json, 'sha256'), scope: 'object' }],
    ...(typeof json.contentType === 'string' && { contentType: json.contentType }),
    ...(Array.isArray(metadata) && { metadata: Object.fromEntries(metadata) }),
  }
}

/** A share as the server writes it. */
export function toShare(json: Json): Share {
  return {
    id: text(json, 'id'),
    url: new URL(text(json, 'url')),
    path: text(json, 'path'),
    kind: json.kind === 'public-link' || json.kind === 'grant' ? json.kind : 'signed-url',
    created: new Date(number(json, 'created')),
    revocable: true,
    ...(typeof json.expires === 'number' && { expires: new Date(json.expires) }),
  }
}

/** A tag of the native store as the server writes it. */
export function toSummary(json: Json): AssetSummary {
  const record = toRecord(json.record)
  return {
    collection: text(json, 'collection'),
    name: text(json, 'name'),
    tag: text(json, 'tag'),
    digest: record.digest,
    type: record.type,
    count: record.count,
    bytes: record.bytes,
    labels: record.labels,
    time: record.time,
    ...(record.specification !== undefined && { specification: record.specification }),
  }
}

/** A resolved asset of the native store. */
export function toResolved(json: Json): ResolvedAsset {
  const manifest = asObject(json.manifest)
  if (!isManifest(manifest)) throw new FairleadError('unexpected', 'the memory server sent no asset manifest')
  return { digest: text(json, 'digest'), manifest, record: toRecord(json.record), etag: text(json, 'etag') }
}

/** The headers of what goes with a body. */
export function attributeHeaders({ contentType, modified, metadata, condition }: Omit<WriteAttributes, 'path'>): Record<string, string> {
  return {
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(modified !== undefined && { 'x-memory-modified': String(modified.getTime()) }),
    ...(metadata !== undefined && { 'x-memory-metadata': Buffer.from(JSON.stringify(metadata)).toString('base64url') }),
    ...conditionHeaders(condition),
  }
}

/** The headers of a condition. */
export function conditionHeaders(condition: WriteCondition | undefined): Record<string, string> {
  if (condition === undefined) return {}
  return condition.if === 'absent' ? { 'if-none-match': '*' } : { 'if-match': `"${condition.etag}"` }
}

function toRecord(value: unknown): TagRecord {
  const record = asObject(value)
  if (!isRecord(record)) throw new FairleadError('unexpected', 'the memory server sent no tag record')
  return record
}

function isManifest(json: object): json is AssetManifest {
  return 'schemaVersion' in json && 'files' in json && Array.isArray(json.files)
}

function isRecord(json: object): json is TagRecord {
  return 'schemaVersion' in json && 'digest' in json && typeof json.digest === 'string'
}

function text(json: Json, key: string): string {
  const value = json[key]
  if (typeof value !== 'string') throw new FairleadError('unexpected', `the memory server sent no "${key}"`)
  return value
}

function number(json: Json, key: string): number {
  const value = json[key]
  if (typeof value !== 'number') throw new FairleadError('unexpected', `the memory server sent no "${key}"`)
  return value
}
