import type { FieldName, NameValues } from './fields.ts'

/** A legal name that no asset may bear. */
export interface RuleViolation {
  readonly field: FieldName
  readonly rule: 'version-above-zero' | 'extension-lower-case' | 'descriptor-start'
  readonly message: string
}

const states = ['master', 'final', 'last'] as const

/**
 * What every specification refuses beyond the grammar: version 0, an upper-case extension, and a descriptor that begins
 * with master, final or last, since the version says which one is the last.
 */
export function baseRules(values: NameValues): readonly RuleViolation[] {
  const violations: RuleViolation[] = []
  const { descriptor, version, extension } = values
  const state = descriptor === undefined ? undefined : states.find(word => descriptor.startsWith(word))
  if (state !== undefined) {
    violations.push({
      field: 'descriptor',
      rule: 'descriptor-start',
      message: `The descriptor "${descriptor}" must not begin with "${state}": the version says which one is the last.`,
    })
  }
  if (version !== undefined && version < 1) {
    violations.push({ field: 'version', rule: 'version-above-zero', message: `The version is ${version}; versions begin at 1.` })
  }
  if (extension !== undefined && extension !== extension.toLowerCase()) {
    violations.push({ field: 'extension', rule: 'extension-lower-case', message: `The extension "${extension}" must be lower-case.` })
  }
  return violations
}
