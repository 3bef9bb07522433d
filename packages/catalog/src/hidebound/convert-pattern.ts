import { linearPatternOf } from '@fairlead/assets'
import { patternProblem } from '../walk/patterns.ts'

/** A pattern of ours, with what is different now; or why there is none. */
export type ConvertedPattern = { readonly pattern?: string; readonly changes: readonly string[] } | { readonly problem: string }

const spellings: Readonly<Record<string, string>> = { '(?P<': '(?<', [String.raw`\A`]: '^', [String.raw`\Z`]: '$', [String.raw`\/`]: '/' }

/** Python's spelling as JavaScript's. */
function respell(source: string): string {
  return source.replaceAll(/\\[\s\S]|\(\?P</g, found => spellings[found] ?? found)
}

/** The alternatives of an expression that stand in no group. */
function alternativesOf(source: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let inSet = false
  let start = 0
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index)
    if (character === '\\') index++
    else if (inSet) inSet = character !== ']'
    else if (character === '[') inSet = true
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '|' && depth === 0) {
      found.push(source.slice(start, index))
      start = index + 1
    }
  }
  return [...found, source.slice(start)]
}

/** What follows the path of the ingress where an expression begins with it. */
function behind(source: string, ingress: string): string | undefined {
  let at = source.startsWith('^') ? 1 : 0
  for (const character of ingress) {
    if (source.startsWith(`\\${character}`, at) && !/[a-z0-9]/i.test(character)) at += 2
    else if (source.charAt(at) === character && !/[\\^$*+?()[\]{}|]/.test(character)) at += 1
    else return undefined
  }
  return source.slice(at)
}

const everything = /^(?:\/|\/?\.[*+]\$?|\/\.\*\$?)?$/

/** One alternative, on a relative path. Empty text: it finds everything. */
function alternative(source: string, ingress: string): { readonly source?: string; readonly change?: string } {
  const rest = behind(source, ingress)
  if (rest !== undefined && everything.test(rest)) return { source: '' }
  if (rest?.startsWith('/') === true) return { source: `^${rest.slice(1)}`, change: 'the path of the ingress is removed from it' }
  if (rest?.startsWith('.*') === true) return { source: rest, change: 'the path of the ingress is removed from it' }
  if (/^\^\(?\.[*+]/.test(source)) return { source }
  if (source.startsWith('^')) return { change: `"${source}" is anchored outside the ingress and could never match a file; it is left out` }
  if (source.startsWith('/')) return { source: `(?:^|/)${source.slice(1)}` }
  const compiled = linearPatternOf(source, '')
  if (typeof compiled !== 'string' && !compiled.test('') && compiled.test(`${ingress}/`) && !/^\W*$/.test(source)) {
    return {
      source,
      change: `"${source}" also matched the path of the ingress itself, and so every file; now only the path below it counts`,
    }
  }
  return { source }
}

/**
 * An expression that Hidebound searched in absolute paths, as a pattern that is searched in the path relative to the
 * ingress. No pattern: it says nothing, or everything.
 */
export function convertPattern(expression: string, ingress: string): ConvertedPattern {
  const inline = /^\(\?([aiLmsux]+)\)/.exec(expression)
  const flags = inline?.[1] ?? ''
  if (flags.includes('x')) return { problem: 'an expression with spaces and comments of its own (flag x) has no counterpart' }
  const source = respell(expression.slice(inline?.[0].length ?? 0))
  const parts = alternativesOf(source).map(one => alternative(one, ingress.replace(/\/+$/, '')))
  const changes = parts.flatMap(({ change }) => (change === undefined ? [] : [change]))
  const sources = parts.flatMap(one => (one.source === undefined ? [] : [one.source]))
  if (sources.length === 0) return { problem: changes.join('; ') }
  if (sources.includes('')) return { changes: [...changes, 'it matches every file'] }
  const pattern = `/${sources.join('|')}/${['i', 'm', 's'].filter(flag => flags.includes(flag)).join('')}`
  const problem = patternProblem(pattern)
  if (problem !== undefined) return { problem }
  const inGroup = /[(|]\//.test(sources.map(one => one.replaceAll('(?:^|/)', '')).join('\n'))
  return {
    pattern,
    changes: inGroup ? [...changes, 'paths no longer start with "/": check whether the "/" in its groups is still right'] : changes,
  }
}
