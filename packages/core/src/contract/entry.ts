import type { ChecksumAlgorithm } from './capabilities.ts'

/** A hash the service vouches for. `value` is lower-case hex; `parts`: a hash over parts, no checksum of the object. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm
  readonly value: string
  readonly scope: 'object' | 'parts'
}

/** One stored blob, or one folder of them. Paths are logical: `/`-separated, no leading or trailing slash. */
export interface Entry {
  readonly path: string
  readonly kind: 'object' | 'prefix'
  readonly id?: string
  readonly size?: number
  readonly modified?: Date
  /** The validator that `ifMatch` takes, opaque. */
  readonly etag?: string
  readonly version?: string
  /** In a listing of versions: whether this is what a read without a version gives. */
  readonly latest?: boolean
  readonly contentType?: string
  readonly checksums?: readonly Checksum[]
  readonly metadata?: Readonly<Record<string, string>>
}

/** One page of a listing; `cursor` is absent on the last one. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly cursor?: string
}
