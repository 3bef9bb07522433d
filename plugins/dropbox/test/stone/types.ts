/** A type as a field, an alias or a route names it. */
export type TypeReference =
  | { readonly kind: 'named'; readonly namespace: string; readonly name: string; readonly nullable: boolean }
  | { readonly kind: 'list'; readonly of: TypeReference; readonly bounds: Bounds; readonly nullable: boolean }
  | { readonly kind: 'primitive'; readonly name: string; readonly bounds: Bounds; readonly nullable: boolean }

/** What a type's arguments ask of a value. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
  readonly pattern?: RegExp
  readonly format?: string
}

/** A field of a struct, or a tag of a union; a tag without a value has no type. */
export interface Field {
  readonly name: string
  readonly type?: TypeReference
  readonly hasDefault: boolean
}

/** A struct or a union, with what it adds to its parent. */
export interface Definition {
  readonly kind: 'struct' | 'union' | 'union_closed'
  readonly name: string
  readonly namespace: string
  readonly parent?: TypeReference
  readonly fields: readonly Field[]
  /** Of a struct that is known by the tag of what extends it: tag to type. */
  readonly subtypes?: ReadonlyMap<string, TypeReference>
}

/** A route with its three types and its attributes. */
export interface RouteDefinition {
  /** `files/upload_session/append_v2`: a version above 1 is part of the address. */
  readonly name: string
  readonly argument: TypeReference
  readonly result: TypeReference
  readonly error: TypeReference
  readonly attributes: ReadonlyMap<string, string>
}

/** Everything that some namespaces define. */
export interface Specification {
  readonly definitions: ReadonlyMap<string, Definition>
  readonly aliases: ReadonlyMap<string, TypeReference>
  readonly routes: ReadonlyMap<string, RouteDefinition>
  readonly namespaces: ReadonlySet<string>
}
