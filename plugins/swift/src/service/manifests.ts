import { createHash } from 'node:crypto'
import type { Entry } from '@fairlead/core'
import { encodeName, etagIn, keptHeaders, type Kept } from '../mapping.ts'
import type { Container } from './container.ts'
import type { LargeObjects, Segment } from './large-objects.ts'
import type { Removal } from './removal.ts'
import type { Wire } from './wire.ts'
import { writtenEntry } from './written.ts'

/** Makes static large objects of segments: https://docs.openstack.org/swift/latest/overview_large_objects.html */
export class Manifests {
  readonly #wire: Wire
  readonly #container: Container
  readonly #large: LargeObjects
  readonly #removal: Removal

  constructor(wire: Wire, container: Container, large: LargeObjects, removal: Removal) {
    this.#wire = wire
    this.#container = container
    this.#large = large
    this.#removal = removal
  }

  /** Makes the object in one step, and frees the segments of a large one that it replaces. The service checks each segment. */
  async put(name: string, path: string, segments: readonly Segment[], kept: Kept, signal: AbortSignal): Promise<Entry> {
    const replaced = await this.#large.replacedBy(name, signal)
    const rows = segments.map(segment => ({ path: `/${segment.container}/${segment.name}`, etag: segment.etag, size_bytes: segment.bytes }))
    const etag = createHash('md5')
      .update(segments.map(segment => segment.etag).join(''))
      .digest('hex')
    const headers = await this.#wire.head({
      method: 'PUT',
      container: this.#container.name,
      name,
      query: { 'multipart-manifest': 'put' },
      headers: { ...keptHeaders(kept), etag },
      body: JSON.stringify(rows),
      // The service looks at every segment before it answers.
      idleTimeoutMs: 300_000,
      signal,
    })
    await this.#large.add(name)
    const size = segments.reduce((sum, segment) => sum + segment.bytes, 0)
    const inUse = new Set(rows.map(row => row.path))
    // After a lost answer the replaced object is this one already.
    const old = replaced.filter(segment => !inUse.has(`/${segment.container}/${segment.name}`))
    await this.#removal.free(old, signal)
    return writtenEntry(path, etagIn(headers) === undefined ? { ...headers, etag } : headers, kept, { size, large: true })
  }

  /** The address of a segment in a header. */
  static address({ container, name }: Pick<Segment, 'container' | 'name'>): string {
    return `/${encodeURIComponent(container)}/${encodeName(name)}`
  }
}
