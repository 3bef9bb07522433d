import type { AssetFile, AssetManifest, AssetSummary, TagRecord } from '../../contract/asset.ts'
import { digestOf } from '../../contract/canonical-json.ts'
import type { ApiConnection, ResolvedAsset, WriteCondition } from '../../contract/connection.ts'
import { FairleadError } from '../../contract/errors.ts'
import { formatReference, type Reference } from '../../contract/reference.ts'
import type { SearchQuery } from '../../contract/search-query.ts'
import { manifestOf, tagRecordOf } from './asset-documents.ts'
import { summaryOf, type Address, type AssetStore, type FoundTag, type StoredAsset, type StoredTag } from './asset-store.ts'
import type { CallOptions } from '../client.ts'
import { pages, type PageOf } from '../objects/pages.ts'
import type { ClientRuntime } from '../runtime.ts'

type Native = Required<Pick<ApiConnection, 'doResolve' | 'doCommit' | 'doUntag' | 'doEnumerate' | 'locate'>>

/** Assets in the service's own shape: the five operations of a connection whose manifest says `assets: 'native'`. */
export class NativeAssetStore implements AssetStore {
  readonly #native: Native
  readonly #runtime: ClientRuntime

  /** `plugin-invalid` when the connection declares native assets and lacks one of their operations. */
  constructor(runtime: ClientRuntime) {
    this.#native = nativeOf(runtime.connection)
    this.#runtime = runtime
  }

  async tagged(address: Address, tag: string, call: CallOptions): Promise<StoredTag | undefined> {
    try {
      const { record, etag } = await this.#resolve({ ...address, tag }, call)
      return { record, ...(etag !== undefined && { etag }) }
    } catch (cause) {
      if (FairleadError.is(cause, 'not-found')) return undefined
      throw cause
    }
  }

  async resolve(reference: Reference, call: CallOptions): Promise<StoredAsset> {
    const { registry, collection, name, digest } = reference
    const tag = reference.tag ?? (digest === undefined ? 'latest' : undefined)
    const found = await this.#resolve({ ...reference, ...(tag !== undefined && { tag }) }, call)
    return {
      address: { ...(registry !== undefined && { registry }), collection, name },
      ...(tag !== undefined && { tag }),
      digest: found.digest,
      manifest: found.manifest,
      record: found.record,
    }
  }

  /** Whatever a service answers is checked like a stored document. */
  async #resolve(reference: Reference, call: CallOptions): Promise<ResolvedAsset> {
    const text = formatReference(reference)
    const found = await this.#runtime.attempts.run(
      { name: 'resolve', path: text },
      context => this.#native.doResolve(reference, context),
      call,
    )
    const manifest = manifestOf(found.manifest, text)
    const record = tagRecordOf(found.record, text)
    const digest = digestOf(manifest)
    if (digest !== found.digest || (reference.digest !== undefined && digest !== reference.digest)) {
      throw new FairleadError('integrity', `The manifest of ${text} has the digest ${digest}, not ${reference.digest ?? found.digest}.`, {
        hint: 'It was changed after it was pushed: push the asset again.',
      })
    }
    return { ...found, manifest, record }
  }

  async commit(
    address: Address,
    tag: string,
    asset: { readonly manifest: AssetManifest; readonly record: TagRecord },
    expected: StoredTag | undefined,
    call: CallOptions,
  ): Promise<void> {
    const reference = { ...address, tag }
    const condition: WriteCondition | undefined =
      expected === undefined ? { if: 'absent' } : expected.etag === undefined ? undefined : { if: 'match', etag: expected.etag }
    await this.#runtime.attempts.run(
      { name: 'commit', path: formatReference(reference) },
      context => this.#native.doCommit(reference, asset, condition, context),
      call,
    )
    if (condition !== undefined) return
    const winner = await this.tagged(address, tag, call)
    if (winner === undefined || winner.record.digest !== asset.record.digest) {
      throw new FairleadError('precondition-failed', `Someone else wrote ${formatReference(reference)} at the same time.`, {
        hint: 'Check it with fairlead inspect, then run the command again.',
      })
    }
  }

  async untag(address: Address, tag: string, call: CallOptions): Promise<void> {
    const reference = { ...address, tag }
    await this.#runtime.attempts.run(
      { name: 'untag', path: formatReference(reference) },
      context => this.#native.doUntag(reference, context),
      call,
    )
  }

  async *enumerate(query: SearchQuery, call: CallOptions): AsyncIterable<FoundTag> {
    const pageOf: PageOf<AssetSummary> = (cursor, context) => this.#native.doEnumerate(query, cursor, context)
    for await (const page of pages(this.#runtime, { name: 'enumerate' }, pageOf, call)) {
      for (const summary of page) {
        yield {
          summary,
          complete: async call => {
            if (summary.time !== undefined && summary.labels !== undefined && summary.type !== undefined) return summary
            const found = await this.tagged(summary, summary.tag, call)
            return found === undefined ? undefined : summaryOf(summary, found.record)
          },
        }
      }
    }
  }

  async tags(address: Address, call: CallOptions): Promise<ReadonlyMap<string, StoredTag>> {
    const tags = new Map<string, StoredTag>()
    const query: SearchQuery = {
      text: '',
      terms: [
        { kind: 'field', field: 'collection', pattern: address.collection.toLowerCase() },
        { kind: 'field', field: 'name', pattern: address.name.toLowerCase() },
      ],
    }
    for await (const { summary } of this.enumerate(query, call)) {
      if (summary.collection !== address.collection || summary.name !== address.name) continue
      const found = await this.tagged(address, summary.tag, call)
      if (found !== undefined) tags.set(summary.tag, found)
    }
    return tags
  }

  locate({ address, manifest, tag }: Pick<StoredAsset, 'address' | 'manifest' | 'tag'>, file: AssetFile): string {
    return this.#native.locate({ ...address, ...(tag !== undefined && { tag }) }, manifest, file)
  }
}

function nativeOf(connection: ApiConnection): Native {
  const { doResolve, doCommit, doUntag, doEnumerate, locate } = connection
  if (doResolve === undefined || doCommit === undefined || doUntag === undefined || doEnumerate === undefined || locate === undefined) {
    throw new FairleadError(
      'plugin-invalid',
      'A client with native assets must define doResolve, doCommit, doUntag, doEnumerate and locate.',
      { hint: 'Define all five, or declare assets: "objects".' },
    )
  }
  return {
    doResolve: doResolve.bind(connection),
    doCommit: doCommit.bind(connection),
    doUntag: doUntag.bind(connection),
    doEnumerate: doEnumerate.bind(connection),
    locate: locate.bind(connection),
  }
}
