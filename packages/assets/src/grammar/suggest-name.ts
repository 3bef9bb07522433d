import { baseRules } from './base-rules.ts'
import { arrangeFields } from './arrange-fields.ts'
import type { FieldName } from './fields.ts'
import type { NameGrammar } from './grammar.ts'
import { tidyField } from './tidy-field.ts'

/** Longer names are left alone: no file system takes them, and the lenient match is not linear. */
const maxLength = 255

const separator = '[_ .]+'

/** How each field may be miswritten and still be told; the one capture is what its value is made of. */
const lenientFields: Readonly<Record<FieldName, string>> = {
  project: 'p[-_ ]([a-z]{3,10}[0-9]{1,4})',
  specification: 's[-_ ]([a-z]{3,4}[0-9]{1,6})',
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

/** What file managers, editors and browsers add to a name: `Copy of …`, `… copy 2`, `… (1)`, `…~`, `….bak`. */
function withoutAdditions(name: string): string {
  const bare = name.replace(/^\s*(?:copy[ _-]of[ _-]+)+/i, '').replace(/(?:~|\.(?:bak|orig|tmp|old))+$/i, '')
  return bare.replace(/(?:[ _-]*\([0-9]{1,3}\)|[ _-]+copy(?:[ _-]?[0-9]{1,3})?)+(?=\.[a-z0-9]+$|$)/i, '')
}

const state = /(^|_)d-(?:master|final|last)[0-9]*-+(?=[a-z0-9])/

function isAccepted(grammar: NameGrammar, name: string): boolean {
  const result = grammar.parse(name)
  return result.ok && baseRules(result.values).length === 0
}

/** A descriptor that begins with a state (`final-cat`) means the rest of it. */
function accepted(grammar: NameGrammar, name: string | undefined): string | undefined {
  if (name === undefined || isAccepted(grammar, name)) return name
  const stateless = name.replace(state, '$1d-')
  return isAccepted(grammar, stateless) ? stateless : undefined
}

/**
 * The legal name that a wrong one means, where it can be told: capitals, indicators of the wrong case or missing, missing
 * or surplus zeros, spaces, full stops and underscores inside of the descriptor or in place of a separator, fields in
 * another order, what file managers add (`(1)`, `copy`), a descriptor that begins with a state. Undefined for a name that
 * is right and for one that can be understood in two ways or in none. A suggestion always parses and breaks no base rule.
 */
export function suggestName(name: string, grammar: NameGrammar): string | undefined {
  if (name.length > maxLength || (grammar.fields.length === 1 && grammar.fields[0] === 'extension')) return undefined
  if (isAccepted(grammar, name)) return undefined
  const bare = withoutAdditions(name)
  return (
    accepted(grammar, tidyName(bare, lenientPattern(grammar), grammar.fields)) ?? accepted(grammar, arrangeFields(bare, grammar.fields))
  )
}
