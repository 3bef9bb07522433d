import {
  FairleadError,
  type Entry, // @if list|read|write
  type Page, // @if list
  type Share, // @if share
} from '@fairlead/core'

/** An address below the service's own, each part quoted. */
export function toAddress(base: URL, parts: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): URL {
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`
  const address = new URL(`${folder}${parts.map(encodeURIComponent).join('/')}`, base)
  for (const [key, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(key, value)
  return address
}

/** The parts of the address of an object. */
export function objectParts(path: string): readonly string[] {
  return ['v1', 'files', ...path.split('/')]
}

// @if list|write
/** An object, or a folder, which has no size, as listings and writes tell of it. */
export function toEntry(json: unknown): Entry {
  const path = text(json, 'path')
  const size = field(json, 'size')
  if (size === undefined) return { path, kind: 'prefix' }
  return {
    path,
    kind: 'object',
    size: Number(size),
    etag: text(json, 'etag'),
    modified: new Date(text(json, 'modified')),
    checksums: [{ algorithm: 'sha256', value: text(json, 'sha256'), scope: 'object' }],
  }
}

// @end
// @if read
/** An object, as the headers of an answer tell of it; of a range they tell the size of the whole. */
export function toReadEntry(path: string, headers: Readonly<Record<string, string>>): Entry {
  const whole = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
  const { etag = '', 'content-type': contentType, 'last-modified': modified = '', 'x-shelf-sha256': sha256 } = headers
  return {
    path,
    kind: 'object',
    size: Number(whole ?? headers['content-length']),
    etag: etag.replaceAll('"', ''),
    modified: new Date(modified),
    ...(contentType !== undefined && { contentType }),
    ...(sha256 !== undefined && { checksums: [{ algorithm: 'sha256', value: sha256, scope: 'object' }] }),
  }
}

// @end
// @if list
/** A page of a listing. */
export function toPage(json: unknown): Page<Entry> {
  const next = field(json, 'next')
  return { items: items(json).map(toEntry), ...(typeof next === 'string' && { cursor: next }) }
}

// @end
// @if share
/** A link. */
export function toShare(json: unknown): Share {
  const expires = field(json, 'expires')
  return {
    id: text(json, 'id'),
    url: new URL(text(json, 'url')),
    path: text(json, 'path'),
    kind: 'public-link',
    created: new Date(text(json, 'created')),
    revocable: true,
    ...(typeof expires === 'string' && { expires: new Date(expires) }),
  }
}

// @end
// @if list|share
/** The items of an answer that has some. */
export function items(json: unknown): readonly unknown[] {
  const found = field(json, 'items')
  return Array.isArray(found) ? found : []
}

// @end
/** A text that an answer must have. */
export function text(json: unknown, name: string): string {
  const value = field(json, name)
  if (typeof value === 'string') return value
  throw new FairleadError('unexpected', `The service sent no "${name}", which is required.`, {
    hint: 'See what it sent with FAIRLEAD_LOG_LEVEL=debug, and tell the authors of this client.',
  })
}

function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined
}
