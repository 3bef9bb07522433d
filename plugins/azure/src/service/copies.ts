import { FairleadError, inParallel, type Clock, type CopyRequest, type Entry } from '@fairlead/core'
import { AzureFailure } from '../errors.ts'
import { conditionHeaders } from '../mapping.ts'
import { blockId, blockList, newUploadId, parseBlockId } from './block-ids.ts'
import { blobOf, type Objects, type Place } from './objects.ts'
import type { Shares } from './shares.ts'
import { elementsOf, textOf } from './xml.ts'

const mebibyte = 1024 ** 2
/** What one request copies from another account: https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url */
const inOneRequest = 256 * mebibyte
/** Blocks that the service fetches: each must be done before a connection counts as idle. */
const blockBytes = 64 * mebibyte
const maxBlocks = 50_000
const blocksAtOnce = 4
/** How long the service may read the source by the signature it is given. */
const signedForMs = 12 * 3600_000
const pollMs = 500
/** A request that copies is answered when it is done. */
const idleTimeoutMs = 5 * 60_000
/** Properties that are no metadata, by the header that tells and the one that sets them. */
const properties = [
  ['content-type', 'x-ms-blob-content-type'],
  ['cache-control', 'x-ms-blob-cache-control'],
  ['content-encoding', 'x-ms-blob-content-encoding'],
  ['content-language', 'x-ms-blob-content-language'],
  ['content-disposition', 'x-ms-blob-content-disposition'],
] as const

/** The other connection of a copy: where it is, and what signs addresses there. */
export interface CopySource {
  readonly place: Place
  readonly shares: Shares
  /** What a failure there means. */
  toError(cause: unknown): unknown
}

/** Copies within the service: no byte passes this machine. */
export class Copies {
  readonly #place: Place
  readonly #objects: Objects
  readonly #clock: Clock
  /** Ids of copies in blocks that broke off: a second attempt goes on with what is there. */
  readonly #begun = new Map<string, string>()

  constructor(place: Place, objects: Objects, clock: Clock) {
    this.#place = place
    this.#objects = objects
    this.#clock = clock
  }

  /** Within the account, which is done at once; where the service takes its time, until it is done. */
  async within({ from, to, condition, ifMatch }: CopyRequest, signal: AbortSignal): Promise<Entry> {
    const { wire, container, defaults } = this.#place
    const { credential } = wire.account
    const source = wire.address(blobOf(this.#place, from)) + (credential.kind === 'sas' ? `?${credential.query}` : '')
    const { headers } = await container.ensured(signal, async () =>
      wire.send({
        method: 'PUT',
        blob: blobOf(this.#place, to),
        headers: {
          'x-ms-copy-source': source,
          ...(ifMatch !== undefined && { 'x-ms-source-if-match': `"${ifMatch}"` }),
          ...tierAndTags(defaults),
          ...conditionHeaders(condition),
        },
        signal,
      }),
    )
    if (headers['x-ms-copy-status'] === 'pending') await this.#done(to, headers['x-ms-copy-id'] ?? '', signal)
    return await this.#objects.stat(to, signal)
  }

  /** From another account or container; undefined where the service can't read there. */
  async across(other: CopySource, { from, to, condition, ifMatch }: CopyRequest, signal: AbortSignal): Promise<Entry | undefined> {
    if (!reachable(other.place.wire.address(), this.#place.wire.address())) return undefined
    const { source, address } = await this.#found(other, from, signal).catch((cause: unknown) => {
      throw signal.aborted ? cause : other.toError(cause)
    })
    if (ifMatch !== undefined && source['etag']?.replaceAll('"', '') !== ifMatch) throw sourceChanged(from)
    const size = Number(source['content-length'])
    try {
      if (size <= Math.min(inOneRequest, this.#place.blockBytes ?? inOneRequest)) await this.#whole(address, source, to, condition, signal)
      else await this.#inBlocks(address, source, size, { from, to, ...(condition !== undefined && { condition }) }, signal)
    } catch (cause) {
      if (!(cause instanceof AzureFailure)) throw cause
      if (cause.status !== 501 && cause.code !== 'CannotVerifyCopySource' && cause.code !== 'UnsupportedHeader') throw cause
      return undefined
    }
    return await this.#objects.stat(to, signal)
  }

  /** What there is to copy, and where the service may read it. */
  async #found(
    other: CopySource,
    from: string,
    signal: AbortSignal,
  ): Promise<{ readonly source: Readonly<Record<string, string>>; readonly address: string }> {
    const { headers } = await other.place.wire.send({ method: 'HEAD', blob: blobOf(other.place, from), signal })
    const until = new Date(this.#clock.now().getTime() + signedForMs)
    return { source: headers, address: await addressFor(other, from, until, signal) }
  }

  async #whole(
    address: string,
    source: Readonly<Record<string, string>>,
    to: string,
    condition: CopyRequest['condition'],
    signal: AbortSignal,
  ): Promise<void> {
    const { wire, container, defaults } = this.#place
    await container.ensured(signal, async () =>
      wire.send({
        method: 'PUT',
        blob: blobOf(this.#place, to),
        headers: {
          'x-ms-copy-source': address,
          'x-ms-requires-sync': 'true',
          ...(source['etag'] !== undefined && { 'x-ms-source-if-match': source['etag'] }),
          ...tierAndTags(defaults),
          ...conditionHeaders(condition),
        },
        idleTimeoutMs,
        signal,
      }),
    )
  }

  /** Block by block, so that what was there before stays until all is there. */
  async #inBlocks(
    address: string,
    source: Readonly<Record<string, string>>,
    size: number,
    { from, to, condition }: CopyRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const { wire, container, defaults } = this.#place
    const blob = blobOf(this.#place, to)
    const key = JSON.stringify([address.split('?')[0], source['etag'], from, to])
    const upload = this.#begun.get(key) ?? newUploadId(this.#clock.now())
    const there = this.#begun.has(key) ? await this.#staged(blob, upload, signal) : new Set<number>()
    this.#begun.set(key, upload)
    const bytes = Math.max(this.#place.blockBytes ?? blockBytes, Math.ceil(size / maxBlocks))
    const count = Math.ceil(size / bytes)
    const stage = async (number: number): Promise<void> => {
      const start = (number - 1) * bytes
      await wire.send({
        method: 'PUT',
        blob,
        query: { comp: 'block', blockid: blockId(upload, number) },
        headers: {
          'x-ms-copy-source': address,
          'x-ms-source-range': `bytes=${start}-${Math.min(start + bytes, size) - 1}`,
          ...(source['etag'] !== undefined && { 'x-ms-source-if-match': source['etag'] }),
        },
        idleTimeoutMs,
        signal,
      })
    }
    const [first, ...rest] = Array.from({ length: count }, (_, index) => index + 1).filter(number => !there.has(number))
    // The first alone, so that a container that is missing is made once.
    if (first !== undefined) await container.ensured(signal, async () => stage(first))
    await inParallel(rest, blocksAtOnce, stage)
    await wire.send({
      method: 'PUT',
      blob,
      query: { comp: 'blocklist' },
      headers: { 'content-type': 'application/xml', ...attributesOf(source), ...tierAndTags(defaults), ...conditionHeaders(condition) },
      body: blockList(Array.from({ length: count }, (_, index) => blockId(upload, index + 1))),
      signal,
    })
    this.#begun.delete(key)
  }

  async #staged(blob: string, upload: string, signal: AbortSignal): Promise<Set<number>> {
    const query = { comp: 'blocklist', blocklisttype: 'uncommitted' }
    const xml = await (await this.#place.wire.send({ method: 'GET', blob, query, signal })).text()
    const blocks = [...elementsOf(xml, ['Block'])].map(({ inner }) => parseBlockId(textOf(inner, 'Name') ?? ''))
    return new Set(blocks.flatMap(block => (block?.upload === upload ? [block.part] : [])))
  }

  /** Waits for a copy; one that is given up is also given up by the service. */
  async #done(path: string, id: string, signal: AbortSignal): Promise<void> {
    const { wire } = this.#place
    const blob = blobOf(this.#place, path)
    try {
      for (;;) {
        await this.#clock.sleep(pollMs, signal)
        const { headers } = await wire.send({ method: 'HEAD', blob, signal })
        const status = headers['x-ms-copy-status']
        if (status === 'pending' && headers['x-ms-copy-id'] === id) continue
        if (status === 'success' || headers['x-ms-copy-id'] !== id) return
        throw new FairleadError(
          'unavailable',
          `"${path}": the service did not finish the copy: ${headers['x-ms-copy-status-description'] ?? status ?? ''}`,
          {
            hint: 'Run the same command again.',
          },
        )
      }
    } catch (cause) {
      if (signal.aborted) {
        const headers = { 'x-ms-copy-action': 'abort' }
        // Best effort: the copy may have ended by itself.
        await wire
          .send({ method: 'PUT', blob, query: { comp: 'copy', copyid: id }, headers, signal: AbortSignal.timeout(10_000) })
          .catch(() => undefined)
      }
      throw cause
    }
  }
}

/** What a copy in blocks must say itself of the new blob. */
function attributesOf(source: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [told, set] of properties) if (source[told] !== undefined) headers[set] = source[told]
  for (const [name, value] of Object.entries(source)) if (name.startsWith('x-ms-meta-')) headers[name] = value
  if (source['content-md5'] !== undefined) headers['x-ms-blob-content-md5'] = source['content-md5']
  return headers
}

function tierAndTags({ tier, tags }: Place['defaults']): Record<string, string> {
  return {
    ...(tier !== undefined && { 'x-ms-access-tier': tier.charAt(0).toUpperCase() + tier.slice(1) }),
    ...(tags !== undefined && { 'x-ms-tags': tags }),
  }
}

function sourceChanged(path: string): FairleadError {
  return new FairleadError('precondition-failed', `"${path}" has changed.`, { path, hint: 'Read it again.' })
}

/** Whether a service can read from another's address: one server, or two accounts of one cloud. */
function reachable(source: string, target: string): boolean {
  const [one, other] = [new URL(source), new URL(target)]
  if (one.origin === other.origin) return true
  const cloud = ({ hostname }: URL): string => hostname.replace(/^[^.]+/, '')
  return one.protocol === 'https:' && cloud(one).startsWith('.blob.') && cloud(one) === cloud(other)
}

/** The source's address by which the service may read it: with the connection's own SAS, or one that is made for this. */
async function addressFor({ place, shares }: CopySource, path: string, until: Date, signal: AbortSignal): Promise<string> {
  const { credential } = place.wire.account
  const plain = place.wire.address(blobOf(place, path))
  if (credential.kind === 'anonymous') return plain
  if (credential.kind === 'sas') return `${plain}?${credential.query}`
  return (await shares.signed(path, 'r', until, signal))?.href ?? plain
}
