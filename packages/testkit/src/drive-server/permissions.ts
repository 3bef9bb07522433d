import { seenFile } from './access.ts'
import { bytesAnswer, invalid, jsonAnswer, objectIn, Refusal, type Answer, type Asked } from './answer.ts'
import { selectFields } from './fields.ts'
import { permissionResource } from './resource.ts'
import { folderType, permissionId, type StoredDrive, type StoredFile, type StoredPermission } from './store.ts'

const roles = new Set(['owner', 'organizer', 'fileOrganizer', 'writer', 'commenter', 'reader'])
const yearMs = 366 * 86_400_000

/** `drive/v3/files/ID/permissions`: who may do what. */
export function answerPermissions(drive: StoredDrive, asked: Asked, fileId: string, id: string | undefined): Answer {
  const { method, body, query, visitor } = asked
  const file = seenFile(drive, fileId, visitor, 'writer')
  if (id === undefined && method === 'GET') {
    const answer = { kind: 'drive#permissionList', permissions: file.permissions.map(permissionResource) }
    return jsonAnswer(200, selectFields(answer, query.get('fields') ?? 'kind,permissions(id,type,kind,role)'))
  }
  if (id === undefined) {
    const made = create(file, objectIn(body.toString()))
    return jsonAnswer(200, selectFields(permissionResource(made), query.get('fields') ?? 'id,type,kind,role'))
  }
  const at = file.permissions.findIndex(permission => permission.id === id)
  if (at < 0)
    throw new Refusal(404, 'notFound', `Permission not found: ${id}.`, { place: { location: 'permissionId', locationType: 'parameter' } })
  if (method !== 'DELETE') throw new Refusal(404, 'notFound', 'Not Found')
  if (file.permissions[at]?.role === 'owner')
    throw new Refusal(403, 'insufficientFilePermissions', 'The owner of a file cannot be removed.')
  file.permissions.splice(at, 1)
  return { status: 204, headers: {} }
}

function create(file: StoredFile, given: Readonly<Record<string, unknown>>): StoredPermission {
  const { type, role, emailAddress, expirationTime } = given
  if (typeof role !== 'string' || !roles.has(role)) throw invalid('The permission role field is required.', 'permission.role')
  if (type !== 'user' && type !== 'group' && type !== 'anyone') throw invalid('The permission type field is required.', 'permission.type')
  if (type === 'anyone' && expirationTime !== undefined)
    throw new Refusal(403, 'cannotSetExpiration', 'Expiration dates cannot be set on this item.')
  if (type !== 'anyone' && (typeof emailAddress !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(emailAddress)))
    throw invalid('The specified emailAddress is invalid or not applicable for the given permission type.', 'permission.emailAddress')
  if (typeof expirationTime === 'string') {
    const ends = Date.parse(expirationTime)
    if (!(ends > Date.now()) || ends > Date.now() + yearMs)
      throw new Refusal(403, 'expirationDateTooFar', 'The expiration date is invalid.')
    if (file.mimeType === folderType && role !== 'reader')
      throw new Refusal(403, 'cannotSetExpiration', 'Expiration dates cannot be set on this item.')
  }
  const id = type === 'anyone' ? 'anyoneWithLink' : permissionId(String(emailAddress))
  const present = file.permissions.find(permission => permission.id === id)
  if (present !== undefined) {
    present.role = role
    if (typeof expirationTime === 'string') present.expirationTime = expirationTime
    return present
  }
  const made: StoredPermission = {
    id,
    type,
    role,
    ...(typeof emailAddress === 'string' && { emailAddress }),
    ...(typeof expirationTime === 'string' && { expirationTime }),
  }
  file.permissions.push(made)
  return made
}

/** `/uc` and `/download`: what anybody gets who has the link of a file, without a token. */
export function answerPublic(drive: StoredDrive, { headers, url }: Pick<Asked, 'headers' | 'url'>): Answer {
  const id = url.searchParams.get('id') ?? ''
  if (url.pathname === '/uc') {
    return { status: 303, headers: { location: new URL(`/download?id=${encodeURIComponent(id)}&export=download`, url).href } }
  }
  const file = drive.files.get(id)
  const open = file !== undefined && !drive.isTrashed(file) && drive.permissionsOf(file).some(({ type }) => type === 'anyone')
  const body = file?.revisions.at(-1)?.body
  if (open && body !== undefined) return bytesAnswer(body, file.mimeType, { range: headers.range, name: file.name })
  return {
    status: 404,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: Buffer.from('<title>Error 404 (Not Found)!!1</title>'),
  }
}
