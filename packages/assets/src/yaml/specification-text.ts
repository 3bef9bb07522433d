import type { FieldName } from '../grammar/fields.ts'
import type { AssetType } from '../specification/definition.ts'

/** A value of a rule, as YAML holds it. */
export type RuleOperand = string | number | boolean | readonly RuleOperand[]

/** Rules of one subject by their names. */
export type PlainRules = Readonly<Record<string, RuleOperand>>

/** A specification as YAML writes it down: no functions, nothing compiled. */
export interface PlainSpecification {
  readonly name: string
  readonly type: AssetType
  readonly filenameFields: readonly FieldName[]
  readonly assetNameFields: readonly FieldName[]
  /** Built-in traits by the name that they get. */
  readonly traits: Readonly<Record<string, string>>
  readonly rules: Readonly<Record<string, PlainRules>>
  readonly root?: { readonly depth: number } | { readonly pattern: string }
}

/** Words that YAML of any version reads as something else than text. */
const special = /^(?:true|false|null|yes|no|on|off|y|n)$/i

function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(value) && !special.test(value) ? value : JSON.stringify(value)
}

function operandText(value: RuleOperand): string {
  return typeof value === 'object' ? `[${value.map(operandText).join(', ')}]` : scalar(value)
}

function rulesText(rules: PlainRules): string {
  const parts = Object.entries(rules).map(([rule, operand]) => `${scalar(rule)}: ${operandText(operand)}`)
  return `{ ${parts.join(', ')} }`
}

function traitsText(traits: PlainSpecification['traits']): string {
  const entries = Object.entries(traits)
  if (entries.every(([name, trait]) => name === trait)) return operandText(entries.map(([name]) => name))
  return `{ ${entries.map(([name, trait]) => `${scalar(name)}: ${scalar(trait)}`).join(', ')} }`
}

/** Comment lines; what is in them cannot end them. */
function comments(lines: readonly string[], indent: string): readonly string[] {
  // The characters at which a reader of YAML, an editor or a terminal begins another line, and other control characters.
  const control = /[\p{Cc}\u2028\u2029]+/gu
  return lines.map(line => `${indent}# ${line.replaceAll(control, ' ')}`)
}

/**
 * Specifications as the YAML that `parseSpecificationYaml` reads, by name under `specifications`, each below the comment
 * lines that are given for it.
 */
export function specificationText(
  specifications: ReadonlyArray<{ readonly specification: PlainSpecification; readonly comments?: readonly string[] }>,
  header: readonly string[] = [],
): string {
  const lines: string[] = [...comments(header, ''), specifications.length === 0 ? 'specifications: {}' : 'specifications:']
  for (const { specification, comments: own = [] } of specifications) {
    const { name, type, filenameFields, assetNameFields, traits, rules, root } = specification
    lines.push(...comments(own, '  '), `  ${name}:`, `    type: ${type}`)
    lines.push(`    filenameFields: ${operandText(filenameFields)}`, `    assetNameFields: ${operandText(assetNameFields)}`)
    if (root !== undefined)
      lines.push(`    root: { ${'depth' in root ? `depth: ${root.depth}` : `pattern: ${JSON.stringify(root.pattern)}`} }`)
    if (Object.keys(traits).length > 0) lines.push(`    traits: ${traitsText(traits)}`)
    const ruled = Object.entries(rules).filter(([, one]) => Object.keys(one).length > 0)
    if (ruled.length > 0) lines.push('    rules:', ...ruled.map(([subject, one]) => `      ${scalar(subject)}: ${rulesText(one)}`))
  }
  return `${lines.join('\n')}\n`
}
