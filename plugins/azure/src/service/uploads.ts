import {
  FairleadError,
  type BeginUpload,
  type Clock,
  type Entry,
  type Page,
  type PartReceipt,
  type PendingUpload,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteAttributes,
  type WriteCondition,
} from '@fairlead/core'
import { AzureFailure } from '../errors.ts'
import { attributeHeaders, conditionHeaders, toEntry, toPath } from '../mapping.ts'
import { blockId, blockList, newUploadId, parseBlockId } from './block-ids.ts'
import { listBlobs } from './listing.ts'
import { blobOf, held, md5Of, toldAttributes, type Place } from './objects.ts'
import { elementsOf, textOf } from './xml.ts'

/** A block that was sent and is part of no blob yet. */
interface Uncommitted {
  readonly id: string
  readonly size: number
}

/**
 * Uploads in parts: a part is a block of the target itself, not committed, which nobody sees. Committing makes the blob of exactly
 * the blocks of one upload. The service then drops all others that wait at that path, and there is no way to drop one alone.
 */
export class Uploads {
  readonly #place: Place
  readonly #clock: Clock

  constructor(place: Place, clock: Clock) {
    this.#place = place
    this.#clock = clock
  }

  begin({ path, contentType, modified, metadata, condition, sha256, size }: BeginUpload): UploadState {
    const attributes = { path, contentType, modified: modified?.toISOString(), metadata, condition, sha256 }
    // What does not fit is told now, not after the last byte.
    attributeHeaders(attributesOf(attributes), size, this.#place.defaults)
    return { upload: newUploadId(this.#clock.now()), attributes }
  }

  async part(state: UploadState, { number, offset, body }: UploadPart, signal: AbortSignal): Promise<PartReceipt> {
    const { wire, container, checksum } = this.#place
    const { upload, attributes } = read(state)
    const bytes = await held(body)
    const size = (bytes instanceof Uint8Array ? bytes.byteLength : bytes.size) ?? 0
    const md5 = checksum && bytes instanceof Uint8Array ? md5Of(bytes) : undefined
    await container.ensured(signal, async () =>
      wire.send({
        method: 'PUT',
        blob: blobOf(this.#place, attributes.path),
        query: { comp: 'block', blockid: blockId(upload, number) },
        headers: md5 === undefined ? {} : { 'content-md5': md5 },
        body: bytes,
        signal,
      }),
    )
    return { number, offset, size }
  }

  async uploaded(state: UploadState, signal: AbortSignal): Promise<UploadedParts> {
    const { upload, attributes } = read(state)
    const receipts: PartReceipt[] = []
    for (const { id, size } of await this.#uncommitted(attributes.path, signal)) {
      const block = parseBlockId(id)
      // Where it begins follows from the number; the host knows the size of a part.
      if (block?.upload === upload) receipts.push({ number: block.part, offset: (block.part - 1) * size, size })
    }
    return receipts.length === 0 ? 'gone' : { receipts: receipts.toSorted((a, b) => a.number - b.number) }
  }

  async complete(state: UploadState, receipts: readonly PartReceipt[], signal: AbortSignal): Promise<Entry> {
    const { wire, defaults } = this.#place
    const { upload, attributes } = read(state)
    const size = receipts.reduce((sum, part) => sum + part.size, 0)
    const body = blockList(receipts.map(({ number }) => blockId(upload, number)))
    const { headers } = await wire.send({
      method: 'PUT',
      blob: blobOf(this.#place, attributes.path),
      query: { comp: 'blocklist' },
      headers: {
        'content-type': 'application/xml',
        ...attributeHeaders(attributes, size, defaults),
        ...conditionHeaders(attributes.condition),
      },
      body,
      signal,
    })
    // The type and the MD5 of this answer are those of the list.
    const { 'content-type': _type, 'content-md5': _md5, ...own } = headers
    return { ...toEntry(attributes.path, own, size), ...toldAttributes(attributes) }
  }

  /**
   * An upload of this machine is left to the service, which drops its blocks after a week: whatever drops them sooner shows
   * something at the path, or drops what others are sending. One that was found by a listing is taken away all the same where
   * nothing else is at its path: by an empty blob that is deleted at once.
   */
  async abort(state: UploadState, signal: AbortSignal): Promise<void> {
    const { upload, attributes, found } = read(state)
    if (!found) return
    const waiting = await this.#uncommitted(attributes.path, signal)
    if (waiting.length === 0 || waiting.some(({ id }) => parseBlockId(id)?.upload !== upload)) return
    const { wire } = this.#place
    const blob = blobOf(this.#place, attributes.path)
    try {
      const headers = { 'content-type': 'application/xml', 'if-none-match': '*' }
      const made = await wire.send({ method: 'PUT', blob, query: { comp: 'blocklist' }, headers, body: blockList([]), signal })
      await wire.send({ method: 'DELETE', blob, headers: { 'if-match': made.headers['etag'] ?? '*' }, signal })
    } catch (cause) {
      // Somebody wrote there in between, and so dropped the blocks.
      if (!(cause instanceof AzureFailure) || (cause.status !== 409 && cause.status !== 412)) throw cause
    }
  }

  /** Blobs of which there are blocks only, and uploads of ours among those. */
  async list(cursor: string | undefined, signal: AbortSignal): Promise<Page<PendingUpload>> {
    const { root } = this.#place
    const { items, next } = await listBlobs(this.#place, { prefix: root, include: 'uncommittedblobs', marker: cursor }, signal)
    const found: PendingUpload[] = []
    for (const { name, kind, xml } of items) {
      const path = toPath(root, name)
      // A blob without any committed block has no bytes; one that is just empty has their MD5.
      const bare = textOf(xml, 'Content-Length') === '0' && (textOf(xml, 'Content-MD5') ?? '') === ''
      if (kind !== 'Blob' || path === undefined || !bare) continue
      const started = new Map<string, Date>()
      for (const { id } of await this.#uncommitted(path, signal)) {
        const block = parseBlockId(id)
        if (block !== undefined) started.set(block.upload, block.started)
      }
      for (const [upload, time] of started) found.push({ path, started: time, state: { upload, attributes: { path }, found: true } })
    }
    return { items: found, ...(next !== undefined && { cursor: next }) }
  }

  async #uncommitted(path: string, signal: AbortSignal): Promise<readonly Uncommitted[]> {
    try {
      const query = { comp: 'blocklist', blocklisttype: 'uncommitted' }
      const xml = await (await this.#place.wire.send({ method: 'GET', blob: blobOf(this.#place, path), query, signal })).text()
      return [...elementsOf(xml, ['Block'])].map(({ inner }) => ({ id: textOf(inner, 'Name') ?? '', size: Number(textOf(inner, 'Size')) }))
    } catch (cause) {
      if (cause instanceof AzureFailure && cause.status === 404) return []
      throw cause
    }
  }
}

function attributesOf(kept: Readonly<Record<string, unknown>>): WriteAttributes {
  const { path, contentType, modified, metadata, condition, sha256 } = kept
  return {
    path: String(path),
    ...(typeof contentType === 'string' && { contentType }),
    ...(typeof modified === 'string' && { modified: new Date(modified) }),
    ...(isRecord(metadata) && { metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])) }),
    ...(isRecord(condition) && { condition: conditionOf(condition) }),
    ...(typeof sha256 === 'string' && { sha256 }),
  }
}

function conditionOf({ if: when, etag }: Readonly<Record<string, unknown>>): WriteCondition {
  return when === 'match' ? { if: 'match', etag: String(etag) } : { if: 'absent' }
}

/** The state as `begin` and `list` make it, after its way through JSON. */
function read(state: UploadState): { readonly upload: string; readonly attributes: WriteAttributes; readonly found: boolean } {
  const { upload, attributes, found } = state
  if (typeof upload !== 'string' || !isRecord(attributes))
    throw new FairleadError('not-found', 'The state of the unfinished upload does not belong to this client.', {
      hint: 'Send the object again.',
    })
  return { upload, attributes: attributesOf(attributes), found: found === true }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
