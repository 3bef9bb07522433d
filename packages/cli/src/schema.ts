/** A JSON Schema (draft 2020-12), as far as results need it. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly pattern?: string
  readonly minimum?: number
}

declare const described: unique symbol

/** A schema that knows the type it describes, so that a result can't differ from its documentation. */
export interface Schema<T> {
  readonly json: JsonSchema
  /** Only for the compiler. */
  readonly [described]?: T
}

/** A key that may be absent. */
export interface Optional<T> extends Schema<T> {
  readonly optional: true
}

/** The type a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never

type Keys = Readonly<Record<string, Schema<unknown>>>
type OptionalKeys<K extends Keys> = { [N in keyof K]: K[N] extends Optional<unknown> ? N : never }[keyof K]
type ObjectOf<K extends Keys> = { readonly [N in Exclude<keyof K, OptionalKeys<K>>]: Infer<K[N]> } & {
  readonly [N in OptionalKeys<K>]?: Infer<K[N]>
}

const make = <T>(json: JsonSchema, description?: string): Schema<T> => ({
  json: { ...json, ...(description !== undefined && { description }) },
})

/** Text; `pattern` where it has a form. */
export const text = (description?: string, pattern?: string): Schema<string> =>
  make({ type: 'string', ...(pattern !== undefined && { pattern }) }, description)
/** A whole number that is not negative. */
export const count = (description?: string): Schema<number> => make({ type: 'integer', minimum: 0 }, description)
export const flag = (description?: string): Schema<boolean> => make({ type: 'boolean' }, description)
/** One of some words. */
export const oneOf = <const W extends readonly string[]>(words: W, description?: string): Schema<W[number]> =>
  make({ enum: words }, description)
export const list = <T>(items: Schema<T>, description?: string): Schema<readonly T[]> =>
  make({ type: 'array', items: items.json }, description)
/** Any keys, values of one kind. */
export const record = <T>(values: Schema<T>, description?: string): Schema<Readonly<Record<string, T>>> =>
  make({ type: 'object', additionalProperties: values.json }, description)
/** Anything that JSON can hold. */
export const anything = (description?: string): Schema<unknown> => make({}, description)
/** Text, a number, true or false, or null. */
export const scalar = (description?: string): Schema<string | number | boolean | null> =>
  make({ type: ['string', 'number', 'boolean', 'null'] }, description)
export const optional = <T>(schema: Schema<T>): Optional<T> => ({ ...schema, optional: true })
/** One of two forms. */
export const either = <A, B>(a: Schema<A>, b: Schema<B>, description?: string): Schema<A | B> =>
  make({ anyOf: [a.json, b.json] }, description)

/** An object with exactly these keys. */
export function object<const K extends Keys>(keys: K, description?: string): Schema<ObjectOf<K>> {
  const entries = Object.entries(keys)
  const properties = Object.fromEntries(entries.map(([name, schema]) => [name, schema.json]))
  const required = entries.filter(([, schema]) => !('optional' in schema)).map(([name]) => name)
  return make({ type: 'object', properties, required, additionalProperties: false }, description)
}

/** `sha256:<hex>`. */
export const digest = (description = 'Of the asset: sha256 over its manifest.'): Schema<string> =>
  text(description, '^sha256:[0-9a-f]{64}$')

/** What a failed command prints on standard output with --json. */
export const errorSchema = object({
  error: object({
    code: text('One of the codes of docs/reference/errors.md.'),
    message: text('What was wrong, and where.'),
    hint: optional(text('What to do next.')),
    retry: optional(oneOf(['never', 'later', 'exhausted'])),
    retryAfterMs: optional(count()),
    connection: optional(text()),
    operation: optional(text()),
    path: optional(text()),
    status: optional(count('Of HTTP.')),
    requestId: optional(text()),
    problems: optional(list(anything())),
  }),
})
