import type { AssetFile, AssetManifest, AssetSummary, TagRecord } from '../../contract/asset.ts'
import type { Reference } from '../../contract/reference.ts'
import type { SearchQuery } from '../../contract/search-query.ts'
import type { CallOptions } from '../client.ts'

/** What a reference of one store names: always with a tag or a digest. */
export type Address = Pick<Reference, 'registry' | 'collection' | 'name'>

/** A tag as it was read; `etag` is what a conditional commit must match, where the store has one. */
export interface StoredTag {
  readonly record: TagRecord
  readonly etag?: string
}

/** An asset as it is stored. `tag` is absent when it was asked for by a digest that no tag names. */
export interface StoredAsset {
  readonly address: Address
  readonly tag?: string
  readonly digest: string
  readonly manifest: AssetManifest
  readonly record: TagRecord
}

/** One tag of a listing; `complete` adds what only its record says, `undefined` when the tag has gone since. */
export interface FoundTag {
  readonly summary: AssetSummary
  complete(call: CallOptions): Promise<AssetSummary | undefined>
}

/** Where one service keeps assets: over objects (`object-asset-store`), or in the service's own shape (`native-asset-store`). */
export interface AssetStore {
  /** The tag, or `undefined` when there is none. */
  tagged(address: Address, tag: string, call: CallOptions): Promise<StoredTag | undefined>
  /** By digest when the reference has one, else by tag (default `latest`). `not-found`, `integrity`. */
  resolve(reference: Reference, call: CallOptions): Promise<StoredAsset>
  /**
   * Writes the manifest if absent, then the tag, on condition that the tag still is `expected` (`undefined`: that there
   * is none). `precondition-failed` when it is not: then nothing that was visible has changed.
   */
  commit(
    address: Address,
    tag: string,
    asset: { readonly manifest: AssetManifest; readonly record: TagRecord },
    expected: StoredTag | undefined,
    call: CallOptions,
  ): Promise<void>
  /** Takes the tag away; what is not there is no error. */
  untag(address: Address, tag: string, call: CallOptions): Promise<void>
  /** Tags in any order; a query may narrow them but never has to. */
  enumerate(query: SearchQuery, call: CallOptions): AsyncIterable<FoundTag>
  /** The tags of one asset with their records. */
  tags(address: Address, call: CallOptions): Promise<ReadonlyMap<string, StoredTag>>
  /** The object path of a file. */
  locate(asset: Pick<StoredAsset, 'address' | 'digest' | 'manifest' | 'record'>, file: AssetFile): string
}

/** The line of a search that a tag record gives. */
export function summaryOf({ collection, name, tag }: Pick<AssetSummary, 'collection' | 'name' | 'tag'>, record: TagRecord): AssetSummary {
  const { digest, type, count, bytes, labels, specification, time } = record
  return { collection, name, tag, digest, type, count, bytes, labels, ...(specification !== undefined && { specification }), time }
}

/** Whether a record found under a reference was written for one that differs in case alone: the store can't tell the two apart. */
export function isTwin({ reference }: TagRecord, wanted: string): boolean {
  return reference !== undefined && reference !== wanted && reference.toLowerCase() === wanted.toLowerCase()
}
