import type { FieldName, NameValues } from '../fields.ts'
import { fieldsOf } from '../fields-of.ts'
import { compileNameGrammar } from '../grammar.ts'
import { dateWords, extensionWords, isVersionWord, junkWords } from './words.ts'

/** What kind of convention a name does not keep. */
export const lintRules = [
  'junk-word',
  'version-word',
  'date',
  'repeated-information',
  'repeated-word',
  'hyphens',
  'too-long',
  'digits-only',
  'near-duplicate',
] as const

export type LintRule = (typeof lintRules)[number]

/** One convention that a legal name does not keep: a warning, the name stays legal. */
export interface LintFinding {
  readonly rule: LintRule
  readonly field: FieldName
  /** 0-based index in the name, in UTF-16 units. */
  readonly position: number
  /** How many of them it is about. */
  readonly length: number
  readonly message: string
  /** A name that keeps this convention, where one can be told. */
  readonly suggestion?: string
}

export interface LintOptions {
  /** Words that are no junk here. */
  readonly allow?: readonly string[]
  /** More words that are junk here. */
  readonly junk?: readonly string[]
  /** The most characters of a descriptor, default 50. */
  readonly maxLength?: number
  /** The extension of the files, where the name itself has none. */
  readonly extension?: string
}

/** A finding within the descriptor: words from `from` to before `to`. */
interface WordFinding {
  readonly rule: LintRule
  readonly from: number
  readonly to: number
  readonly message: string
}

const defaultMaxLength = 50
const junk: ReadonlySet<string> = new Set(junkWords)

function numbered(word: string): string {
  return word.replace(/[0-9]+$/, '')
}

/** What a word repeats of the other fields; undefined for none. */
function repeated(word: string, next: string | undefined, values: NameValues, extension: string | undefined): string | undefined {
  if (word === values.project) return 'the project'
  if (word === values.specification) return 'the specification'
  if (word === extension?.toLowerCase() || extensionWords.has(word)) return 'an extension'
  if (/^f[0-9]{2,}$/.test(word)) return 'a frame'
  if (/^c[0-9]{2,}$/.test(word)) return 'a coordinate'
  if (next === undefined) return undefined
  if (word === 'p') return 'the field of a project'
  if (word === 's' && /[0-9]$/.test(next)) return 'the field of a specification'
  return word === 'd' ? 'the field of a descriptor' : undefined
}

/** The conventions on single words, from left to right; a word has one finding at most. */
function wordFindings(words: readonly string[], values: NameValues, options: LintOptions): WordFinding[] {
  const allowed = new Set(options.allow)
  const more = new Set(options.junk)
  const extension = values.extension ?? options.extension
  const findings: WordFinding[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '' || allowed.has(word)) continue
    const add = (rule: LintRule, message: string, count = 1) => findings.push({ rule, from: index, to: index + count, message })
    const days = dateWords(words, index)
    const repeats = repeated(word, words[index + 1], values, extension)
    if (isVersionWord(word)) add('version-word', `"${word}" says which version this is; that is what the version field is for.`)
    else if (days > 0 && words.length > days) {
      add('date', `"${words.slice(index, index + days).join('-')}" is a date; use versions instead.`, days)
      index += days - 1
    } else if (more.has(word) || junk.has(word) || (/[0-9]$/.test(word) && !allowed.has(numbered(word)) && junk.has(numbered(word)))) {
      add('junk-word', `"${word}" says nothing about what the asset is.`)
    } else if (repeats !== undefined) add('repeated-information', `"${word}" repeats ${repeats}, which has its own field in the name.`)
    else if (word === words[index - 1]) add('repeated-word', `"${word}" occurs twice.`)
  }
  return findings
}

/** What is left of a descriptor without some of its words; undefined when too little is left to be a name. */
function without(words: readonly string[], from: number, to: number): string | undefined {
  const rest = words.filter((word, index) => word !== '' && (index < from || index >= to)).join('-')
  return /[a-z]/.test(rest) ? rest : undefined
}

/**
 * The conventions of names beyond the grammar, checked on a legal name: junk words, versions and dates in the descriptor,
 * information that other fields have, hyphens, length. Undefined for a name that no list of fields reads. Linear in the
 * name's length. What takes a whole project to see is told by `nearDuplicates`.
 */
export function lintName(name: string, options: LintOptions = {}): readonly LintFinding[] | undefined {
  const fields = fieldsOf(name)
  if (fields === undefined) return undefined
  const grammar = compileNameGrammar(fields)
  const parsed = grammar.parse(name)
  if (!parsed.ok) return undefined
  const { values } = parsed
  const { descriptor } = values
  if (descriptor === undefined) return []
  const start = grammar.startOf(values, 'descriptor')
  const renamed = (text: string | undefined) =>
    text === undefined || text === descriptor ? {} : { suggestion: grammar.format({ ...values, descriptor: text }) }
  const finding = (rule: LintRule, at: number, length: number, message: string, better?: string): LintFinding => ({
    rule,
    field: 'descriptor',
    position: start + at,
    length,
    message,
    ...renamed(better),
  })
  const words = descriptor.split('-')
  const offsets: number[] = []
  for (let at = 0; offsets.length < words.length; at += (words[offsets.length - 1]?.length ?? 0) + 1) offsets.push(at)
  const findings = wordFindings(words, values, options).map(({ rule, from, to, message }) => {
    const length = words.slice(from, to).join('-').length
    return finding(rule, offsets[from] ?? 0, length, message, without(words, from, to))
  })
  const tidy = words.filter(word => word !== '').join('-')
  const doubled = descriptor.indexOf('--')
  if (doubled >= 0) findings.push(finding('hyphens', doubled, 2, 'Hyphens are doubled.', tidy))
  else if (descriptor.endsWith('-')) findings.push(finding('hyphens', descriptor.length - 1, 1, 'There is a hyphen at the end.', tidy))
  const most = options.maxLength ?? defaultMaxLength
  if (descriptor.length > most) {
    const message = `The descriptor has ${descriptor.length} characters; more than ${most} are hard to read.`
    findings.push(finding('too-long', most, descriptor.length - most, message))
  }
  if (/^[0-9-]+$/.test(descriptor)) {
    findings.push(finding('digits-only', 0, descriptor.length, 'The descriptor has only digits; it says nothing about what the asset is.'))
  }
  return findings.toSorted((a, b) => a.position - b.position)
}
