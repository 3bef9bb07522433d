import { createHash } from 'node:crypto'
import { roleOf } from './access.ts'
import type { Queried } from './query.ts'
import { folderType, isGoogleDocument, permissionId, type StoredDrive, type StoredFile, type StoredPermission } from './store.ts'
import type { Visitor } from './tokens.ts'

const hashes = new WeakMap<Buffer, Readonly<Record<'md5' | 'sha1' | 'sha256', string>>>()

function hashesOf(body: Buffer): Readonly<Record<'md5' | 'sha1' | 'sha256', string>> {
  const known = hashes.get(body)
  if (known !== undefined) return known
  const of = (algorithm: string): string => createHash(algorithm).update(body).digest('hex')
  const made = { md5: of('md5'), sha1: of('sha1'), sha256: of('sha256') }
  hashes.set(body, made)
  return made
}

/** Changes a byte of the content of a file; all that is told of the file stays. */
export function corruptFile({ revisions }: StoredFile): void {
  const body = revisions.at(-1)?.body
  if (body === undefined || body.byteLength === 0) throw new Error('the file has no bytes')
  hashesOf(body)
  body[0] = (body[0] ?? 0) ^ 1
}

/** A permission as it is told. */
export function permissionResource(permission: StoredPermission): Readonly<Record<string, unknown>> {
  const { id, type, role, emailAddress, expirationTime } = permission
  return {
    kind: 'drive#permission',
    id,
    type,
    role,
    ...(emailAddress !== undefined && { emailAddress, displayName: emailAddress.split('@')[0], deleted: false, pendingOwner: false }),
    ...(type === 'anyone' && { allowFileDiscovery: false }),
    ...(expirationTime !== undefined && { expirationTime }),
  }
}

/** A file as a visitor is told of it. `origin` is where the addresses in it lead. */
export function fileResource(drive: StoredDrive, file: StoredFile, visitor: Visitor, origin: string): Readonly<Record<string, unknown>> {
  const role = roleOf(drive, file, visitor) ?? 'reader'
  const mayWrite = role !== 'reader' && role !== 'commenter'
  const head = file.revisions.at(-1)
  const mine = file.appProperties.get(visitor.client)
  const target = file.shortcutTo === undefined ? undefined : drive.files.get(file.shortcutTo)
  const user = {
    kind: 'drive#user',
    displayName: file.owner.split('@')[0],
    emailAddress: file.owner,
    permissionId: permissionId(file.owner),
  }
  return {
    kind: 'drive#file',
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    ...(file.description !== undefined && { description: file.description }),
    starred: false,
    trashed: drive.isTrashed(file),
    explicitlyTrashed: file.explicitlyTrashed,
    ...(file.parents.length > 0 && { parents: file.parents }),
    spaces: ['drive'],
    version: String(file.version),
    createdTime: file.createdTime,
    modifiedTime: file.modifiedTime,
    ...(file.driveId === undefined
      ? { ownedByMe: file.owner === visitor.email, owners: [user] }
      : { driveId: file.driveId, teamDriveId: file.driveId }),
    shared: drive.permissionsOf(file).length > 1,
    capabilities: {
      canEdit: mayWrite,
      canDownload: true,
      canReadRevisions: mayWrite,
      canTrash: mayWrite,
      canDelete: role === 'owner' || role === 'organizer',
      canShare: mayWrite,
      canAddChildren: mayWrite && file.mimeType === folderType,
      canListChildren: file.mimeType === folderType,
    },
    ...(mayWrite && file.driveId === undefined && { permissions: file.permissions.map(permissionResource) }),
    permissionIds: file.permissions.map(({ id }) => id),
    ...(mine !== undefined && { appProperties: mine }),
    ...(Object.keys(file.properties).length > 0 && { properties: file.properties }),
    webViewLink:
      file.mimeType === folderType
        ? `https://drive.google.com/drive/folders/${file.id}`
        : `https://drive.google.com/file/d/${file.id}/view?usp=drivesdk`,
    hasThumbnail: file.thumbnail !== undefined,
    thumbnailVersion: file.thumbnail === undefined ? '0' : '1',
    ...(file.thumbnail !== undefined && { thumbnailLink: new URL(`/thumbnail/${file.id}`, origin).href }),
    ...(target !== undefined && { shortcutDetails: { targetId: target.id, targetMimeType: target.mimeType } }),
    ...(file.shortcutTo !== undefined &&
      target === undefined && { shortcutDetails: { targetId: file.shortcutTo, targetMimeType: 'application/octet-stream' } }),
    ...(isGoogleDocument(file) && {
      exportLinks: Object.fromEntries(
        Object.keys(file.exports ?? {}).map(type => [type, `https://docs.google.com/feeds/download/documents/export/Export?id=${file.id}`]),
      ),
    }),
    ...(head !== undefined && bodyFields(file, head, origin)),
  }
}

function bodyFields(
  file: StoredFile,
  head: { readonly id: string; readonly body: Buffer },
  origin: string,
): Readonly<Record<string, unknown>> {
  const { md5, sha1, sha256 } = hashesOf(head.body)
  return {
    size: String(head.body.byteLength),
    quotaBytesUsed: String(head.body.byteLength),
    headRevisionId: head.id,
    md5Checksum: md5,
    sha1Checksum: sha1,
    sha256Checksum: sha256,
    originalFilename: file.name,
    fullFileExtension: file.name.split('.').slice(1).join('.'),
    fileExtension: file.name.split('.').slice(1).at(-1) ?? '',
    webContentLink: new URL(`/uc?id=${file.id}&export=download`, origin).href,
  }
}

/** What a query looks at of a file. */
export function queriedOf(drive: StoredDrive, file: StoredFile, visitor: Visitor): Queried {
  const permissions = drive.permissionsOf(file)
  return {
    name: file.name,
    mimeType: file.mimeType,
    parents: file.parents,
    trashed: drive.isTrashed(file),
    modifiedTime: file.modifiedTime,
    createdTime: file.createdTime,
    properties: file.properties,
    appProperties: file.appProperties.get(visitor.client) ?? {},
    visibility: permissions.some(({ type }) => type === 'anyone') ? 'anyoneWithLink' : 'limited',
  }
}
