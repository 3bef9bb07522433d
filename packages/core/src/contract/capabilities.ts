/** How a hash is called. `dropbox` is that service's block hash; `etag` is none: a multipart ETag is no checksum of the object. */
export type ChecksumAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'crc32' | 'crc32c' | 'crc64nvme' | 'dropbox'

/**
 * What a connection can do: `false` is absent, an object is present with its limits. The manifest declares it; a
 * connection may only narrow it. Sizes are bytes, times are seconds.
 */
export interface Capabilities {
  readonly list:
    | false
    | {
        readonly recursive: boolean
        /** True: entries come in ascending order of their path's UTF-8 bytes. */
        readonly ordered: boolean
        /** True: a recursive listing may begin behind a path, so that parts of it can be listed at once. */
        readonly after?: true
        readonly directories: 'real' | 'implied'
      }
  readonly read:
    | false
    | {
        readonly range: boolean
        readonly versions: boolean
        /** True: entries carry an `etag` and `ifMatch` is honoured, so a broken body may be continued. */
        readonly validator: boolean
        /** False: `doRead` tells neither content type nor metadata, as the service doesn't beside a body; `doStat` tells them. */
        readonly attributes?: false
      }
  readonly write:
    | false
    | {
        readonly unknownSize: boolean
        readonly empty: boolean
        readonly maxBytes?: number
        /** The conditions of a write that the service itself decides, without a race. */
        readonly conditions: ReadonlyArray<'absent' | 'match'>
        readonly modified: 'settable' | 'metadata' | false
        readonly metadata: false | { readonly maxBytes: number; readonly keys: 'token' | 'any'; readonly values: 'ascii' | 'unicode' }
        readonly resumable:
          | false
          | {
              readonly order: 'any' | 'sequential'
              readonly partBytes: readonly [min: number, max: number]
              readonly multipleOf: number
              readonly maxParts?: number
              readonly expiresSeconds?: number
            }
      }
  readonly copy:
    | false
    | {
        readonly maxBytes?: number
        /** True: it may copy from another connection of the same client. */
        readonly across?: boolean
        /** True: the service itself holds a copy to the etag of its source. Elsewhere the host looks at the source right before. */
        readonly ifMatch?: boolean
      }
  readonly remove:
    | false
    | {
        /** True: a path with everything below it can be removed in one call. */
        readonly recursive: boolean
        /** How many paths one call takes, at least 1. */
        readonly batch: number
      }
  readonly search: { readonly native: false | ReadonlyArray<'prefix' | 'text' | 'metadata'> }
  readonly share:
    | false
    | {
        readonly targets: ReadonlyArray<'object' | 'prefix'>
        readonly kinds: ReadonlyArray<'signed-url' | 'public-link' | 'grant'>
        readonly methods: ReadonlyArray<'GET' | 'HEAD' | 'PUT'>
        readonly maxExpirySeconds?: number
        /** Kinds that last until they are taken back: `always`, since the service ends none by itself, or `unless-asked` for a time. */
        readonly endless?: Readonly<Partial<Record<'public-link' | 'grant', 'always' | 'unless-asked'>>>
        readonly password: boolean
        readonly list: boolean
        readonly revoke: boolean
        /** True: the service has no server of its own; `fairlead share --serve` answers its links. */
        readonly served?: boolean
      }
  /**
   * True: the service keeps documents of metadata with files and folders, which `doDescribe` sets. An export then lays files
   * right below its prefix and describes each file and each folder of an asset, in place of documents and chunks beside them.
   */
  readonly describe?: true
  /** `native`: the service stores assets in its own shape (an OCI registry, Girder). */
  readonly assets: 'objects' | 'native'
  /** Only with `registry` may a reference carry a registry host. */
  readonly addressing?: 'registry'
  readonly paths: PathRules
  readonly checksums: readonly ChecksumAlgorithm[]
  readonly consistency: 'strong' | 'eventual'
}

/** What a store can keep as a path. Limits are UTF-8 bytes. */
export interface PathRules {
  readonly segmentBytes: number
  readonly pathBytes: number
  /** Characters that no segment may hold; core quotes them. */
  readonly forbidden: string
  /** Whole segments the store keeps for itself (compared without case); core quotes them. */
  readonly reserved: readonly string[]
  readonly case: 'sensitive' | 'preserving'
  readonly unicode: 'bytes' | 'nfc'
  /** True: `a` and `a/b` may both be objects. */
  readonly fileAndFolder: boolean
}
