/** The JSON that travels with an asset. Its digest is over {@link AssetIdentity} alone, so it is the same on every store. */
export interface AssetManifest extends AssetIdentity {
  /** How it was made: time, host, tool version, source path relative to the ingress. Outside the digest. */
  readonly provenance?: Readonly<Record<string, unknown>>
}

/** What the digest covers: sha256 over its canonical JSON (RFC 8785). No time, no host, no object path. */
export interface AssetIdentity {
  readonly schemaVersion: 1
  readonly type: 'file' | 'sequence' | 'complex'
  readonly specification?: string
  readonly traits: Readonly<Record<string, unknown>>
  readonly files: readonly AssetFile[]
}

/** One file of an asset; `path` is relative to the asset, `/`-separated; `size` in bytes; `sha256` lower-case hex. */
export interface AssetFile {
  readonly path: string
  readonly size: number
  readonly sha256: string
  readonly mediaType: string
}

/** `metadata/manifest/<collection>/<name>/_tag/<tag>.json`: written last, it makes an asset visible. */
export interface TagRecord {
  readonly schemaVersion: 1
  /** `sha256:<hex>` of the manifest. */
  readonly digest: string
  readonly type: AssetIdentity['type']
  readonly count: number
  readonly bytes: number
  readonly labels: Readonly<Record<string, string>>
  readonly specification?: string
  readonly provenance?: Readonly<Record<string, unknown>>
  /** ISO 8601, UTC. */
  readonly time: string
  /** Modification time (ISO 8601) and executable bit of files that have one; outside the digest. */
  readonly files?: Readonly<Record<string, { readonly modified?: string; readonly executable?: true }>>
  /**
   * `content` or a folder below it, or below a prefix: where the files lie that export laid out, with the manifest's paths relative to it.
   * Absent, they lie in the content folder of the asset's own digest.
   */
  readonly root?: string
  /** `collection/name:tag` as it was written: where a store can't tell case, it tells `shows/hero` from `Shows/hero`. */
  readonly reference?: string
}

/** One line of a search: what a tag says. Fields beyond the first three are there when the tag record was read. */
export interface AssetSummary {
  readonly collection: string
  readonly name: string
  readonly tag: string
  readonly digest?: string
  readonly type?: AssetIdentity['type']
  readonly count?: number
  readonly bytes?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly specification?: string
  readonly time?: string
}
