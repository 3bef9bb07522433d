import { invalid, notFound, Refusal, type Asked } from './answer.ts'
import { parentFor, seenFile } from './access.ts'
import { folderType, setBody, shortcutType, type StoredDrive, type StoredFile } from './store.ts'

type Metadata = Readonly<Record<string, unknown>>

function text(metadata: Metadata, name: string): string | undefined {
  const value = metadata[name]
  return typeof value === 'string' ? value : undefined
}

/** Makes a file of what a request says of it, and its content. */
export function createFile(
  drive: StoredDrive,
  { visitor }: Asked,
  metadata: Metadata,
  body: Buffer | undefined,
  type?: string,
): StoredFile {
  const parents = Array.isArray(metadata['parents']) ? metadata['parents'].map(String) : ['root']
  if (parents.length !== 1) throw invalid('A file must have exactly one parent.', 'parents')
  const parent = parentFor(drive, parents[0] ?? 'root', visitor)
  const mimeType = text(metadata, 'mimeType') ?? type ?? 'application/octet-stream'
  const details = metadata['shortcutDetails']
  const shortcutTo =
    mimeType === shortcutType && typeof details === 'object' && details !== null && 'targetId' in details
      ? String(details.targetId)
      : undefined
  if (shortcutTo !== undefined && !drive.files.has(shortcutTo)) throw notFound(shortcutTo)
  const createdTime = text(metadata, 'createdTime')
  const file = drive.add({
    name: text(metadata, 'name') ?? 'Untitled',
    mimeType,
    parents: [parent.id],
    owner: parent.driveId === undefined ? visitor.email : parent.owner,
    app: visitor.client,
    ...(createdTime !== undefined && { createdTime }),
    ...(shortcutTo !== undefined && { shortcutTo }),
    ...(body === undefined ? (mimeType.startsWith('application/vnd.google-apps.') ? {} : { body: Buffer.alloc(0) }) : { body }),
  })
  change(file, visitor.client, metadata)
  return file
}

/** Changes what a request says of a file, and its content where it has one. */
export function updateFile(
  drive: StoredDrive,
  { visitor, query }: Asked,
  id: string,
  metadata: Metadata,
  body: Buffer | undefined,
  type?: string,
): StoredFile {
  const file = seenFile(drive, id, visitor, 'writer')
  if (metadata['parents'] !== undefined)
    throw new Refusal(
      403,
      'fieldNotWritable',
      'The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead.',
    )
  const added = query.get('addParents')?.split(',') ?? []
  const removed = new Set(query.get('removeParents')?.split(',') ?? [])
  for (const parent of added) seenFile(drive, parent, visitor, 'writer')
  const parents = [
    ...file.parents.filter(parent => !removed.has(parent)),
    ...added.map(parent => (parent === 'root' ? drive.rootId : parent)),
  ]
  if (parents.length !== 1) throw new Refusal(403, 'cannotAddParent', 'Increasing the number of parents is not allowed')
  drive.move(file, parents)
  if (body !== undefined) {
    if (file.mimeType === folderType) throw invalid('A folder has no content.', 'uploadType')
    setBody(file, body)
    file.modifiedTime = new Date().toISOString()
  }
  const mimeType = text(metadata, 'mimeType') ?? (body === undefined ? undefined : type)
  if (mimeType !== undefined) file.mimeType = mimeType
  change(file, visitor.client, metadata)
  file.version += 1
  return file
}

function change(file: StoredFile, client: string, metadata: Metadata): void {
  const name = text(metadata, 'name')
  if (name !== undefined) file.name = name
  const modified = text(metadata, 'modifiedTime')
  if (modified !== undefined) file.modifiedTime = new Date(modified).toISOString()
  if (typeof metadata['trashed'] === 'boolean') file.explicitlyTrashed = metadata['trashed']
  const description = text(metadata, 'description')
  if (description !== undefined) file.description = description
  if (metadata['appProperties'] !== undefined)
    file.appProperties.set(client, merged(file.appProperties.get(client) ?? {}, metadata['appProperties'], 'appProperties'))
  if (metadata['properties'] !== undefined) file.properties = merged(file.properties, metadata['properties'], 'properties')
  const hints = metadata['contentHints']
  if (typeof hints === 'object' && hints !== null && 'thumbnail' in hints) setThumbnail(file, hints.thumbnail)
}

/** https://developers.google.com/workspace/drive/api/guides/properties: 124 bytes a pair, 30 private ones of an app. */
function merged(before: Readonly<Record<string, string>>, given: unknown, field: string): Record<string, string> {
  const after: Record<string, string> = { ...before }
  for (const [key, value] of Object.entries(typeof given === 'object' && given !== null ? given : {})) {
    if (value === null) Reflect.deleteProperty(after, key)
    else if (Buffer.byteLength(key) + Buffer.byteLength(String(value)) > 124)
      throw invalid(`Property and value must be no more than 124 bytes: ${key}`, field)
    else after[key] = String(value)
  }
  if (Object.keys(after).length > 30) throw invalid('The maximum number of properties was exceeded.', field)
  return after
}

function setThumbnail(file: StoredFile, given: unknown): void {
  if (typeof given !== 'object' || given === null || !('image' in given) || !('mimeType' in given)) return
  const image = String(given.image)
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(image)) throw invalid('The thumbnail must be URL-safe Base64.', 'contentHints.thumbnail.image')
  if (Buffer.from(image, 'base64url').byteLength > 2 * 1024 * 1024)
    throw invalid('The thumbnail is too large.', 'contentHints.thumbnail.image')
  file.thumbnail = { image, mimeType: String(given.mimeType) }
}
