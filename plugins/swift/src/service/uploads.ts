import {
  FairleadError,
  inParallel,
  type BeginUpload,
  type Clock,
  type Entry,
  type Page,
  type PartReceipt,
  type PendingUpload,
  type UploadedParts,
  type UploadPart,
  type UploadState,
} from '@fairlead/core'
import { segmentFolder } from '../manifest.ts'
import { etagIn, nameOf, pathOf, type Kept } from '../mapping.ts'
import { sentBody } from './bodies.ts'
import type { Cluster } from './cluster.ts'
import type { Container } from './container.ts'
import { countOf, isRecord, recordsOf, textOf } from './json.ts'
import type { LargeObjects } from './large-objects.ts'
import { isLastPage, checkMetadata } from './limits.ts'
import type { Manifests } from './manifests.ts'
import type { Removal } from './removal.ts'
import { flatName, nameOfFlat, newUploadId, parseSegmentName, segmentName, startOfUpload, uploadFolder } from './segments.ts'
import type { Wire } from './wire.ts'
import { damaged } from './written.ts'

/** What uploads work with. */
export interface UploadsSetting {
  readonly wire: Wire
  readonly container: Container
  readonly root: string
  readonly large: LargeObjects
  readonly manifests: Manifests
  readonly removal: Removal
  readonly cluster: Cluster
  readonly clock: Clock
  readonly connection: string
}

interface State extends Kept {
  readonly upload: string
  readonly path: string
}

const listLimit = 10_000

/**
 * Uploads as static large objects. What has arrived are segments in a folder of the upload's own; nothing else is kept, so
 * an upload can be gone on with by whoever knows its id, and one that nobody completed is found by what no object names.
 */
export class Uploads {
  readonly #at: UploadsSetting

  constructor(setting: UploadsSetting) {
    this.#at = setting
  }

  async begin({ path, size, contentType, modified, metadata, sha256 }: BeginUpload, signal: AbortSignal): Promise<UploadState> {
    const { cluster, clock, connection, container, large } = this.#at
    checkMetadata(path, metadata)
    const info = await cluster.info()
    if (info !== undefined && info.staticLargeObjects === undefined) {
      throw new FairleadError('unsupported', `"${path}" needs segments, but the cluster does not support static large objects.`, {
        path,
        hint: `Send files in one request, up to 5 GiB, with \`fairlead client set ${connection} large-objects=none\`.`,
      })
    }
    await container.prepare(signal, large.segments)
    return {
      upload: newUploadId(clock.now()),
      path,
      ...(size !== undefined && { size }),
      ...(contentType !== undefined && { contentType }),
      ...(modified !== undefined && { modified: modified.toISOString() }),
      ...(metadata !== undefined && { metadata }),
      ...(sha256 !== undefined && { sha256 }),
    }
  }

  async part(state: UploadState, { number, offset, body }: UploadPart, signal: AbortSignal): Promise<PartReceipt> {
    const { wire, large } = this.#at
    const { upload, path } = parseState(state)
    const name = segmentName({ flat: this.#flat(path), upload, number, offset })
    const sent = await sentBody(body)
    const headers = { 'content-type': 'application/octet-stream', ...sent.headers }
    const answer = await wire.head({ method: 'PUT', container: large.segments, name, headers, body: sent.body, signal })
    const etag = etagIn(answer) ?? sent.md5()
    if (etag !== sent.md5()) throw damaged(path)
    return { number, offset, size: body.size ?? 0, etag }
  }

  async uploaded(state: UploadState, signal: AbortSignal): Promise<UploadedParts> {
    const { upload, path } = parseState(state)
    const receipts: PartReceipt[] = []
    for (const { name, bytes, etag } of await this.#segmentsOf(uploadFolder(this.#flat(path), upload), signal)) {
      const segment = parseSegmentName(name)
      if (segment !== undefined) receipts.push({ number: segment.number, offset: segment.offset, size: bytes, etag })
    }
    return { receipts }
  }

  async complete(state: UploadState, receipts: readonly PartReceipt[], signal: AbortSignal): Promise<Entry> {
    const { large, manifests, root } = this.#at
    const { upload, path, ...kept } = parseState(state)
    const flat = this.#flat(path)
    const segments = receipts.map(({ number, offset, size, etag }) => ({
      container: large.segments,
      name: segmentName({ flat, upload, number, offset }),
      bytes: size,
      etag: etag ?? '',
    }))
    return await manifests.put(nameOf(root, path), path, segments, kept, signal)
  }

  /** Frees what had arrived, unless an object is made of it: then the upload had been completed after all. */
  async abort(state: UploadState, signal: AbortSignal): Promise<void> {
    const { large, removal, root } = this.#at
    const { upload, path } = parseState(state)
    const folder = uploadFolder(this.#flat(path), upload)
    const used = await large.segmentsOf(nameOf(root, path), signal)
    if (used.some(({ name }) => name.startsWith(folder))) return
    const found = await this.#segmentsOf(folder, signal)
    await removal.free(
      found.map(segment => ({ ...segment, container: large.segments })),
      signal,
    )
  }

  /** Segments that no object names: uploads under way or given up, and what was replaced behind the back of this client. */
  async pending(cursor: string | undefined, signal: AbortSignal): Promise<Page<PendingUpload>> {
    const { large, root } = this.#at
    const rows = await this.#rows(`${segmentFolder}/`, cursor, signal)
    const uploads = new Map<string, { readonly flat: string; readonly upload: string }>()
    for (const { name } of rows) {
      const segment = parseSegmentName(name)
      if (segment !== undefined) uploads.set(uploadFolder(segment.flat, segment.upload), segment)
    }
    const items: PendingUpload[] = []
    await inParallel(
      Map.groupBy(uploads, ([, { flat }]) => flat),
      8,
      async ([flat, group]) => {
        const name = nameOfFlat(flat)
        if (name === undefined || (root !== '' && !name.startsWith(`${root}/`))) return
        const found = pathOf(root, name)
        if ('none' in found) return
        const used = await large.segmentsOf(name, signal)
        for (const [folder, { upload }] of group) {
          if (used.some(segment => segment.name.startsWith(folder))) continue
          const started = startOfUpload(upload)
          items.push({ state: { upload, path: found.path }, path: found.path, ...(started !== undefined && { started }) })
        }
      },
    )
    const last = rows.at(-1)?.name
    return { items, ...(!isLastPage(rows.length, listLimit) && last !== undefined && { cursor: last }) }
  }

  #flat(path: string): string {
    return flatName(nameOf(this.#at.root, path))
  }

  async #segmentsOf(folder: string, signal: AbortSignal) {
    const found: { name: string; bytes: number; etag: string }[] = []
    for (let marker: string | undefined; ;) {
      const rows = await this.#rows(folder, marker, signal)
      found.push(...rows)
      if (isLastPage(rows.length, listLimit)) return found
      marker = rows.at(-1)?.name
    }
  }

  async #rows(prefix: string, marker: string | undefined, signal: AbortSignal) {
    const { wire, large } = this.#at
    const query = { format: 'json', prefix, limit: String(listLimit), marker }
    const response = await wire.send({ container: large.segments, query, also: [404], signal })
    const rows = response.status === 200 ? recordsOf(await response.json()) : (await response.bytes(), [])
    return rows.map(row => ({ name: textOf(row['name']) ?? '', bytes: countOf(row['bytes']) ?? 0, etag: textOf(row['hash']) ?? '' }))
  }
}

/** The id becomes part of a name, so a state from a journal is checked before it is trusted. */
function parseState(state: UploadState): State {
  const { upload, path, contentType, modified, metadata, sha256 } = state
  if (typeof upload !== 'string' || typeof path !== 'string' || startOfUpload(upload) === undefined)
    throw new FairleadError('input-invalid', 'This is not an upload of the Swift client.', { hint: 'Push the file again.' })
  const pairs = isRecord(metadata)
    ? Object.entries(metadata).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    : undefined
  return {
    upload,
    path,
    contentType: textOf(contentType),
    modified: typeof modified === 'string' ? new Date(modified) : undefined,
    metadata: pairs === undefined ? undefined : Object.fromEntries(pairs),
    sha256: textOf(sha256),
  }
}
