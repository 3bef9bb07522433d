/** One condition of a search; all of them must hold. */
export type SearchTerm =
  /** A word somewhere in collection, name, tag, or a label. `*` in it stands for any characters. */
  | { readonly kind: 'word'; readonly pattern: string }
  /** `collection:`, `name:`, `tag:`, `type:` with a whole-value pattern (`*` as above). */
  | { readonly kind: 'field'; readonly field: 'collection' | 'name' | 'tag' | 'type'; readonly pattern: string }
  | { readonly kind: 'label'; readonly label: string; readonly pattern: string }
  /** Tag time, ISO 8601; `before` is exclusive, `after` inclusive. */
  | { readonly kind: 'time'; readonly relation: 'before' | 'after'; readonly time: string }

export interface SearchQuery {
  /** As it was written. */
  readonly text: string
  readonly terms: readonly SearchTerm[]
}
