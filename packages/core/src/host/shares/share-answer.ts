import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Entry } from '../../contract/entry.ts'
import type { ByteRange } from '../../contract/source.ts'

/** Types that no browser runs; everything else goes out as bytes. */
const harmless =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|tiff|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/(?:plain|csv)|application\/(?:json|pdf|zip|gzip|octet-stream))$/

/** How one request for an object is answered (RFC 9110). */
export interface ShareAnswer {
  readonly status: 200 | 206 | 304 | 416
  readonly headers: OutgoingHttpHeaders
  readonly range?: ByteRange
}

/** Plans the answer for an object from what it is and what was asked: validators first, then one range. */
export function planAnswer(entry: Entry, request: IncomingHttpHeaders): ShareAnswer {
  const etag = entry.etag === undefined ? undefined : quoted(entry.etag)
  const { size, modified } = entry
  const headers: OutgoingHttpHeaders = {
    'content-type': contentTypeOf(entry.contentType),
    'content-disposition': disposition(entry.path.slice(entry.path.lastIndexOf('/') + 1)),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    ...(etag !== undefined && { etag }),
    ...(modified !== undefined && { 'last-modified': modified.toUTCString() }),
  }
  if (etag !== undefined && matches(request['if-none-match'], etag)) return { status: 304, headers }
  if (size === undefined) return { status: 200, headers }
  const current = request['if-range'] === undefined || request['if-range'] === etag
  const range = current ? rangeOf(request.range, size) : undefined
  if (range === 'unsatisfiable') return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}`, 'content-length': 0 } }
  if (range === undefined) return { status: 200, headers: { ...headers, 'content-length': size } }
  const { start, end } = range
  return {
    status: 206,
    range,
    headers: { ...headers, 'content-length': end - start, 'content-range': `bytes ${start}-${end - 1}/${size}` },
  }
}

function contentTypeOf(type = ''): string {
  const plain = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!harmless.test(plain)) return 'application/octet-stream'
  return plain.startsWith('text/') ? `${plain}; charset=utf-8` : plain
}

/** A file name for every browser: ASCII for the old, RFC 8187 for the others. */
function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const extended = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`
}

function quoted(etag: string): string {
  if (/^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(etag)) return etag
  return `"${/^[\x21\x23-\x7e]*$/.test(etag) ? etag : Buffer.from(etag).toString('base64url')}"`
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const weak = (tag: string) => tag.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some(tag => weak(tag) === weak(etag))
}

/** One range of bytes; several, or what is no range, are answered whole, as RFC 9110 allows. */
function rangeOf(header: string | undefined, size: number): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const count = Number(last)
    return count === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - count), end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return undefined
  return start >= size ? 'unsatisfiable' : { start, end }
}
