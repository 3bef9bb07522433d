import type { FieldName, NameValues } from './fields.ts'

/** A legal name that no asset may bear. */
export interface RuleViolation {
  readonly field: FieldName
  readonly rule: 'version-above-zero' | 'extension-lower-case' | 'descriptor-start'
  readonly message: string
}

/** A whole word: `final`, `final-cut` and `final2`, but not `masterpiece` or `lasting`. */
const state = /^(?:master|final|last)(?![a-z])/

/**
 * What every specification refuses beyond the grammar: version 0, an upper-case extension, and a descriptor that begins
 * with the word master, final or last, since the version says which one is the last.
 */
export function baseRules(values: NameValues): readonly RuleViolation[] {
  const violations: RuleViolation[] = []
  const { descriptor, version, extension } = values
  const [word] = (descriptor === undefined ? null : state.exec(descriptor)) ?? []
  if (word !== undefined) {
    violations.push({
      field: 'descriptor',
      rule: 'descriptor-start',
      message: `The descriptor "${descriptor}" must not start with "${word}": the version says which one is the latest.`,
    })
  }
  if (version !== undefined && version < 1) {
    violations.push({ field: 'version', rule: 'version-above-zero', message: `The version is ${version}; versions start at 1.` })
  }
  if (extension !== undefined && extension !== extension.toLowerCase()) {
    violations.push({ field: 'extension', rule: 'extension-lower-case', message: `The extension "${extension}" must be lower-case.` })
  }
  return violations
}
