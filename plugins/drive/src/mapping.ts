import type { Checksum, Entry } from '@fairlead/core'
import { exportFormat } from './documents.ts'
import { metadataIn } from './properties.ts'
import { segmentOf } from './names.ts'

/** The kinds of files that are no content. */
export const folderType = 'application/vnd.google-apps.folder'
/** Points to another file, which may be a folder. */
export const shortcutType = 'application/vnd.google-apps.shortcut'

/** What is looked at of a file. */
export interface DriveFile {
  readonly id: string
  readonly name: string
  readonly mimeType: string
  readonly parents: readonly string[]
  readonly driveId?: string
  readonly created: string
  readonly modified?: Date
  readonly size?: number
  readonly md5?: string
  readonly sha1?: string
  readonly sha256?: string
  /** The id of the version of the content; absent where there is none (folders, documents of Google). */
  readonly head?: string
  /** Counts every change, also of what is no content. */
  readonly version?: string
  readonly trashed: boolean
  readonly explicitlyTrashed: boolean
  readonly properties: Readonly<Record<string, string>>
  readonly target?: { readonly id: string; readonly mimeType: string }
  readonly mayReadRevisions: boolean
}

/** The fields of it that are asked for. */
export const fileFields =
  'id,name,mimeType,parents,driveId,createdTime,modifiedTime,size,md5Checksum,sha1Checksum,sha256Checksum,headRevisionId,version,' +
  'trashed,explicitlyTrashed,appProperties,shortcutDetails(targetId,targetMimeType),capabilities/canReadRevisions'

/** A file as the service describes it. Throws where it has no id, since nothing can be done with one. */
export function parseFile(value: unknown): DriveFile {
  const file = recordOf(value)
  const { id, trashed, explicitlyTrashed } = file
  if (typeof id !== 'string' || id === '') throw new Error('the service described a file without an id')
  const details = recordOf(file['shortcutDetails'])
  const targetId = textOf(details['targetId'])
  const modified = new Date(textOf(file['modifiedTime']) ?? '')
  const size = textOf(file['size'])
  const parents = file['parents']
  return {
    id,
    name: textOf(file['name']) ?? '',
    mimeType: textOf(file['mimeType']) ?? 'application/octet-stream',
    parents: Array.isArray(parents) ? parents.map(String) : [],
    created: textOf(file['createdTime']) ?? '',
    ...(!Number.isNaN(modified.getTime()) && { modified }),
    ...(size !== undefined && /^\d+$/.test(size) && { size: Number(size) }),
    ...text('driveId', file['driveId']),
    ...text('md5', file['md5Checksum']),
    ...text('sha1', file['sha1Checksum']),
    ...text('sha256', file['sha256Checksum']),
    ...text('head', file['headRevisionId']),
    ...text('version', file['version']),
    trashed: trashed === true,
    explicitlyTrashed: explicitlyTrashed === true,
    properties: Object.fromEntries(
      Object.entries(recordOf(file['appProperties'])).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    ),
    ...(targetId !== undefined && { target: { id: targetId, mimeType: textOf(details['targetMimeType']) ?? '' } }),
    mayReadRevisions: recordOf(file['capabilities'])['canReadRevisions'] === true,
  }
}

function text<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  const found = textOf(value)
  const made: { [P in K]?: string } = {}
  if (found !== undefined) made[key] = found
  return made
}

/** The text that a value is. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The fields of an object; of anything else none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** Oldest first, and of one age by their ids: whoever looks sees the same one first. */
export function byAge(a: DriveFile, b: DriveFile): number {
  if (a.created !== b.created) return a.created < b.created ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** Which of the files of one path is the one: the least. Of the same kind it is the oldest, and of the same moment that of the least id. */
export function byPrecedence(a: DriveFile, b: DriveFile): number {
  return rank(a) - rank(b) || byAge(a, b)
}

/** Files with bytes of their own, then what shortcuts lead to, then what would have to be exported. */
function rank({ mimeType }: DriveFile): number {
  if (mimeType === shortcutType) return 1
  return mimeType !== folderType && mimeType.startsWith('application/vnd.google-apps.') ? 2 : 0
}

/** Whether it is a folder, by itself or as what a shortcut leads to. */
export function isFolder({ mimeType, target }: DriveFile): boolean {
  return mimeType === folderType || target?.mimeType === folderType
}

/** The part of a path that shows a file: documents of Google get the ending they are exported with. Undefined: it is not shown. */
export function shownAs(file: DriveFile, endings: readonly string[]): string | undefined {
  const type = file.mimeType === shortcutType ? file.target?.mimeType : file.mimeType
  if (type === undefined) return undefined
  if (type === folderType || !type.startsWith('application/vnd.google-apps.')) return segmentOf(file.name)
  const format = exportFormat(type, endings)
  return format === undefined ? undefined : `${segmentOf(file.name)}.${format.ending}`
}

/** What is told of an object. */
export function entryOf(path: string, file: DriveFile, endings: readonly string[]): Entry {
  const { id, size, modified, head, version, mimeType } = file
  const format = exportFormat(mimeType, endings)
  const etag = head ?? version
  const checksums = checksumsOf(file)
  const metadata = metadataIn(file.properties)
  return {
    path,
    kind: 'object',
    id,
    contentType: format?.type ?? mimeType,
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified }),
    ...(etag !== undefined && { etag }),
    ...(checksums.length > 0 && { checksums }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** What is told of a folder. */
export function folderEntry(path: string, file?: DriveFile): Entry {
  return { path, kind: 'prefix', ...(file !== undefined && { id: file.target?.id ?? file.id }) }
}

function checksumsOf({ md5, sha1, sha256 }: DriveFile): readonly Checksum[] {
  return Object.entries({ sha256, md5, sha1 }).flatMap(([algorithm, value]): Checksum[] =>
    value !== undefined && (algorithm === 'md5' || algorithm === 'sha1' || algorithm === 'sha256')
      ? [{ algorithm, value, scope: 'object' }]
      : [],
  )
}
