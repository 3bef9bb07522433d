import { randomUUID } from 'node:crypto'
import { refuse } from './refusal.ts'
import type { StoreCondition } from './store.ts'

/** One tag of a native asset store; manifest and record are the client's JSON, kept as it came. */
export interface StoredAsset {
  readonly collection: string
  readonly name: string
  readonly tag: string
  readonly digest: string
  readonly etag: string
  readonly manifest: unknown
  readonly record: unknown
}

/** Assets in the server's own shape: a table of tags over content that is addressed by its digest. */
export class AssetTable {
  readonly #tags = new Map<string, StoredAsset>()

  commit(asset: Omit<StoredAsset, 'etag'>, condition: StoreCondition): StoredAsset {
    const key = `${asset.collection}/${asset.name}:${asset.tag}`
    const present = this.#tags.get(key)
    if (condition.absent && present !== undefined) refuse(412, `"${key}" exists already`)
    if (condition.match !== undefined && present?.etag !== condition.match) refuse(412, `"${key}" has changed`)
    const stored: StoredAsset = { ...asset, etag: randomUUID() }
    this.#tags.set(key, stored)
    return stored
  }

  /** By tag, or by digest when no tag is given. */
  resolve(collection: string, name: string, tag: string | undefined, digest: string | undefined): StoredAsset {
    const found = [...this.#tags.values()].find(
      asset =>
        asset.collection === collection &&
        asset.name === name &&
        (tag === undefined || asset.tag === tag) &&
        (digest === undefined || asset.digest === digest),
    )
    return found ?? refuse(404, `there is no asset ${collection}/${name}`)
  }

  untag(collection: string, name: string, tag: string): void {
    if (!this.#tags.delete(`${collection}/${name}:${tag}`)) refuse(404, `there is no tag ${collection}/${name}:${tag}`)
  }

  list(): readonly StoredAsset[] {
    return [...this.#tags.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, asset]) => asset)
  }
}
