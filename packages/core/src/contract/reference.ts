/** The address of one asset: `[connection://][registry/]collection[/sub…]/name[:tag][@sha256:…]`. */
export interface Reference {
  readonly connection?: string
  /** Host and port; only where the connection's addressing is `registry`. */
  readonly registry?: string
  /** One or more parts joined by `/`. */
  readonly collection: string
  readonly name: string
  readonly tag?: string
  /** `sha256:<64 lower-case hex>`. */
  readonly digest?: string
}

/** The address of one stored blob: `connection:/path`. */
export interface ObjectPath {
  readonly connection?: string
  /** Logical, `/`-separated, without leading or trailing slash; `''` is the root. */
  readonly path: string
}
