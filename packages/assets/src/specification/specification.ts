import type { FieldName } from '../grammar/fields.ts'
import type { NameGrammar } from '../grammar/grammar.ts'
import type { AssetRule, FileRule } from '../rules/rule.ts'
import type { Column } from '../traits/column.ts'
import type { TraitRegistry } from '../traits/trait.ts'
import type { AssetRoot, AssetType } from './definition.ts'

/** A checked specification, ready for use: its grammars, trait functions and rules are compiled. */
export interface Specification {
  /** The token by which names claim it. */
  readonly name: string
  readonly type: AssetType
  readonly filenameFields: readonly FieldName[]
  readonly assetNameFields: readonly FieldName[]
  readonly filenameGrammar: NameGrammar
  readonly assetNameGrammar: NameGrammar
  /** Traits by name: what {@link measureTraits} takes. */
  readonly traits: TraitRegistry
  /**
   * The fields of its file names, in their order, then its traits: the one definition that the columns of tables, SQL types,
   * the Parquet schema and documentation come from.
   */
  readonly columns: readonly Column[]
  /** Fields and traits that every file must have. */
  readonly required: readonly string[]
  readonly fileRules: readonly FileRule[]
  readonly assetRules: readonly AssetRule[]
  /** Where the directory of a complex asset is. */
  readonly root?: AssetRoot
  /**
   * The directory of the asset a file belongs to, or the file itself for the type `file`; relative to the ingress, and
   * undefined where a file lies in no such directory. A function of one's own may throw.
   */
  readonly assetPathOf: (path: string) => string | undefined
}
