import {
  ApiConnection,
  type ConnectionInit,
  type Context,
  type Entry, // @if list|read|write
  type FairleadError,
  type ListRequest, // @if list
  type Operation,
  type Page, // @if list|share
  type ReadRequest, // @if read
  type ReadResult, // @if read
  type Share, // @if share
  type ShareRequest, // @if share
  type WriteRequest, // @if write
} from '@fairlead/core'
import {
  Refusal, // @if remove
  toShelfError,
} from './errors.ts'
import { manifest, type options } from './manifest.ts'
import {
  items, // @if share
  objectParts, // @if read|write|remove
  text,
  toEntry, // @if write
  toPage, // @if list
  toReadEntry, // @if read
  toShare, // @if share
} from './mapping.ts'
import { ShelfService } from './service.ts'

/**
 * The store. Every method is one operation, one attempt: the host pages, retries, hashes, verifies and tells progress. A
 * method exists exactly when the manifest declares its capability.
 */
export class ShelfConnection extends ApiConnection<typeof options> {
  readonly #service: ShelfService

  constructor(init: ConnectionInit<typeof options>) {
    super(init, manifest.capabilities)
    this.#service = new ShelfService(init)
  }

  override toError(cause: unknown, at: Operation): FairleadError {
    return toShelfError(cause, at)
  }

  // Step 1, authenticate: the cheapest request that shows that address and credentials are right.
  override async doAccount(context: Context): Promise<string> {
    return text(await this.#service.json({ parts: ['v1', 'me'] }, context), 'name')
  }

  // @if oauth2
  // /** After an answer that the token is not good any more: once, for all operations and processes that wait. */
  // override async doRefresh(): Promise<void> {
  //   await this.#service.authentication.renew()
  // }
  //
  // @end
  // @if write
  override async doWrite({ path, source, contentType, condition }: WriteRequest, context: Context): Promise<Entry> {
    const headers = {
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(condition?.if === 'absent' && { 'if-none-match': '*' }),
      ...(condition?.if === 'match' && { 'if-match': `"${condition.etag}"` }),
    }
    return toEntry(await this.#service.json({ method: 'PUT', parts: objectParts(path), headers, body: source }, context))
  }

  // @else
  // // Next, push: declare `write` in manifest.ts, then define doWrite here.
  //
  // @end
  // @if list
  override async doList({ prefix, recursive, limit }: ListRequest, cursor: string | undefined, context: Context): Promise<Page<Entry>> {
    const query = { below: prefix, deep: String(recursive), after: cursor, limit: limit?.toString() }
    return toPage(await this.#service.json({ parts: ['v1', 'list'], query }, context))
  }

  // @else
  // // Then search: declare `list`, and define doList.
  //
  // @end
  // @if read
  override async doStat(path: string, context: Context): Promise<Entry> {
    const { headers } = await this.#service.send({ method: 'HEAD', parts: objectParts(path) }, context)
    return toReadEntry(path, headers)
  }

  override async doRead({ path, range, ifMatch }: ReadRequest, context: Context): Promise<ReadResult> {
    const headers = {
      ...(range !== undefined && { range: `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` }),
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    }
    const response = await this.#service.send({ parts: objectParts(path), headers }, context)
    return { entry: toReadEntry(path, response.headers), body: response.body }
  }

  // @else
  // // Then pull: declare `read`, and define doStat and doRead.
  //
  // @end
  // @if remove
  override async doRemove(paths: readonly string[], context: Context): Promise<void> {
    for (const path of paths) {
      try {
        await this.#service.send({ method: 'DELETE', parts: objectParts(path) }, context)
      } catch (cause) {
        // What is not there is no error.
        if (!(cause instanceof Refusal) || cause.status !== 404) throw cause
      }
    }
  }

  // @else
  // // Then remove: declare `remove`, and define doRemove.
  //
  // @end
  // @if share
  override async doShare({ path, expires }: ShareRequest, context: Context): Promise<Share> {
    const json = { path, expires: expires?.toISOString() }
    return toShare(await this.#service.json({ method: 'POST', parts: ['v1', 'links'], json }, context))
  }

  override async doListShares(cursor: string | undefined, context: Context): Promise<Page<Share>> {
    const page = await this.#service.json({ parts: ['v1', 'links'], query: { after: cursor } }, context)
    return { items: items(page).map(toShare) }
  }

  override async doRevokeShare(id: string, context: Context): Promise<void> {
    await this.#service.send({ method: 'DELETE', parts: ['v1', 'links', id] }, context)
  }
  // @else
  // // Then share: declare `share`, and define doShare (with doListShares and doRevokeShare where the service can).
  // @end
}
