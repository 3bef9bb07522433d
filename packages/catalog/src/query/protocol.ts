/** A value of a result row, as JSON takes it. */
export type QueryValue = string | number | null

export interface QueryRequest {
  readonly file: string
  readonly sql: string
  readonly groupBy: 'file' | 'asset'
}

/** The query process is asked for one batch after the other, so a slow reader holds it back. */
export type QueryMessage = { readonly type: 'open'; readonly request: QueryRequest } | { readonly type: 'next' }

export type QueryAnswer =
  | { readonly type: 'columns'; readonly columns: readonly string[] }
  | { readonly type: 'rows'; readonly rows: ReadonlyArray<readonly QueryValue[]>; readonly done: boolean }
  /** The statement is not one that can be run: whose fault it is, and in SQLite's words. */
  | { readonly type: 'refused'; readonly message: string; readonly tables: readonly string[] }
