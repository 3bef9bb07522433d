export { compileNameGrammar, type NameGrammar, type ParseResult } from './grammar/grammar.ts'
export { fieldNames, indicators, isFieldName, type FieldName, type NameValues } from './grammar/fields.ts'
export type { NameError, NameErrorKind } from './grammar/name-error.ts'
export { baseRules, type RuleViolation } from './grammar/base-rules.ts'
export { specificationOf } from './grammar/specification-of.ts'
export { referenceOf, referenceText, valuesOfReference, type AssetReference } from './grammar/reference-of.ts'
export { fieldsOf } from './grammar/fields-of.ts'
export { lintName, lintRules, type LintFinding, type LintOptions, type LintRule } from './grammar/lint/lint-name.ts'
export { nearDuplicates, type NearDuplicate } from './grammar/lint/near-duplicates.ts'
export { junkWords } from './grammar/lint/words.ts'
export { suggestName } from './grammar/suggest-name.ts'
export { readImageHeader, type ColorSpace, type ImageFormat, type ImageHeader } from './traits/image/image-header.ts'
export { bytesReader, type HeaderReader } from './traits/reader.ts'
export { columnTypes, isColumnType, isOfType, type Column, type ColumnType, type ColumnValues } from './traits/column.ts'
export { builtinTraits, builtinTraitsRevision, isBuiltinTrait, type BuiltinTrait } from './traits/builtin-traits.ts'
export {
  defineTrait,
  isTrait,
  type Trait,
  type TraitFunction,
  type TraitInit,
  type TraitRegistry,
  type TraitValue,
} from './traits/trait.ts'
export { traitFile, type TraitFile } from './traits/trait-file.ts'
export { measureTraits, type FileTraits } from './traits/measure.ts'
export { defineSpecification } from './specification/define-specification.ts'
export type {
  AssetRoot,
  AssetType,
  Check,
  DefaultFields,
  RulesFor,
  RulesOf,
  SpecificationDefinition,
  TraitDefinition,
  TraitDefinitions,
  TraitTypes,
} from './specification/definition.ts'
export type { Specification } from './specification/specification.ts'
export type { Problem } from './specification/problem.ts'
export { assignFiles, type AssignedAsset, type Assignment, type UnassignedFile } from './specification/assign-files.ts'
export type { AssetFile } from './specification/identity.ts'
export { gatherTraits, validateAsset, type AssetVerdict, type KnownOfAsset, type MeasuredFile } from './specification/validate-asset.ts'
export { compileLinearPattern, linearPatternOf, type LinearPattern } from './pattern/linear-pattern.ts'
export { ruleNames } from './rules/rule-table.ts'
export type { AssetRule, FileRule, Rule } from './rules/rule.ts'
export { specificationSchema, specificationsSchema } from './specification/specification-schema.ts'
export { specificationWarnings } from './specification/warnings.ts'
export { columnSchemas, typeWords, type JsonSchema } from './rules/column-schema.ts'
export { validate, validateEach, type ValidationMessage, type Validator } from './rules/validate.ts'
export {
  parseSpecificationYaml,
  readSpecificationYaml,
  type YamlFinding,
  type YamlSpecifications,
} from './specification/specification-yaml.ts'
export { inferSpecifications, type InferOptions, type Inference, type InferredSpecification } from './infer/infer-specifications.ts'
export { listingsOf, type Listing, type Listings } from './infer/listing.ts'
export { outlierReasons, type Outlier, type OutlierReason } from './infer/outlier.ts'
export type { ForeignConvention, ForeignRename, ForeignToken } from './infer/foreign.ts'
export type { PlainRules, PlainSpecification, RuleOperand } from './yaml/specification-text.ts'
