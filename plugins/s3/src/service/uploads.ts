import {
  FairleadError,
  type BeginUpload,
  type Context,
  type Entry,
  type Page,
  type PartReceipt,
  type PendingUpload,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteCondition,
} from '@fairlead/core'
import { multipartEtag, storedChecksums, toCondition, toEntry, toEtag, toHeaders, toKey, toPath, quotedEtag } from '../mapping.ts'
import { decoder } from './listing.ts'
import { nothingToMatch, type Store } from './objects.ts'
import { payloadOf, payloadOfBytes } from './payload.ts'
import { encodeQuery } from './signer.ts'
import type { Call } from './wire.ts'
import { escapeXml, type Row } from './xml.ts'

/** Putting thousands of parts together takes the service minutes. */
export const patienceMs = 10 * 60 * 1000

/** What is kept of an upload. */
interface Upload {
  readonly path: string
  readonly uploadId: string
  /** Whether the service was told that parts come with their CRC. */
  readonly crc: boolean
  readonly condition?: WriteCondition
}

/** Bodies in parts: the service keeps the parts until they are made one object, or forgotten. */
export class Uploads {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async begin(request: BeginUpload, context: Context): Promise<UploadState> {
    const { root, constant, conditions, buckets, init } = this.#store
    const { path, condition } = request
    const { condition: _atEnd, ...attributes } = request
    const key = toKey(root, path)
    const checked = init.settings.checksum === 'crc32' ? { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' } : {}
    const headers = { ...toHeaders(attributes, constant), ...checked }
    const { uploadId, crc } = await buckets.needed(async () => {
      if (condition !== undefined) await conditions.check(condition, key, path, context)
      return await this.create(path, headers, context)
    }, context)
    return { path, uploadId, crc, ...(condition !== undefined && { condition }) }
  }

  /** Reserves an upload with these headers: its id, and whether the service said that it takes a CRC with each part. */
  async create(
    path: string,
    headers: Readonly<Record<string, string>>,
    context: Context,
  ): Promise<{ readonly uploadId: string; readonly crc: boolean }> {
    const { answer, headers: told } = await this.#store.wire.askFully(
      { ...this.#at(path), method: 'POST', query: 'uploads=', headers },
      context,
    )
    const { UploadId: uploadId = '' } = answer.fields
    if (uploadId === '') throw new FairleadError('unexpected', `The service started an upload of "${path}" without an ID.`, { path })
    return { uploadId, crc: told['x-amz-checksum-algorithm'] === 'CRC32' }
  }

  async part(state: UploadState, { number, offset, body: source, crc32 }: UploadPart, context: Context): Promise<PartReceipt> {
    const { wire, init } = this.#store
    const upload = uploadIn(state)
    const { protocol } = await wire.place()
    const { checksum } = init.settings
    // A body in parts has one kind of checksum, told when it began. With any other, the signed hash proves each part.
    const proof = upload.crc ? 'crc32' : checksum === 'md5' ? 'md5' : 'none'
    const { body, payload, headers, size } = await payloadOf(
      source,
      proof,
      protocol === 'https:' && (upload.crc || checksum === 'none'),
      context,
      crc32,
    )
    const query = `partNumber=${number}&uploadId=${encodeQuery(upload.uploadId)}`
    const response = await wire.send({ ...this.#at(upload.path), method: 'PUT', query, headers, body, payload }, context)
    const { etag = '' } = response.headers
    await response.bytes()
    return { number, offset, size, etag: toProof(etag, headers['x-amz-checksum-crc32']) }
  }

  async uploaded(state: UploadState, context: Context): Promise<UploadedParts> {
    const { path, uploadId } = uploadIn(state)
    const receipts: PartReceipt[] = []
    let offset = 0
    try {
      for (let marker = ''; ;) {
        const after = marker === '' ? '' : `part-number-marker=${encodeQuery(marker)}&`
        const { rows, fields } = await this.#store.wire.ask(
          {
            ...this.#at(path),
            permission: 's3:ListMultipartUploadParts',
            method: 'GET',
            query: `max-parts=1000&${after}uploadId=${encodeQuery(uploadId)}`,
          },
          context,
        )
        for (const { name, fields: part } of rows) {
          if (name !== 'Part') continue
          const size = Number(part.Size)
          receipts.push({ number: Number(part.PartNumber), offset, size, etag: toProof(part.ETag ?? '', part.ChecksumCRC32) })
          offset += size
        }
        if (fields.IsTruncated !== 'true' || fields.NextPartNumberMarker === undefined || fields.NextPartNumberMarker === marker) break
        marker = fields.NextPartNumberMarker
      }
    } catch (cause) {
      // A service that can't tell its parts gives nothing to go on with either.
      if (FairleadError.is(cause, 'not-found') || FairleadError.is(cause, 'unsupported')) return 'gone'
      throw cause
    }
    return { receipts }
  }

  async complete(state: UploadState, receipts: readonly PartReceipt[], context: Context): Promise<Entry> {
    const { path, uploadId, condition } = uploadIn(state)
    const size = receipts.reduce((sum, receipt) => sum + receipt.size, 0)
    try {
      return { ...(await this.finish(path, uploadId, receipts, condition, context)), size }
    } catch (cause) {
      if (!isEnded(cause) || this.#store.wire.isMissingBucket(cause)) throw cause
      // Of an upload that was completed before, and of which the answer was lost, the same is said: the object tells which of the two it is.
      if ((await this.uploaded(state, context)) === 'gone') {
        const own = await this.#completed(path, receipts, context)
        if (own !== undefined) return own
      } else if (condition?.if === 'match' && FairleadError.is(cause, 'not-found')) throw nothingToMatch(cause, path)
      throw cause
    }
  }

  /** What is stored, where it was made of exactly these parts. */
  async #completed(path: string, receipts: readonly PartReceipt[], context: Context): Promise<Entry | undefined> {
    const etag = multipartEtag(receipts.map(({ etag: proof = '' }) => proof.split(' ')[0] ?? ''))
    if (etag === undefined) return undefined
    try {
      const { headers } = await this.#store.wire.send({ ...this.#at(path), permission: 's3:GetObject', method: 'HEAD' }, context)
      const entry = toEntry(path, headers, false)
      return entry.etag === etag ? entry : undefined
    } catch (cause) {
      if (FairleadError.is(cause, 'not-found')) return undefined
      throw cause
    }
  }

  /** Makes the object of its parts. */
  async finish(
    path: string,
    uploadId: string,
    parts: ReadonlyArray<Pick<PartReceipt, 'number' | 'etag'>>,
    condition: WriteCondition | undefined,
    context: Context,
  ): Promise<Entry> {
    const list = parts.map(({ number, etag: proof = '' }) => {
      const [etag = '', crc] = proof.split(' ')
      const checksum = crc === undefined ? '' : `<ChecksumCRC32>${escapeXml(crc)}</ChecksumCRC32>`
      return `<Part>${checksum}<ETag>${escapeXml(quotedEtag(etag))}</ETag><PartNumber>${number}</PartNumber></Part>`
    })
    const text = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`
    const { body, payload } = payloadOfBytes(Buffer.from(text), 'none', false)
    const call: Call = {
      ...this.#at(path),
      method: 'POST',
      query: `uploadId=${encodeQuery(uploadId)}`,
      headers: { 'content-type': 'application/xml', ...(condition !== undefined && toCondition(condition)) },
      body,
      payload,
      idleTimeoutMs: patienceMs,
    }
    const { answer, headers } = await this.#store.wire.askFully(call, context)
    const { ETag: etag = '', ChecksumCRC32: crc, ChecksumType: type = '' } = answer.fields
    const version = headers['x-amz-version-id']
    const checksums = crc === undefined ? [] : storedChecksums({ 'x-amz-checksum-crc32': crc, 'x-amz-checksum-type': type || 'COMPOSITE' })
    return {
      path,
      kind: 'object',
      ...(etag !== '' && { etag: toEtag(etag) }),
      ...(version !== undefined && { version }),
      ...(checksums.length > 0 && { checksums }),
    }
  }

  async abort(state: UploadState, context: Context): Promise<void> {
    const { path, uploadId } = uploadIn(state)
    const call: Call = {
      ...this.#at(path),
      permission: 's3:AbortMultipartUpload',
      method: 'DELETE',
      query: `uploadId=${encodeQuery(uploadId)}`,
    }
    try {
      await (await this.#store.wire.send(call, context)).bytes()
    } catch (cause) {
      if (!FairleadError.is(cause, 'not-found')) throw cause
    }
  }

  async pending(cursor: string | undefined, context: Context): Promise<Page<PendingUpload>> {
    const { root, wire } = this.#store
    const after = new URLSearchParams(cursor)
    const [key, id] = [after.get('key'), after.get('id')]
    const query = [
      'encoding-type=url',
      ...(key === null ? [] : [`key-marker=${encodeQuery(key)}`]),
      'max-uploads=1000',
      `prefix=${encodeQuery(root)}`,
      ...(id === null ? [] : [`upload-id-marker=${encodeQuery(id)}`]),
      'uploads=',
    ].join('&')
    const answer = await wire.ask({ method: 'GET', query, permission: 's3:ListBucketMultipartUploads' }, context)
    const decode = decoder(answer)
    const items = answer.rows.flatMap(row => (row.name === 'Upload' ? pendingOf(row, toPath(root, decode(row.fields.Key ?? ''))) : []))
    if (answer.fields.IsTruncated !== 'true') return { items }
    const next = { key: decode(answer.fields.NextKeyMarker ?? ''), id: answer.fields.NextUploadIdMarker ?? '' }
    return { items, cursor: new URLSearchParams(next).toString() }
  }

  #at(path: string): Pick<Call, 'key' | 'path' | 'permission'> & { readonly key: string } {
    return { key: toKey(this.#store.root, path), path, permission: 's3:PutObject' }
  }
}

/** What is said of an upload that has been completed already, besides what is said of a condition that does not hold. */
function isEnded(cause: unknown): cause is FairleadError {
  return FairleadError.is(cause, 'not-found') || FairleadError.is(cause, 'precondition-failed')
}

/** What completing needs of a part, as its receipt keeps it: the etag, and the CRC where parts have one. */
function toProof(etag: string, crc: string | undefined): string {
  return crc === undefined || crc === '' ? toEtag(etag) : `${toEtag(etag)} ${crc}`
}

function pendingOf({ fields }: Row, path: string | undefined): PendingUpload[] {
  const { UploadId: uploadId = '', Initiated: initiated = '', ChecksumAlgorithm: algorithm } = fields
  if (path === undefined || uploadId === '') return []
  const started = new Date(initiated)
  return [{ path, state: { path, uploadId, crc: algorithm === 'CRC32' }, ...(!Number.isNaN(started.getTime()) && { started }) }]
}

/** What is handed back was written by an earlier process, so its form is checked. */
function uploadIn(state: UploadState): Upload {
  const { path, uploadId, crc, condition } = state
  if (typeof path !== 'string' || typeof uploadId !== 'string' || typeof crc !== 'boolean' || !isCondition(condition))
    throw new FairleadError('unexpected', "The state of an unfinished upload can't be read.", {
      hint: 'Put it away with `fairlead client clean`, then run the same command again.',
    })
  return { path, uploadId, crc, ...(condition !== undefined && { condition }) }
}

function isCondition(value: unknown): value is WriteCondition | undefined {
  if (value === undefined) return true
  if (typeof value !== 'object' || value === null || !('if' in value)) return false
  return value.if === 'absent' || (value.if === 'match' && 'etag' in value && typeof value.etag === 'string')
}
