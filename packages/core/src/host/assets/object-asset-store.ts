import type { AssetFile, AssetManifest, TagRecord } from '../../contract/asset.ts'
import { contentFolder, manifestFolder, manifestPath, parseTagPath, tagFolder, tagPath } from '../../contract/asset-layout.ts'
import type { Capabilities } from '../../contract/capabilities.ts'
import type { WriteCondition } from '../../contract/connection.ts'
import type { Entry } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import { formatReference, type Reference } from '../../contract/reference.ts'
import { bytesSource } from '../../contract/source.ts'
import { below, placeOf } from '../export/export-root.ts'
import { asDeclared } from './as-declared.ts'
import { manifestBytes, parseManifest, parseTagRecord, tagRecordBytes, tagRecordOf } from './asset-documents.ts'
import type { AssetFacts } from './asset-facts.ts'
import { isTwin, summaryOf, type Address, type AssetStore, type FoundTag, type StoredAsset, type StoredTag } from './asset-store.ts'
import type { CallOptions, ObjectVerbs } from '../client.ts'

const json = 'application/json'
const maxDocumentBytes = 256 * 1024 * 1024

/** Assets over objects: the layout of docs/architecture.md, readable with the store's own tools. */
export class ObjectAssetStore implements AssetStore {
  readonly #objects: ObjectVerbs
  readonly #capabilities: Capabilities
  readonly #facts: AssetFacts

  constructor(objects: ObjectVerbs, capabilities: Capabilities, facts: AssetFacts) {
    this.#objects = objects
    this.#capabilities = capabilities
    this.#facts = facts
  }

  async tagged(address: Address, tag: string, call: CallOptions): Promise<StoredTag | undefined> {
    const path = tagPath(address, tag)
    const found = await this.#read(path, call)
    if (found === undefined) return undefined
    const record = parseTagRecord(found.bytes, path)
    if (isTwin(record, formatReference({ ...address, tag }))) return undefined
    return { record, ...(found.entry.etag !== undefined && { etag: found.entry.etag }) }
  }

  async resolve(reference: Reference, call: CallOptions): Promise<StoredAsset> {
    return reference.digest === undefined
      ? this.#byTag(reference, reference.tag ?? 'latest', call)
      : this.#byDigest(reference, reference.digest, call)
  }

  async #byTag(address: Address, tag: string, call: CallOptions): Promise<StoredAsset> {
    // A tag may be taken away between its record and its manifest: then the second look says so.
    for (let look = 1; ; look++) {
      const found = await this.tagged(address, tag, call)
      if (found === undefined) throw missing({ ...address, tag })
      const { record } = found
      const manifest = await this.#manifest(address, record.digest, call)
      if (manifest !== undefined) return { address, tag, digest: record.digest, manifest, record }
      if (look > 1) {
        const path = manifestPath(address, record.digest)
        throw new FairleadError('integrity', `The manifest of ${formatReference({ ...address, tag })} is missing at "${path}".`, {
          path,
          hint: 'Push the asset again with --force.',
        })
      }
    }
  }

  async #byDigest(reference: Reference, digest: string, call: CallOptions): Promise<StoredAsset> {
    const { collection, name } = reference
    const address = { collection, name }
    const manifest = await this.#manifest(address, digest, call)
    if (manifest === undefined) throw missing(reference)
    const tags = [...(await this.tags(address, call))].filter(([, { record }]) => record.digest === digest)
    const [tag, found] = tags.find(([name]) => name === reference.tag) ?? tags[0] ?? []
    if (found !== undefined) return { address, ...(tag !== undefined && { tag }), digest, manifest, record: found.record }
    const { type, specification, files } = manifest
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    const record: TagRecord = {
      schemaVersion: 1,
      digest,
      type,
      count: files.length,
      bytes,
      labels: {},
      ...(specification !== undefined && { specification }),
      time: new Date(0).toISOString(),
    }
    return { address, digest, manifest, record }
  }

  async commit(
    address: Address,
    tag: string,
    asset: { readonly manifest: AssetManifest; readonly record: TagRecord },
    expected: StoredTag | undefined,
    call: CallOptions,
  ): Promise<void> {
    await this.#writeManifest(address, asset.manifest, asset.record.digest, call)
    await asDeclared(
      this.#capabilities,
      async () => await this.#writeTag(tagPath(address, tag), address, tag, asset.record, expected, call),
    )
  }

  async #writeTag(
    path: string,
    address: Address,
    tag: string,
    record: TagRecord,
    expected: StoredTag | undefined,
    call: CallOptions,
  ): Promise<void> {
    const condition = this.#condition(expected)
    if (condition === undefined && expected === undefined && (await this.#read(path, call)) !== undefined) throw changed(path)
    await this.#objects.write(path, bytesSource(tagRecordBytes(record)), {
      ...call,
      contentType: json,
      ...(condition !== undefined && { condition }),
    })
    if (condition !== undefined) return
    const winner = await this.tagged(address, tag, call)
    if (winner?.record.digest !== record.digest) throw changed(path)
  }

  /** What the service itself can decide without a race; otherwise the tag is read back. */
  #condition(expected: StoredTag | undefined): WriteCondition | undefined {
    const conditions = this.#capabilities.write === false ? [] : this.#capabilities.write.conditions
    if (expected === undefined) return conditions.includes('absent') ? { if: 'absent' } : undefined
    return conditions.includes('match') && expected.etag !== undefined ? { if: 'match', etag: expected.etag } : undefined
  }

  /** A manifest that is there but damaged is written anew: its path says what it must hold. */
  async #writeManifest(address: Address, manifest: AssetManifest, digest: string, call: CallOptions): Promise<void> {
    const path = manifestPath(address, digest)
    const bytes = manifestBytes(manifest)
    const there = await this.#read(path, call)
    if (there !== undefined && Buffer.compare(there.bytes, bytes) === 0) return
    await this.#objects.write(path, bytesSource(bytes), { ...call, contentType: json })
  }

  async untag(address: Address, tag: string, call: CallOptions): Promise<void> {
    await this.#objects.delete(tagPath(address, tag), call)
  }

  async *enumerate(_query: unknown, call: CallOptions): AsyncIterable<FoundTag> {
    for await (const entry of this.#objects.list(manifestFolder(), { ...call, recursive: true })) {
      const summary = entry.kind === 'object' ? parseTagPath(entry.path) : undefined
      if (summary === undefined) continue
      yield {
        summary,
        complete: async call => {
          const record = await this.#record(entry, call)
          return record === undefined ? undefined : summaryOf(summary, record)
        },
      }
    }
  }

  async tags(address: Address, call: CallOptions): Promise<ReadonlyMap<string, StoredTag>> {
    const tags = new Map<string, StoredTag>()
    for await (const entry of this.#objects.list(tagFolder(address), { ...call, recursive: true })) {
      const found = entry.kind === 'object' ? parseTagPath(entry.path) : undefined
      const record = found === undefined ? undefined : await this.#record(entry, call)
      if (found !== undefined && record !== undefined)
        tags.set(found.tag, { record, ...(entry.etag !== undefined && { etag: entry.etag }) })
    }
    return tags
  }

  locate({ address, digest, record }: Pick<StoredAsset, 'address' | 'digest' | 'record'>, file: AssetFile): string {
    if (record.root === undefined) return `${contentFolder(address, digest)}/${file.path}`
    return below(placeOf(record.root, this.#capabilities), file.path)
  }

  async #manifest(address: Address, digest: string, call: CallOptions): Promise<AssetManifest | undefined> {
    const path = manifestPath(address, digest)
    const found = await this.#read(path, call)
    return found === undefined ? undefined : parseManifest(found.bytes, digest, path)
  }

  /** A record whose etag did not change is not read again. */
  async #record(entry: Entry, call: CallOptions): Promise<TagRecord | undefined> {
    const known = entry.etag === undefined ? undefined : this.#facts.remote(entry.path, entry.etag)
    if (known !== undefined) return tagRecordOf(known, entry.path)
    const found = await this.#read(entry.path, call)
    if (found === undefined) return undefined
    const record = parseTagRecord(found.bytes, entry.path)
    if (found.entry.etag !== undefined) this.#facts.rememberRemote(entry.path, found.entry.etag, record)
    return record
  }

  async #read(path: string, call: CallOptions): Promise<{ readonly entry: Entry; readonly bytes: Uint8Array } | undefined> {
    try {
      return await this.#objects.readBytes(path, { ...call, maxBytes: maxDocumentBytes })
    } catch (cause) {
      if (FairleadError.is(cause, 'not-found')) return undefined
      throw cause
    }
  }
}

function missing(reference: Reference): FairleadError {
  const text = formatReference(reference)
  return new FairleadError('not-found', `There is no asset ${text}.`, {
    hint: `Search for it: fairlead search collection:${reference.collection} name:${reference.name}`,
  })
}

function changed(path: string): FairleadError {
  return new FairleadError('precondition-failed', `Someone else wrote "${path}" at the same time.`, {
    path,
    hint: 'Check it with fairlead inspect, then run the command again.',
  })
}
