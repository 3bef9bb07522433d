import type { Capabilities, Checksum, Entry } from '@fairlead/core'
import { segmentFolder } from './manifest.ts'

/** Header values are bytes to node:http, written and read as latin1; Swift keeps UTF-8 in them. */
export function toHeader(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

/** The text of a header value that holds UTF-8. */
export function fromHeader(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8')
}

/** One segment of an address, so strictly that every signer and every server reads it alike. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The name of an object in an address. */
export function encodeName(name: string): string {
  return name.split('/').map(encodeSegment).join('/')
}

/** The name of the object of a path below the root. */
export function nameOf(root: string, path: string): string {
  return root === '' ? path : `${root}/${path}`
}

/** Why a name is no path of ours: what other tools put beside objects, or what no path can be. */
export type NoPath = 'marker' | 'segment' | 'unusual'

/** The path of an object's name below the root, or why it has none. Names that end in a slash stand for folders. */
export function pathOf(root: string, name: string): { readonly path: string } | { readonly none: NoPath } {
  if (root === '' && name.startsWith(`${segmentFolder}/`)) return { none: 'segment' }
  if (name.endsWith('/')) return { none: 'marker' }
  const path = root === '' ? name : name.slice(root.length + 1)
  const unusual = path.split('/').some(segment => segment === '' || segment === '.' || segment === '..')
  return unusual || path.includes('\0') ? { none: 'unusual' } : { path }
}

const metadataPrefix = 'x-object-meta-'
/** What we keep of an object ourselves. `mtime` is what rclone and python-swiftclient call it. */
const own = { mtime: 'mtime', sha256: 'sha256' }

/** `_` comes back as `-`, since servers can't tell the two apart; so it is written `%5f`, and `%` is written `%25`. */
function toKey(key: string): string {
  return key.toLowerCase().replace(/[%_]/g, character => (character === '%' ? '%25' : '%5f'))
}

function fromKey(key: string): string {
  return key.replace(/%(25|5f)/gi, (_whole, hex: string) => (hex === '25' ? '%' : '_'))
}

/** What is kept with an object, as headers. */
export interface Kept {
  readonly contentType?: string | undefined
  readonly modified?: Date | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly sha256?: string | undefined
}

/** The headers of a PUT that keep it. */
export function keptHeaders({ contentType, modified, metadata = {}, sha256 }: Kept): Record<string, string> {
  return {
    'content-type': contentType ?? 'application/octet-stream',
    ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [metadataPrefix + toKey(key), toHeader(value)])),
    ...(modified !== undefined && { [metadataPrefix + own.mtime]: (modified.getTime() / 1000).toFixed(3) }),
    ...(sha256 !== undefined && { [metadataPrefix + own.sha256]: sha256 }),
  }
}

type Headers = Readonly<Record<string, string>>

/** What was kept, out of the headers of an answer. */
export function keptIn(headers: Headers): Kept {
  const contentType = headers['content-type']
  const mtime = headers[metadataPrefix + own.mtime]
  const sha256 = headers[metadataPrefix + own.sha256]
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(metadataPrefix))
    .map(([name, value]): [string, string] => [fromKey(name.slice(metadataPrefix.length)), fromHeader(value)])
    .filter(([key]) => key !== own.mtime && key !== own.sha256)
  return {
    ...(contentType !== undefined && { contentType }),
    ...(mtime !== undefined && /^\d{1,12}(\.\d+)?$/.test(mtime) && { modified: new Date(Math.round(Number(mtime) * 1000)) }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    ...(sha256 !== undefined && isHex(sha256, 64) && { sha256 }),
  }
}

/** The etag of an answer without the quotes that some of them have. */
export function etagIn(headers: Headers): string | undefined {
  return headers['etag']?.replace(/^(?:W\/)?"|"$/g, '')
}

/** Whether an answer is of an object in segments. Its etag is then no MD5 of the whole. */
function isLarge(headers: Headers): boolean {
  return headers['x-static-large-object'] !== undefined || headers['x-object-manifest'] !== undefined
}

/** The checksums that an etag and a kept SHA-256 are. */
export function checksumsOf(etag: string | undefined, large: boolean, sha256: string | undefined): readonly Checksum[] {
  return [
    ...(etag !== undefined && !large && isHex(etag, 32) ? [{ algorithm: 'md5', value: etag, scope: 'object' } as const] : []),
    ...(sha256 === undefined ? [] : [{ algorithm: 'sha256', value: sha256, scope: 'object' } as const]),
  ]
}

/** What HEAD and GET tell of an object. */
export function entryOf(path: string, headers: Headers): Entry {
  const { contentType, modified, metadata, sha256 } = keptIn(headers)
  const size = sizeIn(headers)
  const etag = etagIn(headers)
  const changed = modified ?? dateIn(headers)
  const checksums = checksumsOf(etag, isLarge(headers), sha256)
  return {
    path,
    kind: 'object',
    ...(size !== undefined && { size }),
    ...(changed !== undefined && { modified: changed }),
    ...(etag !== undefined && { etag }),
    ...(contentType !== undefined && { contentType }),
    ...(checksums.length > 0 && { checksums }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** Bytes of the whole object; of a part the total that Content-Range names. */
function sizeIn(headers: Headers): number | undefined {
  const total = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? headers['content-length']
  return total === undefined ? undefined : Number(total)
}

/** X-Timestamp has what Last-Modified rounds away. */
export function dateIn(headers: Headers): Date | undefined {
  const seconds = Number(headers['x-timestamp'] ?? Number.NaN)
  if (Number.isFinite(seconds)) return new Date(Math.round(seconds * 1000))
  const date = new Date(headers['last-modified'] ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}

function isHex(text: string, digits: number): boolean {
  return text.length === digits && /^[0-9a-f]+$/.test(text)
}

/** What a connection can do: paths as long as the root leaves room for, and parts only where there are large objects. */
export function narrowed(capabilities: Capabilities, root: string, largeObjects: boolean): Capabilities {
  const { paths, write } = capabilities
  const taken = root === '' ? 0 : Buffer.byteLength(root) + 1
  return {
    ...capabilities,
    paths: { ...paths, pathBytes: paths.pathBytes - taken, segmentBytes: paths.segmentBytes - taken },
    ...(write !== false && !largeObjects && { write: { ...write, resumable: false, maxBytes: 5 * 1024 ** 3 } }),
  }
}
