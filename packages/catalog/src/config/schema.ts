import type { MetadataType, WorkflowStep, WriteMode } from './choices.ts'

/** What is said of every value: in the JSON Schema, in `config show --defaults` and in messages. */
interface About {
  /** One or two sentences for people. */
  readonly description?: string
  /** What counts when the key is left out. */
  readonly default?: unknown
  /** What it could be, for a key without a default. */
  readonly example?: unknown
  /** True where the value may let someone in: messages never repeat it. */
  readonly secret?: boolean
}

/** What a value of the project file may be. */
export type Schema = About &
  (
    | { readonly kind: 'string'; readonly check?: (text: string) => string | undefined; readonly pattern?: string }
    | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
    /** Any number above `above`. */
    | { readonly kind: 'number'; readonly above: number; readonly maximum: number }
    | { readonly kind: 'boolean' }
    /** `anyCase`: PUT is put. */
    | { readonly kind: 'one-of'; readonly values: readonly string[]; readonly anyCase?: boolean }
    /** Text, a number or a boolean. */
    | { readonly kind: 'scalar'; readonly check?: (text: string) => string | undefined }
    /** Checked by whoever reads it; `schema` tells others of it. */
    | { readonly kind: 'other'; readonly schema?: Readonly<Record<string, unknown>>; readonly check?: (text: string) => string | undefined }
    | { readonly kind: 'list'; readonly of: Schema }
    | {
        readonly kind: 'map'
        readonly keys: Readonly<Record<string, Schema>>
        readonly required?: readonly string[]
        /** Keys of which at most one may be there. */
        readonly exclusive?: readonly string[]
      }
    /** Keys of one's own. */
    | { readonly kind: 'record'; readonly of: Schema; readonly key?: (name: string) => string | undefined; readonly keyPattern?: string }
    /** A text, or a map. */
    | { readonly kind: 'text-or-map'; readonly text: Schema; readonly map: Schema }
  )

/** The top-level keys with their types, as they stand in the file after the check. */
export interface ProjectFile {
  readonly ingress_directory?: string
  readonly staging_directory?: string
  readonly specification_files?: readonly string[]
  readonly specifications?: unknown
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly write_mode?: WriteMode
  readonly metadata_types?: readonly MetadataType[]
  readonly workflow?: readonly WorkflowStep[]
  readonly exporters?: readonly ExporterEntry[]
  readonly webhooks?: readonly WebhookEntry[]
  readonly queries?: Readonly<Record<string, string | QueryEntry>>
  readonly engine?: { readonly threads?: number }
  readonly redact_regex?: string
  readonly redact_hash?: boolean
}

/** One of `exporters`. */
export interface ExporterEntry {
  readonly connection: string
  readonly prefix?: string
  readonly metadata_types?: readonly MetadataType[]
  readonly workers?: number
}

/** A saved query with more than its SQL. */
export interface QueryEntry {
  readonly sql: string
  readonly group_by?: 'file' | 'asset'
  readonly description?: string
}

/** One of `webhooks`. */
export interface WebhookEntry {
  readonly url: string
  readonly method?: string
  readonly on?: 'success' | 'failure' | 'always'
  readonly headers?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, string | number | boolean>>
  readonly json?: unknown
  readonly data?: string | Readonly<Record<string, string | number | boolean>>
  readonly timeout?: number
  readonly retries?: number
  readonly expect?: readonly number[]
}
