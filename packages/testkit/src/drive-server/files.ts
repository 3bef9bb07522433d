import { roleOf, seenFile } from './access.ts'
import { bytesAnswer, invalid, jsonAnswer, objectIn, Refusal, type Answer, type Asked } from './answer.ts'
import { createFile, updateFile } from './changes.ts'
import { selectFields } from './fields.ts'
import { foldersOf, matchesQuery, parseQuery } from './query.ts'
import { fileResource, queriedOf } from './resource.ts'
import { folderType, isGoogleDocument, newId, type StoredDrive, type StoredFile } from './store.ts'

/** An answer of a file, as much of it as was asked for. */
export function fileAnswer(drive: StoredDrive, { query, visitor, url }: Asked, file: StoredFile): Answer {
  const fields = query.get('fields') ?? 'kind,id,name,mimeType'
  return jsonAnswer(200, selectFields(fileResource(drive, file, visitor, url.origin), fields))
}

/** `drive/v3/files` and what is below it, but uploads and permissions. */
export function answerFiles(drive: StoredDrive, asked: Asked, id: string | undefined, action: string | undefined): Answer {
  const { method, query, visitor, body } = asked
  if (id === undefined && method === 'GET') return listFiles(drive, asked)
  if (id === undefined && method === 'POST') return fileAnswer(drive, asked, createFile(drive, asked, objectIn(body.toString()), undefined))
  if (id === 'generateIds') {
    const ids = Array.from({ length: Number(query.get('count') ?? '10') }, () => newId('1'))
    return jsonAnswer(200, { kind: 'drive#generatedIds', space: 'drive', ids })
  }
  const known = id ?? ''
  if (action === 'copy' && method === 'POST') {
    const metadata = objectIn(body.toString())
    return fileAnswer(drive, asked, copyFile(drive, asked, seenFile(drive, known, visitor), metadata))
  }
  if (action === 'export' && method === 'GET') return exportFile(asked, seenFile(drive, known, visitor))
  if (method === 'GET') return getFile(drive, asked, seenFile(drive, known, visitor))
  if (method === 'PATCH') return fileAnswer(drive, asked, updateFile(drive, asked, known, objectIn(body.toString()), undefined))
  if (method === 'DELETE') {
    const file = seenFile(drive, known, visitor, 'writer')
    const role = roleOf(drive, file, visitor)
    if (role !== 'owner' && role !== 'organizer')
      throw new Refusal(403, 'insufficientFilePermissions', 'The user does not have sufficient permissions for this file.')
    drive.erase(file)
    return { status: 204, headers: {} }
  }
  throw new Refusal(404, 'notFound', 'Not Found')
}

function getFile(drive: StoredDrive, asked: Asked, file: StoredFile): Answer {
  const { headers, query } = asked
  if (query.get('alt') !== 'media') return fileAnswer(drive, asked, file)
  const head = file.revisions.at(-1)
  if (head === undefined)
    throw new Refusal(403, 'fileNotDownloadable', 'Only files with binary content can be downloaded. Use Export with Docs Editors files.', {
      place: { location: 'alt', locationType: 'parameter' },
    })
  return bytesAnswer(head.body, file.mimeType, { range: headers.range, name: file.name })
}

/** `drive/v3/files/ID/revisions/ID`: the content of one version. */
export function answerRevision(drive: StoredDrive, { headers, query, visitor }: Asked, id: string, revisionId: string): Answer {
  const file = seenFile(drive, id, visitor)
  const role = roleOf(drive, file, visitor)
  const revision = file.revisions.find(({ id }) => id === revisionId || (revisionId === 'head' && id === file.revisions.at(-1)?.id))
  if (role === 'reader' || role === 'commenter')
    throw new Refusal(403, 'insufficientFilePermissions', 'The user does not have sufficient permissions for this file.')
  if (revision === undefined) throw new Refusal(404, 'notFound', `Revision not found: ${revisionId}.`)
  if (query.get('alt') === 'media') return bytesAnswer(revision.body, file.mimeType, { range: headers.range, name: file.name })
  return jsonAnswer(200, { kind: 'drive#revision', id: revision.id, mimeType: file.mimeType, modifiedTime: revision.modifiedTime })
}

function exportFile({ query }: Asked, file: StoredFile): Answer {
  const type = query.get('mimeType') ?? ''
  if (!isGoogleDocument(file)) throw new Refusal(403, 'fileNotExportable', 'Export only supports Docs Editors files.')
  const body = file.exports?.[type]
  if (body === undefined) throw new Refusal(400, 'badRequest', 'The requested conversion is not supported.')
  if (Buffer.byteLength(body) > 10 * 1024 * 1024)
    throw new Refusal(403, 'exportSizeLimitExceeded', 'This file is too large to be exported.')
  // Exports are made while they are asked for: no range of them can be had.
  return bytesAnswer(Buffer.from(body), type)
}

function copyFile(drive: StoredDrive, asked: Asked, file: StoredFile, metadata: Readonly<Record<string, unknown>>): StoredFile {
  if (file.mimeType === folderType) throw new Refusal(403, 'cannotCopyFile', 'This file cannot be copied by the user.')
  const copied = {
    mimeType: file.mimeType,
    parents: file.parents,
    name: `Copy of ${file.name}`,
    modifiedTime: file.modifiedTime,
    ...metadata,
  }
  const copy = createFile(drive, asked, copied, file.revisions.at(-1)?.body)
  for (const [client, properties] of file.appProperties)
    copy.appProperties.set(client, { ...properties, ...copy.appProperties.get(client) })
  copy.properties = { ...file.properties, ...copy.properties }
  if (file.thumbnail !== undefined && copy.thumbnail === undefined) copy.thumbnail = file.thumbnail
  return copy
}

function listFiles(drive: StoredDrive, { query, visitor, url }: Asked): Answer {
  const parsed = parseQuery(query.get('q') ?? 'trashed = false or trashed = true')
  const size = Number(query.get('pageSize') ?? '100')
  const from = Number(Buffer.from(query.get('pageToken') ?? '', 'base64url').toString() || '0')
  if (!Number.isInteger(from)) throw invalid('Invalid Value', 'pageToken')
  const corpora = query.get('corpora') ?? 'user'
  const driveId = query.get('driveId')
  if (corpora === 'drive' && (driveId === null || query.get('includeItemsFromAllDrives') !== 'true'))
    throw invalid('The driveId parameter must be specified if and only if corpora is set to drive.', 'driveId')
  const folders = foldersOf(parsed)?.map(id => (id === 'root' ? drive.rootId : id))
  for (const id of folders ?? []) if (id !== drive.rootId) seenFile(drive, id, visitor)
  const asRoot = JSON.parse(
    JSON.stringify(parsed).replaceAll('"value":"root","field":"parents"', `"value":"${drive.rootId}","field":"parents"`),
  )
  const candidates = folders === undefined ? drive.files.values() : folders.flatMap(id => [...drive.children(id)])
  const found = [...candidates].filter(
    file =>
      file.parents.length > 0 &&
      (file.driveId === undefined ? corpora === 'user' || corpora === 'allDrives' : query.get('includeItemsFromAllDrives') === 'true') &&
      (corpora !== 'drive' || file.driveId === driveId) &&
      roleOf(drive, file, visitor) !== undefined &&
      matchesQuery(asRoot, queriedOf(drive, file, visitor)),
  )
  const orderBy = query.get('orderBy')
  if (orderBy === 'createdTime') found.sort((a, b) => (a.createdTime < b.createdTime ? -1 : a.createdTime > b.createdTime ? 1 : 0))
  else if (orderBy !== null) throw invalid(`Sorting by ${orderBy} is not known here.`, 'orderBy')
  const page = found.slice(from, from + size)
  const answer = {
    kind: 'drive#fileList',
    incompleteSearch: false,
    ...(from + size < found.length && { nextPageToken: Buffer.from(String(from + size)).toString('base64url') }),
    files: page.map(file => fileResource(drive, file, visitor, url.origin)),
  }
  return jsonAnswer(200, selectFields(answer, query.get('fields') ?? 'kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)'))
}
