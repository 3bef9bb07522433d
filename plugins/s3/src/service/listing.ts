import { comparePaths, FairleadError, type Context, type Entry, type ListRequest, type Page } from '@fairlead/core'
import { toEtag, toPath } from '../mapping.ts'
import type { Store } from './objects.ts'
import { encodeQuery } from './signer.ts'
import type { Answer, Row } from './xml.ts'

/** Listings, a page each. Keys that no path can name (a folder's own marker, an empty part) are passed over. */
export class Listings {
  readonly #store: Store
  #toldOdd = false

  constructor(store: Store) {
    this.#store = store
  }

  async page(request: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const work = async (): Promise<Page<Entry>> =>
      request.versions === true ? await this.#versions(request, cursor, context) : await this.#objects(request, cursor, context)
    return await this.#store.buckets.orNothing(work, { items: [] })
  }

  async #objects({ prefix, recursive, limit, after }: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const query = [
      ...(cursor === undefined ? [] : [`continuation-token=${encodeQuery(cursor)}`]),
      ...(recursive ? [] : ['delimiter=%2F']),
      'encoding-type=url',
      'list-type=2',
      ...(limit === undefined ? [] : [`max-keys=${Math.min(limit, 1000)}`]),
      `prefix=${encodeQuery(this.#folder(prefix))}`,
      ...(after === undefined || cursor !== undefined ? [] : [`start-after=${encodeQuery(this.#store.root + after)}`]),
    ].join('&')
    const answer = await this.#ask(query, prefix, 's3:ListBucket', context)
    const { root } = this.#store
    const decode = decoder(answer)
    const items: Entry[] = []
    let folders = false
    for (const { name, fields } of answer.rows) {
      if (name === 'Contents') {
        const entry = this.#entry(root, decode(fields.Key ?? ''), fields)
        if (entry !== undefined) items.push(entry)
      } else if (name === 'CommonPrefixes') {
        const path = toPath(root, decode(fields.Prefix ?? '').replace(/\/$/, ''))
        if (path === undefined) continue
        folders = true
        items.push({ path, kind: 'prefix' })
      }
    }
    if (folders) items.sort((a, b) => comparePaths(sortKey(a), sortKey(b)))
    if (answer.fields.IsTruncated !== 'true') return { items }
    const { NextContinuationToken: next = '' } = answer.fields
    if (next === '') throw cutOff(this.#store.init.settings.bucket)
    return { items, cursor: next }
  }

  /** Every version, newest first within a key, as the service orders them. A mark of deletion can't be read and is none. */
  async #versions({ prefix, recursive, limit }: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const after = new URLSearchParams(cursor)
    const [key, version] = [after.get('key'), after.get('version')]
    const query = [
      ...(recursive ? [] : ['delimiter=%2F']),
      'encoding-type=url',
      ...(key === null ? [] : [`key-marker=${encodeQuery(key)}`]),
      ...(limit === undefined ? [] : [`max-keys=${Math.min(limit, 1000)}`]),
      `prefix=${encodeQuery(this.#folder(prefix))}`,
      ...(version === null ? [] : [`version-id-marker=${encodeQuery(version)}`]),
      'versions=',
    ].join('&')
    const answer = await this.#ask(query, prefix, 's3:ListBucketVersions', context)
    const { root } = this.#store
    const decode = decoder(answer)
    const items: Entry[] = []
    for (const { name, fields } of answer.rows) {
      if (name === 'CommonPrefixes') {
        const path = toPath(root, decode(fields.Prefix ?? '').replace(/\/$/, ''))
        if (path !== undefined) items.push({ path, kind: 'prefix' })
      } else if (name === 'Version') {
        const entry = this.#entry(root, decode(fields.Key ?? ''), fields)
        const { VersionId: id = '' } = fields
        if (entry !== undefined) items.push({ ...entry, ...(id !== '' && { version: id }), latest: fields.IsLatest === 'true' })
      }
    }
    if (answer.fields.IsTruncated !== 'true') return { items }
    const next = { key: decode(answer.fields.NextKeyMarker ?? ''), version: answer.fields.NextVersionIdMarker ?? '' }
    if (next.key === '') throw cutOff(this.#store.init.settings.bucket)
    return { items, cursor: new URLSearchParams({ key: next.key, ...(next.version !== '' && { version: next.version }) }).toString() }
  }

  async #ask(query: string, path: string, permission: string, context: Context): Promise<Answer> {
    return await this.#store.wire.ask({ method: 'GET', query, path, permission }, context)
  }

  #folder(prefix: string): string {
    return prefix === '' ? this.#store.root : `${this.#store.root}${prefix}/`
  }

  #entry(root: string, key: string, fields: Row['fields']): Entry | undefined {
    const path = toPath(root, key)
    if (path === undefined) {
      if (key !== root && !key.endsWith('/')) this.#tellOdd(key)
      return undefined
    }
    const { Size: size = '', LastModified: changed = '', ETag: etag = '' } = fields
    const modified = new Date(changed)
    return {
      path,
      kind: 'object',
      ...(size !== '' && { size: Number(size) }),
      ...(!Number.isNaN(modified.getTime()) && { modified }),
      ...(etag !== '' && { etag: toEtag(etag) }),
    }
  }

  #tellOdd(key: string): void {
    if (this.#toldOdd) return
    this.#toldOdd = true
    this.#store.init.host.log.warn('keys with parts that are empty, "." or ".." are left out, because they are not valid paths', { key })
  }
}

/** A listing that would end too early, so that whoever holds it against another place takes what is missing for deleted. */
function cutOff(bucket: string): FairleadError {
  return new FairleadError('unexpected', `The service listed a part of "${bucket}" but did not say where the rest starts.`, {
    hint: 'Check that the endpoint speaks version 2 of the listing of S3 (list-type=2), which it must.',
  })
}

/** Keys come percent-encoded where the service knows how, because XML can't hold every character. */
export function decoder({ fields }: Pick<Answer, 'fields'>): (text: string) => string {
  if (fields.EncodingType !== 'url') return text => text
  return text => {
    if (!text.includes('%') && !text.includes('+')) return text
    try {
      return decodeURIComponent(text.replaceAll('+', ' '))
    } catch (cause) {
      // No valid UTF-8: no path can name it, and none may name what stands for it.
      if (cause instanceof URIError) return `//${text}`
      throw cause
    }
  }
}

function sortKey({ path, kind }: Entry): string {
  return kind === 'prefix' ? `${path}/` : path
}
