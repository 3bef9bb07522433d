import type { FieldName, NameValues } from '../grammar/fields.ts'
import type { BuiltinTrait, builtinTraits } from '../traits/builtin-traits.ts'
import type { ColumnType, ColumnValues } from '../traits/column.ts'
import type { TraitFile } from '../traits/trait-file.ts'
import type { Trait, TraitFunction } from '../traits/trait.ts'

/** `file`: one file. `sequence`: the files of one directory. `complex`: the files, in any folder, under a directory that the specification tells. */
export type AssetType = 'file' | 'sequence' | 'complex'

/** The fields of a file's name when a specification names none. */
export type DefaultFields = readonly ['project', 'specification', 'descriptor', 'version', 'extension']

/** A built-in trait by its name, a trait of one's own, or a bare function, whose values have no declared type. */
export type TraitDefinition = BuiltinTrait | Trait | TraitFunction

/** Built-in traits in a list, or traits by the name they get. */
export type TraitDefinitions = readonly BuiltinTrait[] | Readonly<Record<string, TraitDefinition>>

type BuiltinType<N extends string> = N extends BuiltinTrait ? ColumnValues[(typeof builtinTraits)[N]['type']] : never

type TraitTypeOf<D> = D extends string
  ? BuiltinType<D>
  : D extends { readonly type: infer K extends ColumnType }
    ? ColumnValues[K]
    : D extends (file: TraitFile) => infer V
      ? Exclude<Awaited<V>, undefined>
      : never

/** The type of each trait that a definition names. */
export type TraitTypes<T> = T extends readonly (infer N extends string)[]
  ? { readonly [K in N]: BuiltinType<K> }
  : { readonly [K in keyof T & string]: TraitTypeOf<T[K]> }

/** A custom check: true or undefined where it holds, false or a sentence where not. What it throws fails the rule. */
export type Check<V> = (value: V) => boolean | string | undefined

interface CommonRules<V> {
  /** Every file has a value. */
  readonly required?: boolean
  /** All files have the same value. */
  readonly homogeneous?: boolean
  readonly eq?: V
  readonly in?: readonly V[]
  /** The value could stand in this field of a legal name. */
  readonly legal?: FieldName
  /** Checks of one value, by name. */
  readonly each?: Readonly<Record<string, Check<V>>>
  /** Checks of the values of all files of an asset, by name. */
  readonly all?: Readonly<Record<string, Check<readonly V[]>>>
}

interface NumberRules {
  readonly lt?: number
  readonly lte?: number
  readonly gt?: number
  readonly gte?: number
  /** Every whole number from the least to the greatest occurs. */
  readonly noMissingValues?: boolean
}

interface TextRules {
  /** A regular expression that is searched for: write ^ and $ for the whole text. */
  readonly matches?: string | RegExp
  /** The text is a key of this object. */
  readonly attributeOf?: object
}

interface CoordinateRules {
  /** Every coordinate occurs equally often. */
  readonly uniformCoordinateCount?: boolean
  /** The box from the least to the greatest value of every axis is filled. */
  readonly denseCoordinates?: boolean
  /** The first coordinate, by x, then y, then z, is this one. */
  readonly coordinatesBeginAt?: readonly number[]
}

/** The rules that values of a type may be given. */
export type RulesOf<V> = CommonRules<V> &
  ([V] extends [number] ? NumberRules : unknown) &
  ([V] extends [string] ? TextRules : unknown) &
  ([V] extends [readonly number[]] ? CoordinateRules : unknown)

/** The value a field of a legal name has. */
type FieldValue<F extends FieldName> = NonNullable<NameValues[F]>

type SubjectType<K, F extends FieldName, T> = K extends F ? FieldValue<K> : K extends keyof TraitTypes<T> ? TraitTypes<T>[K] : never

/** The rules of a specification, by field or trait. One mapped type: an intersection of two would leave the checks untyped. */
export type RulesFor<F extends FieldName, T> = {
  readonly [K in F | (keyof TraitTypes<T> & string)]?: RulesOf<SubjectType<K, F, T>>
}

/**
 * Where the root directory of a complex asset is: that many directories below the ingress, or the topmost directory above
 * the file whose name a pattern finds, or what a function tells for a path relative to the ingress (undefined: none).
 */
export type AssetRoot = { readonly depth: number } | { readonly pattern: string | RegExp } | ((path: string) => string | undefined)

interface CommonDefinition<F extends readonly FieldName[], T extends TraitDefinitions> {
  /** 3 or 4 lower-case letters and 3 digits: the token that names claim it by. */
  readonly name: string
  /** The fields of a file's name, in order; by default project, specification, descriptor, version, extension. */
  readonly filenameFields?: F
  /** The fields of an asset's name; by default project, specification, descriptor and version, as far as files have them. */
  readonly assetNameFields?: readonly NoInfer<F[number]>[]
  readonly traits?: T
  readonly rules?: RulesFor<F[number], NoInfer<T>>
}

/** What an asset must be. */
export type SpecificationDefinition<F extends readonly FieldName[] = readonly FieldName[], T extends TraitDefinitions = TraitDefinitions> =
  | (CommonDefinition<F, T> & { readonly type: 'file' | 'sequence'; readonly root?: never })
  | (CommonDefinition<F, T> & { readonly type: 'complex'; readonly root: AssetRoot })
