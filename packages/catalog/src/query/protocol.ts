/** A value of a result row, as JSON takes it; lists and maps come from columns declared as JSON. */
export type QueryValue = string | number | boolean | null | readonly QueryValue[] | { readonly [key: string]: QueryValue }

/** What SQLite gave, as it goes from process to process. */
export type WireValue = string | number | null

/** `any`: an expression, of which only its values tell what it is. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'json' | 'any'

/** A column of a result. */
export interface QueryColumn {
  readonly name: string
  readonly type: ColumnType
}

/** The value of a parameter, `:name` in SQL. */
export type ParameterValue = string | number | boolean | null

/** What the values of a column turned out to be. */
export type StorageClass = 'text' | 'integer' | 'number'

export interface QueryRequest {
  readonly file: string
  readonly sql: string
  readonly groupBy: 'file' | 'asset'
  readonly parameters: Readonly<Record<string, ParameterValue>>
}

/** The query process is asked for one batch after the other, so a slow reader holds it back. */
export type QueryMessage =
  | { readonly type: 'open'; readonly request: QueryRequest }
  | { readonly type: 'next' }
  /** How many rows are left; they are not sent. */
  | { readonly type: 'rest' }
  /** What the values of the columns are, over all rows. */
  | { readonly type: 'classes' }

export type QueryAnswer = { readonly ms: number } & (
  | { readonly type: 'columns'; readonly columns: readonly QueryColumn[] }
  | { readonly type: 'rows'; readonly rows: ReadonlyArray<readonly WireValue[]>; readonly done: boolean }
  | { readonly type: 'rest'; readonly count: number }
  | { readonly type: 'classes'; readonly classes: ReadonlyArray<readonly StorageClass[]> }
  /** The statement is not one that can be run: whose fault it is, and in SQLite's words. */
  | { readonly type: 'refused'; readonly message: string; readonly tables: readonly string[] }
)
