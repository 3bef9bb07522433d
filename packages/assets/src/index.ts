export { compileNameGrammar, type NameGrammar, type ParseResult } from './grammar/grammar.ts'
export { fieldNames, isFieldName, type FieldName, type NameValues } from './grammar/fields.ts'
export type { NameError, NameErrorKind } from './grammar/name-error.ts'
export { baseRules, type RuleViolation } from './grammar/base-rules.ts'
export { specificationOf } from './grammar/specification-of.ts'
export { referenceOf, referenceText, type AssetReference } from './grammar/reference-of.ts'
export { suggestName } from './grammar/suggest-name.ts'
export { readImageHeader, type ImageHeader } from './traits/image-header.ts'
export { mediaTypeOf } from './traits/media-type.ts'
export { bytesReader, type HeaderReader } from './traits/reader.ts'
export {
  builtinTraits,
  isBuiltinTrait,
  measureTraits,
  traitFile,
  type BuiltinTrait,
  type FileTraits,
  type TraitFile,
  type TraitFunction,
  type TraitRegistry,
  type TraitValue,
} from './traits/traits.ts'
