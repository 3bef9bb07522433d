import { Refusal, reply, type Asked } from './answer.ts'
import { md5, sizeOf, type StoredAccount, type StoredContainer, type StoredObject, type StoredSegment } from './store.ts'

/** A static large object of the rows of its manifest: each segment must be there as the row says. */
export function putManifest(
  { account, headers }: Asked,
  body: Buffer,
  kept: Pick<StoredObject, 'contentType' | 'metadata' | 'time'>,
): StoredObject {
  const rows: unknown = JSON.parse(body.toString('utf8'))
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > 1000) throw new Refusal(400, 'Invalid SLO Manifest File')
  const segments = rows.map(row => segmentOf(account, row))
  const etag = md5(segments.map(segment => segment.etag).join(''))
  if (headers['etag'] !== undefined && headers['etag'].replaceAll('"', '') !== etag) throw new Refusal(422, 'Unprocessable Entity')
  return { body: Buffer.alloc(0), etag, segments, ...kept }
}

function segmentOf(account: StoredAccount, row: unknown): StoredSegment {
  const { path, etag, size_bytes: bytes }: Readonly<Record<string, unknown>> = typeof row === 'object' && row !== null ? { ...row } : {}
  const [, container = '', name = ''] = /^\/?([^/]+)\/(.+)$/s.exec(String(path)) ?? []
  const found = account.containers.get(container)?.get(name)
  if (found === undefined) throw new Refusal(400, `Errors:\n${String(path)}, 404 Not Found\n`)
  if (etag !== undefined && etag !== null && etag !== found.etag) throw new Refusal(400, `Errors:\n${String(path)}, Etag Mismatch\n`)
  if (bytes !== undefined && bytes !== null && bytes !== sizeOf(found)) throw new Refusal(400, `Errors:\n${String(path)}, Size Mismatch\n`)
  return { container, name, bytes: sizeOf(found), etag: found.etag }
}

/** The bytes of all segments; refused as Swift does where one is gone or another. */
export function readSegments(account: StoredAccount, segments: readonly StoredSegment[]): Buffer {
  return Buffer.concat(
    segments.map(({ container, name, etag }) => {
      const segment = account.containers.get(container)?.get(name)
      if (segment === undefined || segment.etag !== etag) throw new Refusal(409, 'Conflict')
      return segment.body
    }),
  )
}

/** Deletes a manifest with its segments. */
export function deleteLarge({ account, response }: Asked, container: StoredContainer, name: string, { segments }: StoredObject): void {
  if (segments === undefined) throw new Refusal(400, 'Not an SLO manifest')
  for (const segment of segments) account.containers.get(segment.container)?.delete(segment.name)
  container.delete(name)
  const told = {
    'Response Status': '200 OK',
    'Response Body': '',
    'Number Deleted': segments.length + 1,
    'Number Not Found': 0,
    Errors: [],
  }
  reply(response, 200, { 'content-type': 'application/json' }, JSON.stringify(told))
}
