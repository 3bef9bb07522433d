import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import { quiet } from '../assets/asset-context.ts'
import type { ExportRun } from './export-asset.ts'
import { knownSha256, lookAtMetadata, metadataPath, sendMetadata } from './export-metadata.ts'
import { below } from './export-root.ts'
import { readJson } from './staged-json.ts'

type ChunkKind = 'asset-chunk' | 'file-chunk'

const maxChunkBytes = 512 * 1024 * 1024
const idKey = { 'asset-chunk': 'asset_id', 'file-chunk': 'file_id' } as const

/**
 * Makes the chunks of one kind on a connection those of staging. A chunk of the same content is not sent again, whatever
 * its name; one that is there and names nothing but what the new ones name is superseded, and goes; any other stays,
 * since it tells of assets that staging no longer has, or of another project's. Throws what kept a chunk from being sent.
 */
export async function exportChunks(run: ExportRun, kind: ChunkKind, signal: AbortSignal): Promise<void> {
  const { context, staging, prefix, options, report } = run
  const call = { ...quiet(options), signal }
  const there = new Map(run.there.get(kind) ?? [])
  const names = [...(run.documents.get(kind) ?? [])]
  const current = new Set<string>()
  const ids = new Map<string, ReadonlySet<string>>()
  for (const name of names) {
    const file = metadataPath(kind, name)
    const chunk = await lookAtMetadata(context, staging, { file, path: below(prefix, file) }, there, call)
    const line = { kind: 'metadata', bytes: chunk.bytes, sha256: chunk.sha256 } as const
    const same = chunk.isThere ? chunk.path : await sameContent(run, kind, chunk, there, call)
    if (same !== undefined) {
      current.add(same)
      report.file({ ...line, path: same, outcome: 'kept' })
      continue
    }
    const path = await freePath(run, kind, chunk.path, there, staged(run, kind, ids), call)
    try {
      await sendMetadata(context, staging, { ...chunk, path }, call)
    } catch (cause) {
      report.file({ ...line, path, outcome: 'failed', reason: cause instanceof Error ? cause.message : String(cause) })
      throw cause
    }
    current.add(path)
    report.file({ ...line, path, outcome: 'sent' })
  }
  if (names.length === 0 || context.runtime.capabilities.remove === false) return
  for (const entry of there.values()) {
    if (current.has(entry.path) || !isChunk(kind, entry.path)) continue
    if (await isSuperseded(run, kind, entry, staged(run, kind, ids), call)) await context.objects.delete(entry.path, call)
  }
}

function isChunk(kind: ChunkKind, path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(`hidebound-${kind}_`) && path.endsWith('.json')
}

/** The path of a chunk that is there with this content. What is as long and not known is read. */
async function sameContent(
  { context }: ExportRun,
  kind: ChunkKind,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
  there: ReadonlyMap<string, Entry>,
  call: ReturnType<typeof quiet>,
): Promise<string | undefined> {
  for (const entry of there.values()) {
    if (entry.size !== bytes || !isChunk(kind, entry.path)) continue
    const known = knownSha256(context, entry) ?? (await readSha256(context, entry, call))
    if (known === sha256) return entry.path
  }
  return undefined
}

async function readSha256(
  { objects, facts }: ExportRun['context'],
  { path, etag }: Entry,
  call: ReturnType<typeof quiet>,
): Promise<string> {
  const { body } = await objects.read(path, call)
  const hash = createHash('sha256')
  for await (const bytes of body) hash.update(bytes)
  const sha256 = hash.digest('hex')
  if (etag !== undefined) facts.rememberRemote(path, etag, sha256)
  return sha256
}

/** Names of chunks tell the second: one of another project may have the same, and is not overwritten. */
async function freePath(
  run: ExportRun,
  kind: ChunkKind,
  path: string,
  there: ReadonlyMap<string, Entry>,
  ids: ReadonlySet<string>,
  call: ReturnType<typeof quiet>,
): Promise<string> {
  for (let number = 1; ; number++) {
    const free = number === 1 ? path : path.replace(/\.json$/, `-${number}.json`)
    const entry = there.get(free)
    if (entry === undefined || (await isSuperseded(run, kind, entry, ids, call))) return free
  }
}

/** The ids that the chunks of staging name; read once, and only where something is there to compare them with. */
function staged({ staging, documents }: ExportRun, kind: ChunkKind, cache: Map<string, ReadonlySet<string>>): ReadonlySet<string> {
  const known = cache.get(kind)
  if (known !== undefined) return known
  const ids = new Set(
    [...(documents.get(kind) ?? [])].flatMap(name => idsOf(kind, readJson(join(staging, metadataPath(kind, name)))) ?? []),
  )
  cache.set(kind, ids)
  return ids
}

function idsOf(kind: ChunkKind, value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const rows: readonly unknown[] = value
  const ids = rows.map(row => (typeof row === 'object' && row !== null ? Reflect.get(row, idKey[kind]) : undefined))
  return ids.every((id): id is string => typeof id === 'string') ? ids : undefined
}

/** Whether everything that a chunk names is named by those of staging. What is no chunk is not ours to judge. */
async function isSuperseded(
  { context }: ExportRun,
  kind: ChunkKind,
  entry: Entry,
  ids: ReadonlySet<string>,
  call: ReturnType<typeof quiet>,
): Promise<boolean> {
  try {
    const { bytes } = await context.objects.readBytes(entry.path, { ...call, maxBytes: maxChunkBytes })
    return idsOf(kind, JSON.parse(new TextDecoder().decode(bytes)))?.every(id => ids.has(id)) === true
  } catch (cause) {
    if (cause instanceof SyntaxError || FairleadError.is(cause, 'not-found') || FairleadError.is(cause, 'input-invalid')) return false
    throw cause
  }
}
