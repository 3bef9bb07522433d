import {
  ApiConnection,
  type BeginUpload,
  type Capabilities,
  type ConnectionInit,
  type Context,
  type Entry,
  type FairleadError,
  type ListRequest,
  type Operation,
  type Page,
  type PartReceipt,
  type PendingUpload,
  type ReadRequest,
  type ReadResult,
  type Share,
  type ShareRequest,
  type UploadedParts,
  type UploadPart,
  type UploadState,
  type WriteRequest,
} from '@fairlead/core'
import { StatusError, toMemoryError } from './errors.ts'
import type { MemoryOptions } from './manifest.ts'
import { asItems, asObject, attributeHeaders, conditionHeaders, encodePath, toEntry, toShare } from './mapping.ts'
import { MemoryService } from './service.ts'

/** What every variant has: listing, reading and the token. */
export class MemoryReader extends ApiConnection<MemoryOptions> {
  protected readonly service: MemoryService

  constructor(init: ConnectionInit<MemoryOptions>, capabilities: Capabilities) {
    super(init, capabilities)
    this.service = new MemoryService(init.host, init.settings)
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toMemoryError(cause, at)
  }

  override async doRefresh(): Promise<void> {
    await this.service.refresh()
  }

  override async doStat(path: string, context: Context): Promise<Entry> {
    const response = await this.service.send({ ...context, method: 'HEAD', path: `objects/${encodePath(path)}` })
    return entryIn(response.headers)
  }

  override async doList(
    { prefix, recursive, limit, versions }: ListRequest,
    cursor: string | undefined,
    context: Context,
  ): Promise<Page<Entry>> {
    const query = {
      prefix,
      recursive: String(recursive),
      cursor,
      limit: limit === undefined ? undefined : String(limit),
      versions: versions && 'true',
    }
    const page = asItems(await this.service.json({ ...context, path: 'objects', query }))
    return { ...page, items: page.items.map(toEntry) }
  }

  override async doRead({ path, range, ifMatch, version }: ReadRequest, context: Context): Promise<ReadResult> {
    const headers = {
      ...(range !== undefined && { range: `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` }),
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    }
    const response = await this.service.send({ ...context, path: `objects/${encodePath(path)}`, query: { version }, headers })
    return { entry: entryIn(response.headers), body: response.body }
  }
}

/** The client over objects that every store of the server allows. */
export class MemoryConnection extends MemoryReader {
  override async doWrite({ path, source, ...attributes }: WriteRequest, context: Context): Promise<Entry> {
    const call = { ...context, method: 'PUT', path: `objects/${encodePath(path)}`, source, headers: attributeHeaders(attributes) }
    return toEntry(asObject(await this.service.json(call)))
  }

  override async doRemove(paths: readonly string[], context: Context): Promise<void> {
    await this.service.json({ ...context, method: 'POST', path: 'objects', query: { remove: '' }, json: { paths } })
  }

  override async doBeginUpload({ path, contentType, modified, metadata, condition }: BeginUpload, context: Context): Promise<UploadState> {
    const { write } = this.capabilities
    const sequential = write !== false && write.resumable !== false && write.resumable.order === 'sequential'
    const json = { path, sequential, contentType, metadata, ...(modified !== undefined && { modified: modified.getTime() }) }
    const call = { ...context, method: 'POST', path: 'uploads', json, headers: conditionHeaders(condition) }
    return { id: String(asObject(await this.service.json(call)).id) }
  }

  override async doUploadPart(state: UploadState, { number, offset, body }: UploadPart, context: Context): Promise<PartReceipt> {
    const path = `uploads/${String(state.id)}/${number}`
    const part = asObject(await this.service.json({ ...context, method: 'PUT', path, query: { offset: String(offset) }, source: body }))
    return receipt(part)
  }

  override async doUploadedParts(state: UploadState, context: Context): Promise<UploadedParts> {
    try {
      const { sequential, parts } = asObject(await this.service.json({ ...context, path: `uploads/${String(state.id)}` }))
      const receipts = Array.isArray(parts) ? parts.map(part => receipt(asObject(part))) : []
      return sequential === true ? { offset: receipts.reduce((sum, part) => sum + part.size, 0) } : { receipts }
    } catch (cause) {
      if (cause instanceof StatusError && cause.status === 410) return 'gone'
      throw cause
    }
  }

  override async doCompleteUpload(state: UploadState, receipts: readonly PartReceipt[], context: Context): Promise<Entry> {
    const numbers = receipts.map(part => part.number)
    return toEntry(
      asObject(await this.service.json({ ...context, method: 'POST', path: `uploads/${String(state.id)}`, json: { numbers } })),
    )
  }

  override async doAbortUpload(state: UploadState, context: Context): Promise<void> {
    await this.service.json({ ...context, method: 'DELETE', path: `uploads/${String(state.id)}` })
  }

  override async doListUploads(cursor: string | undefined, context: Context): Promise<Page<PendingUpload>> {
    const page = asItems(await this.service.json({ ...context, path: 'uploads', query: { cursor } }))
    return {
      ...page,
      items: page.items.map(({ id, path, started }) => ({ state: { id }, path: String(path), started: new Date(Number(started)) })),
    }
  }

  override async doShare({ expires, ...request }: ShareRequest, context: Context): Promise<Share> {
    const json = { ...request, ...(expires !== undefined && { expires: expires.getTime() }) }
    return toShare(asObject(await this.service.json({ ...context, method: 'POST', path: 'shares', json })))
  }

  override async doListShares(cursor: string | undefined, context: Context): Promise<Page<Share>> {
    const page = asItems(await this.service.json({ ...context, path: 'shares', query: { cursor } }))
    return { ...page, items: page.items.map(toShare) }
  }

  override async doRevokeShare(id: string, context: Context): Promise<void> {
    await this.service.json({ ...context, method: 'DELETE', path: `shares/${encodeURIComponent(id)}` })
  }
}

function entryIn(headers: Readonly<Record<string, string>>): Entry {
  const text = Buffer.from(headers['x-memory-entry'] ?? '', 'base64url').toString('utf8')
  return toEntry(asObject(text === '' ? undefined : JSON.parse(text)))
}

function receipt(part: Readonly<Record<string, unknown>>): PartReceipt {
  return { number: Number(part.number), offset: Number(part.offset), size: Number(part.size) }
}
