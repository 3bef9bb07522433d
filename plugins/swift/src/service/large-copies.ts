import { inParallel, type Clock, type Entry } from '@fairlead/core'
import { etagIn } from '../mapping.ts'
import type { LargeObjects, Segment } from './large-objects.ts'
import { Manifests } from './manifests.ts'
import type { Removal } from './removal.ts'
import { flatName, newUploadId, segmentName } from './segments.ts'
import type { Wire } from './wire.ts'

/** Segments that are copied at a time. */
const width = 4

/** Copies of large objects inside the service, of any size: each with segments of its own, so that neither depends on the other. */
export class LargeCopies {
  readonly #wire: Wire
  readonly #large: LargeObjects
  readonly #manifests: Manifests
  readonly #removal: Removal
  readonly #clock: Clock

  constructor(wire: Wire, large: LargeObjects, manifests: Manifests, removal: Removal, clock: Clock) {
    this.#wire = wire
    this.#large = large
    this.#manifests = manifests
    this.#removal = removal
    this.#clock = clock
  }

  /** Copies the large object `from` to `to`; `entry` is what it is and what of it is kept. */
  async within(from: string, to: string, entry: Entry, signal: AbortSignal): Promise<Entry> {
    const segments = await this.#large.segmentsOf(from, signal)
    const upload = newUploadId(this.#clock.now())
    const flat = flatName(to)
    const copies: Segment[] = []
    let offset = 0
    const numbered = segments.map((segment, index) => {
      const name = segmentName({ flat, upload, number: index + 1, offset })
      offset += segment.bytes
      return { segment, index, name }
    })
    try {
      await inParallel(numbered, width, async ({ segment, index, name }) => {
        const headers = { 'content-length': '0', 'x-copy-from': Manifests.address(segment) }
        const answer = await this.#wire.head({ method: 'PUT', container: this.#large.segments, name, headers, signal })
        copies[index] = { ...segment, container: this.#large.segments, name, etag: etagIn(answer) ?? segment.etag }
      })
      return await this.#manifests.put(to, entry.path, copies, keptOf(entry), signal)
    } catch (error) {
      if (!signal.aborted) await this.#removal.free(copies.flat(), signal)
      throw error
    }
  }
}

function keptOf({ contentType, modified, metadata, checksums }: Entry) {
  const sha256 = checksums?.find(({ algorithm, scope }) => algorithm === 'sha256' && scope === 'object')?.value
  return { contentType, modified, metadata, sha256 }
}
