import { createHash } from 'node:crypto'

/** One segment of a static large object. */
export interface StoredSegment {
  readonly container: string
  readonly name: string
  readonly bytes: number
  readonly etag: string
}

/** One object as it is kept. */
export interface StoredObject {
  readonly body: Buffer
  readonly etag: string
  readonly contentType: string
  /** `x-object-meta-…`, lower case. */
  readonly metadata: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly time: number
  /** Of a static large object; its body is empty then. */
  readonly segments?: readonly StoredSegment[]
}

/** A container: its objects, and what was posted to it. */
export class StoredContainer {
  readonly metadata: Record<string, string> = {}
  readonly #objects = new Map<string, StoredObject>()
  #sorted: readonly string[] | undefined

  get(name: string): StoredObject | undefined {
    return this.#objects.get(name)
  }

  set(name: string, object: StoredObject): void {
    if (!this.#objects.has(name)) this.#sorted = undefined
    this.#objects.set(name, object)
  }

  delete(name: string): boolean {
    this.#sorted = undefined
    return this.#objects.delete(name)
  }

  get size(): number {
    return this.#objects.size
  }

  /** Names in the order of their UTF-8 bytes. */
  names(): readonly string[] {
    this.#sorted ??= [...this.#objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    return this.#sorted
  }
}

/** An account: its containers, and what was posted to it. */
export class StoredAccount {
  readonly metadata: Record<string, string> = {}
  readonly containers = new Map<string, StoredContainer>()
}

/** Lower-case hex. */
export function md5(body: Uint8Array | string): string {
  return createHash('md5').update(body).digest('hex')
}

/** Bytes of the whole object, of all its segments where it has some. */
export function sizeOf({ body, segments }: StoredObject): number {
  return segments === undefined ? body.byteLength : segments.reduce((sum, { bytes }) => sum + bytes, 0)
}
