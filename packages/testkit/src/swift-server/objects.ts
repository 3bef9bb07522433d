import { bodyOf, Refusal, reply, withPrefix, type Asked } from './answer.ts'
import { deleteLarge, putManifest, readSegments } from './large-objects.ts'
import { md5, sizeOf, type StoredContainer, type StoredObject } from './store.ts'

/** Answers a request to one object. */
export async function answerObject(asked: Asked, container: StoredContainer | undefined, name: string): Promise<void> {
  const { method, response, headers, query } = asked
  if (method === 'PUT') {
    const body = await bodyOf(asked.request)
    if (container === undefined) throw new Refusal(404, 'Not Found')
    if (headers['if-none-match'] === '*' && container.get(name) !== undefined) throw new Refusal(412, 'Precondition Failed')
    const object = objectOf(asked, body)
    container.set(name, object)
    const etag = object.segments === undefined ? object.etag : `"${object.etag}"`
    return reply(response, 201, { etag, 'last-modified': httpDate(object.time) })
  }
  const object = container?.get(name)
  if (container === undefined || object === undefined) throw new Refusal(404, 'Not Found')
  if (method === 'DELETE') {
    if (query.get('multipart-manifest') === 'delete') return deleteLarge(asked, container, name, object)
    container.delete(name)
    return reply(response, 204)
  }
  if (method === 'POST') {
    container.set(name, { ...object, metadata: withPrefix(headers, 'x-object-meta-') })
    return reply(response, 202)
  }
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'Method Not Allowed')
  readObject(asked, object)
}

/** What a PUT makes: of its body, of a manifest, or of another object. */
function objectOf(asked: Asked, body: Buffer): StoredObject {
  const { headers, query } = asked
  const source = headers['x-copy-from']
  if (source !== undefined) return copyOf(asked, source)
  const kept = {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    metadata: withPrefix(headers, 'x-object-meta-'),
    time: Date.now(),
  }
  if (query.get('multipart-manifest') === 'put') return putManifest(asked, body, kept)
  const etag = md5(body)
  if (headers['etag'] !== undefined && headers['etag'].replaceAll('"', '') !== etag) throw new Refusal(422, 'Unprocessable Entity')
  return { body, etag, ...kept }
}

/** Content type and metadata come along; what the request says of them goes over it. */
function copyOf(asked: Asked, source: string): StoredObject {
  const { headers } = asked
  const [container = '', ...rest] = decodeURIComponent(source).replace(/^\//, '').split('/')
  const accountName = headers['x-copy-from-account']
  const account = accountName === undefined ? asked.account : asked.accountOf(decodeURIComponent(accountName))
  if (account === undefined) throw new Refusal(403, 'Forbidden')
  const from = account.containers.get(container)?.get(rest.join('/'))
  if (from === undefined) throw new Refusal(404, 'Not Found')
  const body = from.segments === undefined ? from.body : readSegments(account, from.segments)
  const { metadata, contentType } = from
  return { body, etag: md5(body), contentType, metadata: { ...metadata, ...withPrefix(headers, 'x-object-meta-') }, time: Date.now() }
}

function readObject({ response, headers, query, account, method }: Asked, object: StoredObject): void {
  const { segments, etag, time } = object
  if (segments !== undefined && query.get('multipart-manifest') === 'get') {
    const rows = segments.map(({ container, name, bytes, etag: hash }) => ({
      path: `/${container}/${name}`,
      etag: hash,
      size_bytes: bytes,
    }))
    return reply(response, 200, { 'content-type': 'application/json', 'x-static-large-object': 'True' }, JSON.stringify(rows))
  }
  const wanted = headers['if-match']
  if (wanted !== undefined && wanted !== '*' && wanted.replaceAll('"', '') !== etag) throw new Refusal(412, 'Precondition Failed')
  const size = sizeOf(object)
  const told = {
    ...object.metadata,
    'content-type': object.contentType,
    etag: segments === undefined ? etag : `"${etag}"`,
    'last-modified': httpDate(time),
    'x-timestamp': (time / 1000).toFixed(5),
    'accept-ranges': 'bytes',
    ...(segments !== undefined && { 'x-static-large-object': 'True' }),
  }
  if (method === 'HEAD') return reply(response, 200, { ...told, 'content-length': String(size) })
  const body = segments === undefined ? object.body : readSegments(account, segments)
  const range = rangeOf(headers['range'], size)
  if (range === undefined) return reply(response, 200, told, body)
  const [start, end] = range
  reply(response, 206, { ...told, 'content-range': `bytes ${start}-${end - 1}/${size}` }, body.subarray(start, end))
}

/** The bytes of a single range, the end excluded; undefined for the whole. A range beyond the end is refused. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size)
  if (start >= size) throw new Refusal(416, 'Requested Range Not Satisfiable', { 'content-range': `bytes */${size}` })
  return [start, end]
}

/** Swift rounds up, so that nothing seems older than it is. */
function httpDate(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toUTCString()
}
