import { FairleadError } from '@fairlead/core'
import { countOf, isRecord, textOf } from './json.ts'
import type { Wire } from './wire.ts'

/** What a cluster tells of itself under `/info`; absent is what it does not tell. */
export interface ClusterInfo {
  readonly staticLargeObjects?: { readonly maxSegments?: number; readonly minSegmentBytes?: number }
  /** Names in one bulk delete. */
  readonly bulkDelete?: number
  /** What links may be signed by; absent where there are none. */
  readonly digests?: readonly string[]
}

/** Asks a cluster once what it can do. A cluster that does not tell is taken to be as Swift is by default. */
export class Cluster {
  readonly #wire: Wire
  #asked: Promise<ClusterInfo | undefined> | undefined

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Undefined: it does not tell. */
  async info(): Promise<ClusterInfo | undefined> {
    this.#asked ??= this.#ask()
    return await this.#asked
  }

  async #ask(): Promise<ClusterInfo | undefined> {
    const account = await this.#wire.account()
    // Beside the account: /v1/AUTH_x, and behind a gateway /swift/v1/AUTH_x.
    const base = account.pathname.replace(/\/v1(\.0)?(\/.*)?$/, '')
    try {
      const response = await this.#wire.open(new URL(`${base}/info`, account), undefined)
      if (response.status !== 200) {
        await response.bytes()
        return undefined
      }
      return parseInfo(await response.json())
    } catch (error) {
      // What it would have told is a help and no need; the next request says itself what is wrong.
      this.#asked = undefined
      if (FairleadError.is(error)) return undefined
      throw error
    }
  }
}

/** The parts of `/info` that are looked at: https://docs.openstack.org/api-ref/object-store/#list-activated-capabilities */
function parseInfo(document: unknown): ClusterInfo | undefined {
  if (!isRecord(document)) return undefined
  const { slo, bulk_delete: bulk, tempurl } = document
  const maxSegments = isRecord(slo) ? countOf(slo['max_manifest_segments']) : undefined
  const minSegmentBytes = isRecord(slo) ? countOf(slo['min_segment_size']) : undefined
  const digests =
    isRecord(tempurl) && Array.isArray(tempurl['allowed_digests'])
      ? tempurl['allowed_digests'].flatMap(digest => textOf(digest) ?? [])
      : undefined
  return {
    ...(isRecord(slo) && {
      staticLargeObjects: { ...(maxSegments !== undefined && { maxSegments }), ...(minSegmentBytes !== undefined && { minSegmentBytes }) },
    }),
    ...(isRecord(bulk) && { bulkDelete: countOf(bulk['max_deletes_per_request']) ?? 1000 }),
    // Before it told, SHA-1 was all there was.
    ...(isRecord(tempurl) && { digests: digests ?? ['sha1'] }),
  }
}
