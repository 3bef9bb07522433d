import type {
  AssetFile,
  AssetManifest,
  AssetSummary,
  CommandAnswer,
  CommandRequest,
  Context,
  CopyRequest,
  Entry,
  OpenedShare,
  OpenShareRequest,
  Page,
  Reference,
  ResolvedAsset,
  SearchQuery,
  WriteCondition,
} from '@fairlead/core'
import { matchesSearch } from '@fairlead/core'
import { MemoryConnection } from './connection.ts'
import { asItems, asObject, conditionHeaders, toEntry, toResolved, toShare, toSummary } from './mapping.ts'

/** The most capable service: it copies and removes folders by itself, and can count. */
export class MemoryFullConnection extends MemoryConnection {
  override async doCopy({ from, to, condition, ifMatch }: CopyRequest, context: Context): Promise<Entry> {
    const call = {
      ...context,
      method: 'POST',
      path: 'objects',
      query: { copy: '' },
      json: { from, to, ifMatch },
      headers: conditionHeaders(condition),
    }
    return toEntry(asObject(await this.service.json(call)))
  }

  override async doRemoveAll(prefix: string, context: Context): Promise<void> {
    await this.service.json({ ...context, method: 'POST', path: 'objects', query: { removeAll: '' }, json: { prefix } })
  }

  override async doCommand({ name, arguments: { FOLDER = '', PATH } }: CommandRequest, context: Context): Promise<CommandAnswer> {
    const versions = name === 'versions' ? 'true' : undefined
    let count = 0
    let cursor: string | undefined
    do {
      const query = { prefix: FOLDER, recursive: 'true', cursor, versions }
      const page = asItems(await this.service.json({ ...context, path: 'objects', query }))
      count += page.items.filter(({ path }) => PATH === undefined || path === PATH).length
      cursor = page.cursor
    } while (cursor !== undefined)
    return { data: { [versions === undefined ? 'objects' : 'versions']: count } }
  }
}

/** A service without a server for its links: the host answers them and asks here what a link may read. */
export class MemoryServedConnection extends MemoryConnection {
  override async doOpenShare({ url, method, password }: OpenShareRequest, context: Context): Promise<OpenedShare> {
    const id = url.pathname.split('/').at(-1) ?? ''
    const found = asObject(await this.service.json({ ...context, path: `shares/${encodeURIComponent(id)}`, query: { method, password } }))
    return { path: toShare(found).path, target: found.target === 'prefix' ? 'prefix' : 'object' }
  }
}

/** A service that keeps assets in its own table, with content addressed by its digest. */
export class MemoryNativeConnection extends MemoryFullConnection {
  override async doResolve(reference: Reference, context: Context): Promise<ResolvedAsset> {
    const query = { tag: reference.tag, digest: reference.digest }
    return toResolved(asObject(await this.service.json({ ...context, path: address(reference), query })))
  }

  override async doCommit(
    reference: Reference,
    { manifest, record }: Pick<ResolvedAsset, 'manifest' | 'record'>,
    condition: WriteCondition | undefined,
    context: Context,
  ): Promise<void> {
    const json = { digest: record.digest, manifest, record }
    const call = {
      ...context,
      method: 'PUT',
      path: address(reference),
      query: { tag: reference.tag },
      json,
      headers: conditionHeaders(condition),
    }
    await this.service.json(call)
  }

  override async doUntag(reference: Reference, context: Context): Promise<void> {
    await this.service.json({ ...context, method: 'DELETE', path: address(reference), query: { tag: reference.tag } })
  }

  override async doEnumerate(query: SearchQuery, cursor: string | undefined, context: Context): Promise<Page<AssetSummary>> {
    const page = asItems(await this.service.json({ ...context, path: 'assets', query: { cursor } }))
    return { ...page, items: page.items.map(toSummary).filter(summary => matchesSearch(query, summary)) }
  }

  override locate(_reference: Reference, _manifest: AssetManifest, file: AssetFile): string {
    return `content/${file.sha256.slice(0, 2)}/${file.sha256}`
  }
}

function address({ collection, name }: Reference): string {
  return `assets/${encodeURIComponent(collection)}/${encodeURIComponent(name)}`
}
