import { FairleadError, type Entry, type ListRequest, type Log, type Page } from '@fairlead/core'
import { AzureFailure } from '../errors.ts'
import { describe, toName, toPath } from '../mapping.ts'
import type { Place } from './objects.ts'
import { elementsOf, textOf, unescapeXml } from './xml.ts'

/** The most of a page: https://learn.microsoft.com/rest/api/storageservices/list-blobs */
const pageItems = 5000

/** One blob or folder as the listing has it. */
export interface Listed {
  readonly name: string
  readonly kind: 'Blob' | 'BlobPrefix'
  /** The rest of what the listing says of it. */
  readonly xml: string
}

/** What a page is asked for. */
export interface ListBlobs {
  readonly prefix: string
  readonly delimiter?: '/'
  readonly include: string
  readonly marker?: string | undefined
  readonly limit?: number | undefined
}

/** One page of a container's blobs, in the service's order. */
export async function listBlobs(
  { wire }: Pick<Place, 'wire'>,
  { prefix, delimiter, include, marker, limit }: ListBlobs,
  signal: AbortSignal,
): Promise<{ readonly items: readonly Listed[]; readonly next: string | undefined }> {
  const response = await wire.send({
    method: 'GET',
    query: {
      restype: 'container',
      comp: 'list',
      include,
      maxresults: String(Math.min(limit ?? pageItems, pageItems)),
      ...(prefix !== '' && { prefix }),
      ...(delimiter !== undefined && { delimiter }),
      ...(marker !== undefined && { marker }),
    },
    signal,
  })
  const xml = await response.text()
  if (!xml.includes('<EnumerationResults') || !/<\/EnumerationResults>\s*$/.test(xml.slice(-1000))) throw noListing()
  const items: Listed[] = []
  for (const { name, inner } of elementsOf(xml, ['Blob', 'BlobPrefix'])) {
    items.push({ name: nameIn(inner), kind: name === 'Blob' ? 'Blob' : 'BlobPrefix', xml: inner })
  }
  // The last one's: a name in a page may hold anything.
  const next = textOf(xml.slice(xml.lastIndexOf('<NextMarker>')), 'NextMarker')
  return { items, next: next === undefined || next === '' ? undefined : next }
}

/** What is not the whole of a page would be taken for the end of the listing, and what is missing for deleted. */
function noListing(): FairleadError {
  return new FairleadError('unexpected', 'The service answered a listing with something that is none.', {
    hint: 'Check what is between this machine and the service, such as a proxy, and run the same command again.',
  })
}

/** Names that XML can't have are written as in an address. What can't be read is a name that no path has. */
function nameIn(xml: string): string {
  const start = xml.indexOf('<Name')
  const open = xml.indexOf('>', start)
  const text = unescapeXml(xml.slice(open + 1, xml.indexOf('</Name>', open)))
  if (!xml.slice(start, open).includes('Encoded="true"')) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    if (cause instanceof URIError) return `//${text}`
    throw cause
  }
}

/** What a listing says of metadata, by the names the service keeps. */
function metadataIn(xml: string): Record<string, string> {
  const block = /<Metadata>([^]*)<\/Metadata>/.exec(xml)?.[1]
  const raw: Record<string, string> = {}
  if (block === undefined) return raw
  for (const [, name, value] of block.matchAll(/<([A-Za-z0-9_]+)(?: Encoded="true")?>([^<]*)<\/\1>/g)) {
    if (name !== undefined) raw[name.toLowerCase()] = unescapeXml(value ?? '')
  }
  return raw
}

/** Folders and what is below them, page by page. */
export class Listings {
  readonly #place: Place
  readonly #log: Log
  #warned = false

  constructor(place: Place, log: Log) {
    this.#place = place
    this.#log = log
  }

  async page(request: ListRequest, cursor: string | undefined, signal: AbortSignal): Promise<Page<Entry>> {
    const { root } = this.#place
    const { prefix, recursive, versions } = request
    const folder = prefix === '' ? root : `${toName(root, prefix)}/`
    const from = parseCursor(cursor)
    const { items, next } = await this.#listed(
      {
        prefix: folder,
        ...(!recursive && { delimiter: '/' }),
        include: versions === true ? 'metadata,versions' : 'metadata',
        marker: from.marker,
        limit: request.limit,
      },
      signal,
    )
    if (versions === true) return this.#versions([...from.held, ...items], next)
    const entries = items.flatMap(item => this.#entry(item, recursive) ?? [])
    return { items: inOrder(entries), ...(next !== undefined && { cursor: JSON.stringify({ marker: next }) }) }
  }

  /** A container that the first write is to make is empty until then. */
  async #listed(request: ListBlobs, signal: AbortSignal): ReturnType<typeof listBlobs> {
    try {
      return await listBlobs(this.#place, request, signal)
    } catch (cause) {
      if (!this.#place.container.comes || !(cause instanceof AzureFailure) || cause.code !== 'ContainerNotFound') throw cause
      return { items: [], next: undefined }
    }
  }

  /**
   * The service lists versions oldest first, and they are wanted newest first: the blob at the end of a page, which may go on in
   * the next one, is held back until then.
   */
  #versions(items: readonly Listed[], next: string | undefined): Page<Entry> {
    const last = items.at(-1)?.name
    const held = next === undefined ? [] : items.filter(({ name }) => name === last)
    const groups = Map.groupBy(items.slice(0, items.length - held.length), ({ name }) => name)
    const entries = [...groups.values()].flatMap(group => group.toReversed().flatMap(item => this.#entry(item, true) ?? []))
    return { items: entries, ...(next !== undefined && { cursor: JSON.stringify({ marker: next, held }) }) }
  }

  /** Undefined for what has no path, and for folders where only objects are wanted. */
  #entry({ name, kind, xml }: Listed, recursive: boolean): Entry | undefined {
    const { root } = this.#place
    if (name === root) return undefined
    const folder = kind === 'BlobPrefix' || name.endsWith('/')
    const path = toPath(root, folder ? name.replace(/\/$/, '') : name)
    if (path === undefined) return this.#leftOut(name)
    // A blob whose name ends with a slash marks an empty folder: one level up the folder itself is listed.
    if (folder) return kind === 'BlobPrefix' && !recursive ? { path, kind: 'prefix' } : undefined
    const metadataAt = xml.indexOf('<Metadata>')
    const own = metadataAt < 0 ? xml : xml.slice(0, metadataAt)
    const version = textOf(own, 'VersionId')
    const size = textOf(own, 'Content-Length')
    const entry = describe(path, metadataAt < 0 ? {} : metadataIn(xml.slice(metadataAt)), {
      size: size === undefined ? undefined : Number(size),
      etag: textOf(own, 'Etag'),
      modified: textOf(own, 'Last-Modified'),
      contentType: textOf(own, 'Content-Type'),
      md5: textOf(own, 'Content-MD5'),
      ...(version !== undefined && { version, latest: textOf(own, 'IsCurrentVersion') === 'true' }),
    })
    // A hierarchical namespace also lists its directories as blobs; one level up each is there as a folder anyway.
    return entry.kind === 'prefix' ? undefined : entry
  }

  #leftOut(name: string): undefined {
    if (!this.#warned) this.#log.warn('left out blobs whose names are not valid paths, such as names with an empty part', { name })
    this.#warned = true
    return undefined
  }
}

function parseCursor(cursor: string | undefined): { readonly marker: string | undefined; readonly held: readonly Listed[] } {
  if (cursor === undefined) return { marker: undefined, held: [] }
  const { marker, held }: { readonly marker: string; readonly held?: readonly Listed[] } = JSON.parse(cursor)
  return { marker, held: held ?? [] }
}

/** Ascending by UTF-8 bytes. The service's order differs from it in names with characters beyond U+FFFF, and an emulator gives folders last. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  const keys = entries.map(({ path, kind }) => (kind === 'prefix' ? `${path}/` : path))
  const astral = keys.some(key => /[\ud800-\udfff]/.test(key))
  if (!astral && keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') <= key)) return entries
  const ranked = entries.map((entry, index) => ({ entry, bytes: Buffer.from(keys[index] ?? '') }))
  return ranked.toSorted((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ entry }) => entry)
}
