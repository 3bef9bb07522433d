import {
  FairleadError,
  type ConnectionInit,
  type Context,
  type Entry,
  type HttpResponse,
  type ReadRequest,
  type ReadResult,
  type WriteRequest,
} from '@fairlead/core'
import type { options } from '../manifest.ts'
import { quotedEtag, storedChecksums, toEntry, toEtag, toHeaders, toKey } from '../mapping.ts'
import type { Buckets } from './buckets.ts'
import type { Conditions } from './conditions.ts'
import { payloadOf } from './payload.ts'
import { encodeQuery } from './signer.ts'
import type { Wire } from './wire.ts'

/** Bodies up to this are given in one piece: many times faster than a stream. */
const inOnePiece = 1024 * 1024

/** What the operations on objects share. */
export interface Store {
  readonly init: ConnectionInit<typeof options>
  readonly wire: Wire
  /** The prefix of all keys. */
  readonly root: string
  /** What settings put on everything that is written. */
  readonly constant: Readonly<Record<string, string>>
  readonly conditions: Conditions
  readonly buckets: Buckets
}

/** Single objects: looked at, read, written. */
export class Objects {
  readonly #store: Store
  readonly #trusted: boolean

  constructor(store: Store) {
    this.#store = store
    this.#trusted = store.init.settings.checksum !== 'none'
  }

  /** `not-found` when nothing is there. */
  async stat(path: string, context: Context, version?: string): Promise<Entry> {
    const response = await this.#store.wire.send(
      {
        method: 'HEAD',
        key: toKey(this.#store.root, path),
        ...(version !== undefined && { query: `versionId=${encodeQuery(version)}` }),
        headers: this.#trusted ? { 'x-amz-checksum-mode': 'ENABLED' } : {},
        path,
        permission: 's3:GetObject',
      },
      context,
    )
    return toEntry(path, response.headers, this.#trusted)
  }

  /** A small body comes in one piece, with the one checksum that is cheapest to hold it against. */
  async read(request: ReadRequest, context: Context): Promise<ReadResult> {
    const { path, range, ifMatch, version } = request
    if (range !== undefined && range.end === range.start) return await this.#readNothing(request, range.start, context)
    const headers: Record<string, string> = {}
    if (range !== undefined) headers.range = `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`
    else if (this.#trusted) headers['x-amz-checksum-mode'] = 'ENABLED'
    if (ifMatch !== undefined) headers['if-match'] = quotedEtag(ifMatch)
    const response = await this.#store.wire.send(
      {
        method: 'GET',
        key: toKey(this.#store.root, path),
        ...(version !== undefined && { query: `versionId=${encodeQuery(version)}` }),
        headers,
        path,
        permission: version === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
      },
      context,
    )
    const answered = response.headers
    if (range !== undefined && response.status !== 206) await this.#refuseWhole(request, response)
    const whole = toEntry(path, answered, this.#trusted)
    const cheapest = whole.checksums?.find(({ algorithm, scope }) => algorithm === 'crc32' && scope === 'object')
    const entry = cheapest === undefined ? whole : { ...whole, checksums: [cheapest] }
    const length = answered['content-length']
    return { entry, body: length !== undefined && Number(length) <= inOnePiece ? await response.bytes() : response.body }
  }

  /** A service may send everything where a range was asked for: no harm where everything was meant. */
  async #refuseWhole({ path, range }: ReadRequest, response: HttpResponse): Promise<void> {
    const size = Number(response.headers['content-length'])
    if (range === undefined || (range.start === 0 && (range.end === undefined || range.end >= size))) return
    await response.body.cancel()
    throw new FairleadError('unsupported', `The service sent all of "${path}" instead of the requested range.`, {
      path,
      hint: 'Check what is in front of the service: a proxy that drops Range breaks every resumed download.',
    })
  }

  /** A range of no bytes, which HTTP has no words for. */
  async #readNothing({ path, ifMatch, version }: ReadRequest, start: number, context: Context): Promise<ReadResult> {
    const entry = await this.stat(path, context, version)
    if (start > (entry.size ?? start))
      throw new FairleadError('range-invalid', `"${path}" has ${entry.size ?? 0} bytes, but the range starts at ${start}.`, {
        path,
        hint: 'Count bytes from 0.',
      })
    if (ifMatch !== undefined && toEtag(ifMatch) !== entry.etag)
      throw new FairleadError('precondition-failed', `"${path}" has changed.`, { path, hint: 'Read it again.' })
    return { entry, body: new Uint8Array(0) }
  }

  /** One request: whole or not at all. */
  async write(request: WriteRequest, context: Context): Promise<Entry> {
    const { wire, root, constant, conditions, buckets, init } = this.#store
    const { path, source, condition } = request
    const key = toKey(root, path)
    const headers = toHeaders(request, constant)
    const { protocol } = await wire.place()
    const { body, payload, headers: checks, size } = await payloadOf(source, init.settings.checksum, protocol === 'https:', context)
    const answered = await buckets.needed(async () => {
      if (condition !== undefined) await conditions.check(condition, key, path, context)
      const call = { method: 'PUT', key, headers: Object.assign(headers, checks), body, payload, path, permission: 's3:PutObject' } as const
      return await wire.write(call, context).catch((cause: unknown) => {
        throw condition?.if === 'match' && FairleadError.is(cause, 'not-found') && !wire.isMissingBucket(cause)
          ? nothingToMatch(cause, path)
          : cause
      })
    }, context)
    return written(request, size, answered)
  }
}

/** What is known of an object that was just written. */
function written({ path, contentType, modified, metadata }: WriteRequest, size: number, headers: Readonly<Record<string, string>>): Entry {
  const { etag, 'x-amz-version-id': version } = headers
  const checksums = storedChecksums(headers)
  return {
    path,
    kind: 'object',
    size,
    ...(modified !== undefined && { modified }),
    ...(etag !== undefined && { etag: toEtag(etag) }),
    ...(version !== undefined && { version }),
    ...(contentType !== undefined && { contentType }),
    ...(checksums.length > 0 && { checksums }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** A write that was to replace something which is not there. */
export function nothingToMatch(cause: FairleadError, path: string): FairleadError {
  return new FairleadError('precondition-failed', `There is nothing at "${path}" that could be replaced.`, {
    path,
    ...(cause.status !== undefined && { status: cause.status }),
    hint: 'Check what is there now with `fairlead ls`, then try again.',
    cause,
  })
}
