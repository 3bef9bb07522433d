import { FairleadError, inParallel, type Context, type CopyRequest, type Entry, type PartReceipt } from '@fairlead/core'
import { partLimits } from '../manifest.ts'
import { quotedEtag, toCondition, toEtag, toHeaders, toKey } from '../mapping.ts'
import type { Store } from './objects.ts'
import { payloadOfBytes } from './payload.ts'
import type { Place } from './place.ts'
import { encodeKey, encodeQuery } from './signer.ts'
import { patienceMs, type Uploads } from './uploads.ts'
import type { Call } from './wire.ts'
import { readTags } from './xml.ts'

/** The most that one request copies. */
const oneRequestBytes = partLimits.partBytes[1]
/** A part of a copy moves no byte through here, so it is as big as it may be while several go at once. */
const copyPartBytes = 512 * 1024 * 1024
const partsAtOnce = 8
/** Headers of an object that CopyObject keeps by itself, and a copy in parts must be told. */
const keptHeaders = ['content-type', 'cache-control', 'content-encoding', 'content-disposition', 'content-language', 'expires']

/** More than the ten tags of an object take. */
const tagBytes = 65_536
/** What a service says that has nothing to tell of tags. */
const notShown = ['not-found', 'permission-denied', 'unsupported', 'input-invalid'] as const

/** Where an object lies that is copied from. */
export interface CopySource {
  readonly store: Store
  readonly path: string
}

/** Copies within the service. */
export class Copies {
  readonly #store: Store
  readonly #uploads: Uploads

  constructor(store: Store, uploads: Uploads) {
    this.#store = store
    this.#uploads = uploads
  }

  async copy(request: CopyRequest, context: Context): Promise<Entry> {
    return await this.#copy({ store: this.#store, path: request.from }, request, context)
  }

  /** From another bucket; undefined where the service can't reach it with these keys. */
  async copyFrom(source: CopySource, request: CopyRequest, context: Context): Promise<Entry | undefined> {
    const [here, there] = [await this.#store.wire.place(), await source.store.wire.place()]
    if (!sameService(here, there)) return undefined
    try {
      return await this.#copy(source, request, context)
    } catch (cause) {
      // The other bucket may be open to the other connection's keys only.
      if (FairleadError.is(cause, 'permission-denied') || FairleadError.is(cause, 'unsupported')) return undefined
      throw cause
    }
  }

  async #copy(source: CopySource, request: CopyRequest, context: Context): Promise<Entry> {
    const { conditions, root, buckets } = this.#store
    const { to, condition, ifMatch } = request
    const key = toKey(root, to)
    return await buckets.needed(async () => {
      if (condition !== undefined) {
        await conditions.check(condition, key, to, context)
        if (!(await conditions.found(key, to, context)).copy) return await this.#inParts(source, request, context)
      }
      if (ifMatch !== undefined && !(await conditions.holdsSources(key, to, context)))
        checkSource(source, await this.#look(source, context), ifMatch)
      try {
        return await this.#inOne(source, request, context)
      } catch (cause) {
        if (!FairleadError.is(cause, 'input-invalid')) throw cause
        // What is too big for one request is said in different words everywhere: its size tells.
        const size = Number((await this.#look(source, context))['content-length'])
        if (size <= oneRequestBytes) throw cause
        return await this.#inParts(source, request, context)
      }
    }, context)
  }

  async #inOne(source: CopySource, { to, condition, ifMatch }: CopyRequest, context: Context): Promise<Entry> {
    const { constant, wire, root } = this.#store
    const headers: Record<string, string> = { ...constant, 'x-amz-copy-source': await addressOf(source) }
    if ('x-amz-tagging' in headers) headers['x-amz-tagging-directive'] = 'REPLACE'
    if (condition !== undefined) Object.assign(headers, toCondition(condition))
    if (ifMatch !== undefined) headers['x-amz-copy-source-if-match'] = quotedEtag(ifMatch)
    const call: Call = {
      method: 'PUT',
      key: toKey(root, to),
      headers,
      path: to,
      permission: 's3:GetObject and s3:PutObject',
      idleTimeoutMs: patienceMs,
    }
    const { answer, headers: told } = await wire.askFully(call, context).catch((cause: unknown) => {
      // Where the bucket itself is missing, whoever makes buckets must know the error again.
      throw wire.isMissingBucket(cause) ? cause : sourceMissing(cause, source)
    })
    return entryOf(to, answer.fields, told['x-amz-version-id'])
  }

  /** A copy whose end is decided in one step, and the only way above 5 GiB. The source's etag keeps two versions from being mixed. */
  async #inParts(source: CopySource, { to, condition, ifMatch }: CopyRequest, context: Context): Promise<Entry> {
    const { constant, wire, root } = this.#store
    const from = await this.#look(source, context)
    if (ifMatch !== undefined) checkSource(source, from, ifMatch)
    const size = Number(from['content-length'])
    const headers: Record<string, string> = { ...constant }
    for (const name in from) if (name.startsWith('x-amz-meta-') || keptHeaders.includes(name)) headers[name] = from[name] ?? ''
    if (!('x-amz-tagging' in headers)) {
      const tags = await this.#tags(source, from, context)
      if (tags !== '') headers['x-amz-tagging'] = tags
    }
    if (size === 0) return await this.#empty(to, headers, condition, context)
    const { uploadId } = await this.#uploads.create(to, headers, context)
    const copySource = await addressOf(source)
    const partBytes = Math.max(copyPartBytes, Math.ceil(size / partLimits.maxParts))
    const numbers = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => index + 1)
    const parts: Array<Pick<PartReceipt, 'number' | 'etag'>> = []
    const copyPart = async (number: number): Promise<void> => {
      const start = (number - 1) * partBytes
      const call: Call = {
        method: 'PUT',
        key: toKey(root, to),
        query: `partNumber=${number}&uploadId=${encodeQuery(uploadId)}`,
        headers: {
          'x-amz-copy-source': copySource,
          'x-amz-copy-source-if-match': quotedEtag(toEtag(from.etag ?? '')),
          'x-amz-copy-source-range': `bytes=${start}-${Math.min(start + partBytes, size) - 1}`,
        },
        path: to,
        permission: 's3:GetObject and s3:PutObject',
        idleTimeoutMs: patienceMs,
      }
      const { fields } = await wire.ask(call, context)
      parts.push({ number, etag: toEtag(fields.ETag ?? '') })
    }
    try {
      // A part that arrives after the upload was put away would stay, and cost money: none is under way by then.
      await inParallel(numbers, partsAtOnce, copyPart)
      const ordered = parts.toSorted((a, b) => a.number - b.number)
      return { ...(await this.#uploads.finish(to, uploadId, ordered, condition, context)), size }
    } catch (cause) {
      // Without the caller's signal: an upload is put away just when that was raised.
      await this.#uploads.abort({ path: to, uploadId, crc: false }, { signal: AbortSignal.timeout(30_000) }).catch((failure: unknown) => {
        this.#store.init.host.log.warn('the parts of a copy could not be put away; `fairlead client clean` removes them', {
          path: to,
          reason: String(failure),
        })
      })
      throw cause
    }
  }

  /** No part may be empty. */
  async #empty(
    to: string,
    headers: Readonly<Record<string, string>>,
    condition: CopyRequest['condition'],
    context: Context,
  ): Promise<Entry> {
    const { wire, root } = this.#store
    const { body, payload } = payloadOfBytes(new Uint8Array(0), 'none', false)
    const sent = { ...toHeaders({ path: to, ...(condition !== undefined && { condition }) }, headers) }
    const { etag = '', 'x-amz-version-id': version } = await wire.write(
      { method: 'PUT', key: toKey(root, to), headers: sent, body, payload, path: to, permission: 's3:PutObject' },
      context,
    )
    return { ...entryOf(to, { ETag: etag }, version), size: 0 }
  }

  /** The tags of the source as the header has them, which a copy in parts must be told; `''` where it has none. */
  async #tags({ store, path }: CopySource, from: Readonly<Record<string, string>>, context: Context): Promise<string> {
    const { wire, root } = store
    const count = from['x-amz-tagging-count']
    // AWS tells of tags whom it would show them to. Others say nothing before they are asked.
    if (count === '0' || (count === undefined && (await wire.place()).aws)) return ''
    const call: Call = { method: 'GET', key: toKey(root, path), query: 'tagging=', path, permission: 's3:GetObjectTagging' }
    try {
      const tags = readTags(await (await wire.send(call, context)).text(tagBytes))
      return tags.map(([key, value]) => `${encodeQuery(key)}=${encodeQuery(value)}`).join('&')
    } catch (cause) {
      // Many services keep no tags, or don't let everybody see whether there are any.
      if (count === undefined && notShown.some(code => FairleadError.is(cause, code))) return ''
      throw cause
    }
  }

  async #look({ store, path }: CopySource, context: Context): Promise<Readonly<Record<string, string>>> {
    return (await store.wire.send({ method: 'HEAD', key: toKey(store.root, path), path, permission: 's3:GetObject' }, context)).headers
  }
}

/** `precondition-failed` for a source of another etag. */
function checkSource({ path }: CopySource, { etag = '' }: Readonly<Record<string, string>>, ifMatch: string): void {
  if (toEtag(etag) === ifMatch) return
  throw new FairleadError('precondition-failed', `"${path}" has changed.`, { path, hint: 'Read it again.' })
}

function sameService(one: Place, other: Place): boolean {
  return one.aws === other.aws && (one.aws ? one.host.endsWith('.cn') === other.host.endsWith('.cn') : one.endpoint === other.endpoint)
}

async function addressOf({ store, path }: CopySource): Promise<string> {
  const { bucket } = await store.wire.place()
  return `/${bucket}/${encodeKey(toKey(store.root, path))}`
}

function entryOf(
  path: string,
  { ETag: etag = '', LastModified: changed = '' }: Readonly<Record<string, string>>,
  version: string | undefined,
): Entry {
  const modified = new Date(changed)
  return {
    path,
    kind: 'object',
    ...(etag !== '' && { etag: toEtag(etag) }),
    ...(!Number.isNaN(modified.getTime()) && { modified }),
    ...(version !== undefined && { version }),
  }
}

/** What is not found of a copy is its source, though the request was about its target. */
function sourceMissing(cause: unknown, { path, store }: CopySource): unknown {
  if (!FairleadError.is(cause, 'not-found')) return cause
  const { host, settings } = store.init
  return new FairleadError('not-found', `There is nothing at "${path}" in the bucket "${settings.bucket}" to copy.`, {
    path,
    ...(cause.status !== undefined && { status: cause.status }),
    ...(cause.requestId !== undefined && { requestId: cause.requestId }),
    hint: `List what is there with \`fairlead ls ${host.connection}:/\`.`,
    cause,
  })
}
