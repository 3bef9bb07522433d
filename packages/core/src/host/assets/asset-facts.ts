/** What the verbs on assets remember, so that nothing is hashed or read twice. Losing it costs time only. */
export interface AssetFacts {
  /** The sha256 of a local file, lower-case hex; read again only when its fingerprint changed. */
  sha256(file: string, signal?: AbortSignal): Promise<string>
  /** What was remembered of an object while it had this etag. */
  remote(path: string, etag: string): unknown
  /** Remembers plain JSON about an object of this etag. */
  rememberRemote(path: string, etag: string, value: unknown): void
}
