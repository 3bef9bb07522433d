import type { BigIntStats } from 'node:fs'
import { mediaTypeByName, unknownMediaType, type Entry, type WriteAttributes } from '@fairlead/core'
import { contentKey } from '../mapping.ts'
import { ownPath, readRecord, removeRecord, writeRecord } from './records.ts'

interface MetadataRecord {
  /** Which content it speaks of: see `contentKey`. */
  readonly content: string
  readonly contentType?: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** The content type that a path says by itself; it is not stored a second time. */
function typeOf(path: string): string {
  return mediaTypeByName(path) ?? unknownMediaType
}

function fileOf(root: string, path: string): string {
  return ownPath(root, 'metadata', ...path.split('/'))
}

function readAll(root: string, path: string): readonly MetadataRecord[] {
  const stored = readRecord(fileOf(root, path))
  return Array.isArray(stored)
    ? stored.filter(
        (record): record is MetadataRecord => typeof record === 'object' && record !== null && typeof record.content === 'string',
      )
    : []
}

/** Adds what the client keeps beside an object to its entry. A record of content that was replaced from outside says nothing. */
export function withMetadata(root: string, entry: Entry, stats: BigIntStats): Entry {
  if (entry.kind === 'prefix') return entry
  const key = contentKey(stats)
  const record = readAll(root, entry.path).find(candidate => candidate.content === key)
  return {
    ...entry,
    contentType: record?.contentType ?? typeOf(entry.path),
    ...(record?.metadata !== undefined && { metadata: record.metadata }),
  }
}

/**
 * Writes down what goes with new content before that content is put in place; what went with the present content stays
 * beside it until then, so a kill in between leaves each content with its own. Returns what to do once it is in place.
 */
export function prepareMetadata(root: string, attributes: WriteAttributes, content: BigIntStats): () => void {
  const { path, metadata } = attributes
  const contentType = attributes.contentType === typeOf(path) ? undefined : attributes.contentType
  const file = fileOf(root, path)
  const before = readAll(root, path)
  if (contentType === undefined && metadata === undefined) {
    return () => {
      if (before.length > 0) removeRecord(file)
    }
  }
  const record: MetadataRecord = {
    content: contentKey(content),
    ...(contentType !== undefined && { contentType }),
    ...(metadata !== undefined && { metadata }),
  }
  writeRecord(root, file, [record, ...before.filter(other => other.content !== record.content).slice(0, 1)])
  return () => {
    if (before.length > 0) writeRecord(root, file, [record])
  }
}

/** Whether anything must be written down beside the object. */
export function hasMetadata(attributes: WriteAttributes): boolean {
  return attributes.metadata !== undefined || (attributes.contentType !== undefined && attributes.contentType !== typeOf(attributes.path))
}

/** Forgets what was kept beside an object that is gone. */
export function forgetMetadata(root: string, path: string): void {
  removeRecord(fileOf(root, path))
}

/** The attributes to copy with an object. */
export function attributesOf(
  root: string,
  path: string,
  stats: BigIntStats,
): { readonly contentType?: string; readonly metadata?: Readonly<Record<string, string>> } {
  const { contentType, metadata } = withMetadata(root, { path, kind: 'object' }, stats)
  return { ...(contentType !== undefined && { contentType }), ...(metadata !== undefined && { metadata }) }
}
