/** A value that prints as `[secret]` everywhere; only {@link Secret.reveal} gives it away. */
export interface Secret {
  reveal(): string
  toString(): '[secret]'
  toJSON(): '[secret]'
}

interface OptionBase {
  /** One sentence for help, forms and docs. */
  readonly help: string
  /** The service's own environment names; they feed the default connection only. */
  readonly env?: readonly string[]
  readonly advanced?: boolean
  /** True: it is given anew each time (`--set`, environment) and never stored, since keeping it would be dangerous. */
  readonly perCommand?: boolean
}

/** One setting of a client: its type drives flags, environment names, prompts, redaction, forms and docs. */
export type OptionSpec =
  | (OptionBase & { readonly type: 'string'; readonly default?: string; readonly required?: boolean; readonly choices?: readonly string[] })
  | (OptionBase & {
      readonly type: 'secret'
      readonly required?: boolean
      /** True: the client can make one itself. */ readonly generated?: boolean
    })
  /** A path on this machine; `~` and relative paths are resolved where it is set. */
  | (OptionBase & { readonly type: 'path'; readonly default?: string; readonly required?: boolean })
  | (OptionBase & { readonly type: 'url'; readonly default?: string; readonly required?: boolean })
  | (OptionBase & {
      readonly type: 'integer' | 'bytes' | 'seconds'
      readonly default?: number
      readonly required?: boolean
      readonly min?: number
      readonly max?: number
    })
  | (OptionBase & { readonly type: 'boolean'; readonly default?: boolean })

/** The option table of a client: setting names to what they are. Write it `as const`, so that {@link Resolved} knows it. */
export type OptionsSpec = Readonly<Record<string, OptionSpec>>

type Value<S extends OptionSpec> = S extends { readonly type: 'secret' }
  ? Secret
  : S extends { readonly type: 'url' }
    ? URL
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'string' | 'path' }
        ? S extends { readonly choices: ReadonlyArray<infer T> }
          ? T
          : string
        : number

type Present<S extends OptionSpec> = S extends { readonly required: true }
  ? true
  : S extends { readonly default: string | number | boolean }
    ? true
    : false

/** The typed, immutable settings of a connection: what is required or has a default is always there. */
export type Resolved<S extends OptionsSpec> = { readonly [K in keyof S as Present<S[K]> extends true ? K : never]: Value<S[K]> } & {
  readonly [K in keyof S as Present<S[K]> extends true ? never : K]?: Value<S[K]>
}

/** Wraps text as a {@link Secret}. The text lies in a closure: no property, no inspection, no JSON shows it. */
export function secret(text: string): Secret {
  return Object.freeze({
    reveal: () => text,
    toString: () => '[secret]' as const,
    toJSON: () => '[secret]' as const,
    [Symbol.for('nodejs.util.inspect.custom')]: () => '[secret]',
  })
}
