import { FairleadError, type CopyRequest, type Entry, type ReadRequest, type ReadResult, type WriteRequest } from '@fairlead/core'
import { isAnswer } from '../errors.ts'
import { encodeName, encodeSegment, entryOf, etagIn, keptHeaders, keptIn, nameOf } from '../mapping.ts'
import { sentBody } from './bodies.ts'
import type { Container } from './container.ts'
import type { LargeCopies } from './large-copies.ts'
import type { LargeObjects } from './large-objects.ts'
import { checkMetadata } from './limits.ts'
import type { Removal } from './removal.ts'
import type { Wire } from './wire.ts'
import { damaged, writtenEntry } from './written.ts'

/** A body up to this many bytes is handed over in one piece. */
const pieceBytes = 1024 * 1024
/** A copy says nothing until it is done, and 5 GiB take their time. */
const copyTimeoutMs = 900_000

/** What the operations on objects work with. */
export interface ObjectsSetting {
  readonly wire: Wire
  readonly container: Container
  readonly root: string
  readonly large: LargeObjects
  readonly copies: LargeCopies
  readonly removal: Removal
}

/** What is copied in one request: an object of this account, or of the one that is named. */
interface CopySource {
  readonly account?: string
  readonly container: string
  readonly name: string
  /** What it is, under its new path; its time only where that is kept with it. */
  readonly entry: Entry
}

/** Objects of a container. */
export class Objects {
  readonly #at: ObjectsSetting

  constructor(setting: ObjectsSetting) {
    this.#at = setting
  }

  async stat(path: string, signal: AbortSignal): Promise<Entry> {
    const { wire, container, root } = this.#at
    return entryOf(path, await wire.head({ method: 'HEAD', container: container.name, name: nameOf(root, path), signal }))
  }

  async read({ path, range, ifMatch }: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    const { wire, container, root } = this.#at
    const headers = {
      ...(range !== undefined && { range: `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` }),
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    }
    const response = await wire.send({ container: container.name, name: nameOf(root, path), headers, signal })
    const entry = entryOf(path, response.headers)
    const length = Number(response.headers['content-length'] ?? Number.NaN)
    return { entry, body: length <= pieceBytes ? await response.bytes() : response.body }
  }

  async write({ path, source, contentType, modified, metadata, sha256 }: WriteRequest, signal: AbortSignal): Promise<Entry> {
    const { wire, container, root, large, removal } = this.#at
    const name = nameOf(root, path)
    const kept = { contentType: contentType ?? source.contentType, modified, metadata, sha256 }
    checkMetadata(path, metadata)
    if (source.bytes === undefined) await container.prepare(signal)
    return await container.writing(async () => {
      const replaced = await large.replacedBy(name, signal)
      const sent = await sentBody(source)
      const call = {
        method: 'PUT',
        container: container.name,
        name,
        headers: { ...keptHeaders(kept), ...sent.headers },
        body: sent.body,
        signal,
      }
      const headers = await wire.head(call)
      const etag = etagIn(headers)
      if (etag !== undefined && etag !== sent.md5()) {
        await removal.remove([name], signal)
        throw damaged(path)
      }
      await removal.free(replaced, signal)
      const bytes = sent.body instanceof Uint8Array ? sent.body.byteLength : source.size
      return writtenEntry(path, headers, kept, { size: bytes })
    }, signal)
  }

  /** A large object is copied segment by segment, another in one request; either keeps content type and metadata. */
  async copy({ from, to, ifMatch }: CopyRequest, signal: AbortSignal): Promise<Entry> {
    const { wire, container, root, copies } = this.#at
    const source = nameOf(root, from)
    const headers = await wire.head({ method: 'HEAD', container: container.name, name: source, signal })
    const entry = entryOf(to, headers)
    checkSource(from, entry, ifMatch)
    if (headers['x-static-large-object'] !== undefined) return await copies.within(source, nameOf(root, to), entry, signal)
    const { modified: _ofTheSource, ...rest } = entry
    const modified = keptIn(headers).modified
    const kept = modified === undefined ? rest : { ...rest, modified }
    return await this.#copied({ container: container.name, name: source, entry: kept }, to, ifMatch, signal)
  }

  /** Undefined where this user may not read there, or where it is too large for one request: the host moves the bytes then. */
  async copyFrom(
    source: { readonly objects: Objects },
    { from, to, ifMatch }: CopyRequest,
    signal: AbortSignal,
  ): Promise<Entry | undefined> {
    const there = source.objects.#at
    const [account, ours] = [await there.wire.account(), await this.#at.wire.account()]
    if (account.origin !== ours.origin) return undefined
    const { modified: _ofTheSource, ...entry } = { ...(await source.objects.stat(from, signal)), path: to }
    checkSource(from, entry, ifMatch)
    const place = { account: lastOf(account), container: there.container.name, name: nameOf(there.root, from), entry }
    try {
      return await this.#copied(place, to, ifMatch, signal)
    } catch (error) {
      // The source was there a moment ago: what is refused or not found is the right to see it, or our own container.
      if ([401, 403, 404, 413].some(status => isAnswer(error, status))) return undefined
      throw error
    }
  }

  async remove(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const { removal, root } = this.#at
    await removal.remove(
      paths.map(path => nameOf(root, path)),
      signal,
    )
  }

  async #copied(source: CopySource, to: string, ifMatch: string | undefined, signal: AbortSignal): Promise<Entry> {
    const { wire, container, root, large, removal } = this.#at
    const name = nameOf(root, to)
    const replaced = await large.replacedBy(name, signal)
    const headers = await wire.head({
      method: 'PUT',
      container: container.name,
      name,
      headers: {
        'content-length': '0',
        'x-copy-from': `/${encodeSegment(source.container)}/${encodeName(source.name)}`,
        ...(source.account !== undefined && { 'x-copy-from-account': encodeSegment(source.account) }),
        // The service reads the source with it, and asks nothing of the target.
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
      },
      idleTimeoutMs: copyTimeoutMs,
      signal,
    })
    await removal.free(replaced, signal)
    // It may have been replaced between the two requests, or have lost its segments to the copy.
    return etagIn(headers) === source.entry.etag ? source.entry : await this.stat(to, signal)
  }
}

/** `precondition-failed` for a source of another etag. */
function checkSource(path: string, { etag }: Pick<Entry, 'etag'>, ifMatch: string | undefined): void {
  if (ifMatch === undefined || etag === ifMatch) return
  throw new FairleadError('precondition-failed', `"${path}" has changed.`, { path, hint: 'Read it again.' })
}

/** The account: the last part of its address. */
function lastOf({ pathname }: URL): string {
  return decodeURIComponent(pathname.split('/').at(-1) ?? '')
}
