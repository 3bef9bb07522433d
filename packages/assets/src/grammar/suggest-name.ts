import { baseRules } from './base-rules.ts'
import { padding, type FieldName } from './fields.ts'
import type { NameGrammar } from './grammar.ts'

/** Longer names are left alone: no file system takes them, and the lenient match is not linear. */
const maxLength = 255

const separator = '[_ .]+'

/** How each field may be miswritten and still be told; the one capture is what its value is made of. */
const lenientFields: Readonly<Record<FieldName, string>> = {
  project: 'p[-_ ]([a-z]{3,10}[0-9]{1,4})',
  specification: 's[-_ ]([a-z]{3,4}[0-9]{3})',
  descriptor: 'd[-_ ]([a-z0-9 _.-]+?)',
  version: 'v[-_ ]?([0-9]{1,8})',
  coordinate: 'c[-_ ]?([0-9]{1,8}(?:[-_ ][0-9]{1,8}){0,2})',
  frame: 'f[-_ ]?([0-9]{1,8})',
  extension: '([a-z0-9]+)',
}

const compiled = new WeakMap<NameGrammar, RegExp>()

/**
 * No later field can be read out of the descriptor in two ways: each begins with an indicator of its own and the match
 * reaches the end of the name.
 */
function lenientPattern(grammar: NameGrammar): RegExp {
  const known = compiled.get(grammar)
  if (known !== undefined) return known
  const pattern = new RegExp(`^\\s*${grammar.fields.map(field => lenientFields[field]).join(separator)}\\s*$`, 'i')
  compiled.set(grammar, pattern)
  return pattern
}

/** Runs that hold a space, full stop or underscore become one hyphen; a doubled hyphen was legal and stays. */
function tidyDescriptor(text: string): string {
  return text
    .toLowerCase()
    .replace(/[_ .]+$/, '')
    .replace(/[-_ .]+/g, run => (/[_ .]/.test(run) ? '-' : run))
    .replace(/^-+/, '')
}

function paddedNumber(text: string, digits: number): string {
  return String(Number(text)).padStart(digits, '0')
}

function tidyField(field: FieldName, text: string): string {
  switch (field) {
    case 'project':
      return `p-${text.toLowerCase()}`
    case 'specification':
      return `s-${text.toLowerCase()}`
    case 'descriptor':
      return `d-${tidyDescriptor(text)}`
    case 'version':
      return `v${paddedNumber(text, padding.version)}`
    case 'coordinate':
      return `c${text
        .split(/[-_ ]/)
        .map(element => paddedNumber(element, padding.coordinate))
        .join('-')}`
    case 'frame':
      return `f${paddedNumber(text, padding.frame)}`
    case 'extension':
      return `.${text.toLowerCase()}`
  }
}

function tidyName(name: string, pattern: RegExp, fields: readonly FieldName[]): string | undefined {
  const match = pattern.exec(name)
  if (match === null) return undefined
  let tidy = ''
  for (const [index, field] of fields.entries()) {
    const text = match[index + 1]
    if (text === undefined) return undefined
    tidy += (index === 0 || field === 'extension' ? '' : '_') + tidyField(field, text)
  }
  return tidy
}

function isAccepted(grammar: NameGrammar, name: string): boolean {
  const result = grammar.parse(name)
  return result.ok && baseRules(result.values).length === 0
}

/**
 * The legal name that a wrong one means, where it can be told: capitals, indicators of the wrong case, missing or surplus
 * zeros, and spaces, full stops and underscores inside of the descriptor or in place of a separator. Undefined for a name
 * that is right and for one that does not tell what it means. A suggestion always parses and breaks no base rule.
 */
export function suggestName(name: string, grammar: NameGrammar): string | undefined {
  if (name.length > maxLength || (grammar.fields.length === 1 && grammar.fields[0] === 'extension')) return undefined
  if (isAccepted(grammar, name)) return undefined
  const suggestion = tidyName(name, lenientPattern(grammar), grammar.fields)
  return suggestion !== undefined && isAccepted(grammar, suggestion) ? suggestion : undefined
}
