import { baseRules } from '../grammar/base-rules.ts'
import { isFieldName, type NameValues } from '../grammar/fields.ts'
import type { NameGrammar } from '../grammar/grammar.ts'
import { specificationOf } from '../grammar/specification-of.ts'
import { suggestName } from '../grammar/suggest-name.ts'
import type { TraitValue } from '../traits/trait.ts'
import { baseName, directoryOf } from './asset-path.ts'
import { identify, type AssetFile } from './identity.ts'
import { subjectOf, type Problem } from './problem.ts'
import type { Specification } from './specification.ts'

/** A file of an asset with what was measured on it. */
export interface MeasuredFile extends AssetFile {
  readonly traits: Readonly<Record<string, TraitValue>>
  /** Why a trait could not be measured, by trait. */
  readonly traitErrors?: Readonly<Record<string, string>>
}

/** What is known of an asset beforehand. */
export interface KnownOfAsset {
  /** The asset's path; by default what the specification gives for the first file. */
  readonly path?: string
  /** Problems found elsewhere, such as by {@link assignFiles}: they count for the validity. */
  readonly problems?: readonly Problem[]
}

/** An asset is valid or not as a whole: one bad file makes it invalid. */
export interface AssetVerdict {
  readonly valid: boolean
  /** The asset's name, where files or directory give one. */
  readonly name?: string
  readonly problems: readonly Problem[]
}

function otherSpecification(specification: Specification, path: string, claimed: string, position: number): Problem {
  const message = `The file refers to the specification ${claimed}, but is in an asset of ${specification.name}.`
  return { path, field: 'specification', rule: 'other-specification', message, position }
}

function nameProblem(specification: Specification, path: string, name: string, file: AssetFile): Problem | undefined {
  if (file.parsed.ok) return undefined
  const claimed = specificationOf(name)
  if (claimed !== undefined && claimed !== specification.name)
    return otherSpecification(specification, path, claimed, name.indexOf(`s-${claimed}`) + 2)
  const { field, kind, position, message } = file.parsed.error
  const legalName = suggestName(name, specification.filenameGrammar)
  return { path, ...(field !== null && { field }), rule: kind, message, position, ...(legalName !== undefined && { legalName }) }
}

function valueProblems(specification: Specification, path: string, name: string, values: NameValues): Problem[] {
  const grammar = specification.filenameGrammar
  const problems: Problem[] = []
  if (values.specification !== undefined && values.specification !== specification.name) {
    problems.push(otherSpecification(specification, path, values.specification, grammar.startOf(values, 'specification')))
  }
  const violations = baseRules(values)
  if (violations.length === 0) return problems
  const legalName = suggestName(name, grammar)
  for (const { field, rule, message } of violations) {
    problems.push({ path, field, rule, message, position: grammar.startOf(values, field), ...(legalName !== undefined && { legalName }) })
  }
  return problems
}

function valueOf(subject: string, values: NameValues | undefined, traits: MeasuredFile['traits']): TraitValue | undefined {
  return isFieldName(subject) ? values?.[subject] : traits[subject]
}

function ruleProblems(specification: Specification, file: MeasuredFile, values: NameValues | undefined): Problem[] {
  const { path, traits, traitErrors = {} } = file
  const problems: Problem[] = []
  for (const [trait, reason] of Object.entries(traitErrors)) {
    problems.push({ path, trait, rule: 'measure', message: `The ${trait} cannot be measured: ${reason}` })
  }
  for (const subject of specification.required) {
    const reported = isFieldName(subject) ? values === undefined : subject in traitErrors
    if (!reported && valueOf(subject, values, traits) === undefined) {
      problems.push({ path, ...subjectOf(subject), rule: 'required', message: `The ${subject} is required, but the file has none.` })
    }
  }
  for (const { subject, rule, check } of specification.fileRules) {
    const value = valueOf(subject, values, traits)
    const verdict = value === undefined ? undefined : check(value)
    if (verdict === undefined) continue
    const position =
      isFieldName(subject) && values !== undefined ? { position: specification.filenameGrammar.startOf(values, subject) } : {}
    problems.push({ path, ...subjectOf(subject), rule, message: `The ${subject} ${verdict}.`, ...position })
  }
  return problems
}

/** What a file's name says or, where it is wrong and can be told, means: so that a misnamed frame is not a missing one too. */
function meantValues(file: AssetFile, problem: Problem | undefined, grammar: NameGrammar): NameValues | undefined {
  if (file.parsed.ok) return file.parsed.values
  if (problem?.legalName === undefined) return undefined
  const meant = grammar.parse(problem.legalName)
  return meant.ok ? meant.values : undefined
}

function assetRuleProblems(
  specification: Specification,
  path: string,
  files: readonly MeasuredFile[],
  meant: readonly (NameValues | undefined)[],
): Problem[] {
  const problems: Problem[] = []
  const columns = new Map<string, TraitValue[]>()
  for (const { subject, rule, check } of specification.assetRules) {
    let column = columns.get(subject)
    if (column === undefined) {
      column = files.flatMap((file, index) => {
        const value = valueOf(subject, meant[index], file.traits)
        return value === undefined ? [] : [value]
      })
      columns.set(subject, column)
    }
    const verdict = check(column)
    if (verdict !== undefined) problems.push({ path, ...subjectOf(subject), rule, message: `The ${subject} ${verdict}.` })
  }
  return problems
}

/**
 * Everything that is wrong with one asset, given all of its files: names, base rules, the directory's name, traits and
 * rules. Linear in the number of files. An asset without files is not valid.
 */
export function validateAsset(specification: Specification, files: readonly MeasuredFile[], known: KnownOfAsset = {}): AssetVerdict {
  const first = files[0]
  const path = known.path ?? (first === undefined ? '' : (specification.assetPathOf(first.path) ?? directoryOf(first.path) ?? ''))
  const identity = identify(specification, path, files)
  const problems: Problem[] = [...(known.problems ?? []), ...identity.problems]
  const meant: (NameValues | undefined)[] = []
  for (const file of files) {
    const name = baseName(file.path)
    const wrongName = nameProblem(specification, file.path, name, file)
    if (wrongName !== undefined) problems.push(wrongName)
    const values = file.parsed.ok ? file.parsed.values : undefined
    if (values !== undefined) problems.push(...valueProblems(specification, file.path, name, values))
    problems.push(...ruleProblems(specification, file, values))
    meant.push(meantValues(file, wrongName, specification.filenameGrammar))
  }
  problems.push(...assetRuleProblems(specification, path, files, meant))
  return { valid: files.length > 0 && problems.length === 0, ...(identity.name !== undefined && { name: identity.name }), problems }
}

/** The traits of an asset: for every field and trait the values of those files that have one, in the order of the files. */
export function gatherTraits(files: readonly MeasuredFile[]): Record<string, TraitValue[]> {
  const gathered = new Map<string, TraitValue[]>()
  // Keys and not entries: a pair made for every value of every file is most of the work.
  const add = (traits: Readonly<Record<string, TraitValue | undefined>>): void => {
    for (const name of Object.keys(traits)) {
      const value = traits[name]
      if (value === undefined) continue
      const values = gathered.get(name)
      if (values === undefined) gathered.set(name, [value])
      else values.push(value)
    }
  }
  for (const { parsed, traits } of files) {
    if (parsed.ok) add({ ...parsed.values })
    add(traits)
  }
  return Object.fromEntries(gathered)
}
