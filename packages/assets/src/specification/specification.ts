import type { FieldName } from '../grammar/fields.ts'
import type { NameGrammar } from '../grammar/grammar.ts'
import type { AssetRule, FileRule } from '../rules/rule.ts'
import type { TraitRegistry } from '../traits/traits.ts'
import type { AssetType } from './definition.ts'

/** A checked specification, ready for use: its grammars, trait functions and rules are compiled. */
export interface Specification {
  /** The token by which names claim it. */
  readonly name: string
  readonly type: AssetType
  readonly filenameFields: readonly FieldName[]
  readonly assetNameFields: readonly FieldName[]
  readonly filenameGrammar: NameGrammar
  readonly assetNameGrammar: NameGrammar
  /** Trait functions by the name of the trait: what {@link measureTraits} takes. */
  readonly traits: TraitRegistry
  /** Fields and traits that every file must have. */
  readonly required: readonly string[]
  readonly fileRules: readonly FileRule[]
  readonly assetRules: readonly AssetRule[]
  /**
   * The directory of the asset a file belongs to, or the file itself for the type `file`; relative to the ingress, and
   * undefined where a file lies in no such directory. A function of one's own may throw.
   */
  readonly assetPathOf: (path: string) => string | undefined
}
