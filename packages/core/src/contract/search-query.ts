import type { AssetSummary } from './asset.ts'
import { FairleadError } from './errors.ts'
import { printable } from './reference.ts'

/** One condition of a search; all of them must hold. Patterns are compared without case; `*` stands for any characters. */
export type SearchTerm =
  /** A piece of text somewhere in collection, name, tag, a label's name or its value. */
  | { readonly kind: 'word'; readonly pattern: string }
  /** The whole value of a field. */
  | { readonly kind: 'field'; readonly field: 'collection' | 'name' | 'tag' | 'type'; readonly pattern: string }
  | { readonly kind: 'label'; readonly label: string; readonly pattern: string }
  /** The tag's time, milliseconds since 1970; `before` is exclusive, `after` inclusive. */
  | { readonly kind: 'time'; readonly relation: 'before' | 'after'; readonly time: number }

/** A search as it was written, and read. */
export interface SearchQuery {
  /** As it was written. */
  readonly text: string
  readonly terms: readonly SearchTerm[]
}

interface Token {
  readonly text: string
  /** Where an unquoted colon stands, or -1. */
  readonly colon: number
}

const hint = 'Keys are collection, name, tag, type, label.KEY, before and after; put text that contains a colon in quotes.'

/** Reads words and `key:value` pairs, with `"quotes"` around what holds spaces or colons. Throws `input-invalid`. */
export function parseSearchQuery(text: string): SearchQuery {
  return { text, terms: tokens(text).map(toTerm) }
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  let word = ''
  let colon = -1
  let quoted = false
  let started = false
  const finish = () => {
    if (started) found.push({ text: word, colon })
    word = ''
    colon = -1
    started = false
  }
  for (const character of text) {
    if (character === '"') {
      quoted = !quoted
      started = true
    } else if (!quoted && /\s/.test(character)) finish()
    else {
      if (character === ':' && !quoted && colon < 0) colon = word.length
      word += character
      started = true
    }
  }
  if (quoted)
    throw new FairleadError('input-invalid', `The search "${printable(text)}" has an unclosed quote.`, {
      hint: 'Close it with ".',
    })
  finish()
  return found
}

function toTerm({ text, colon }: Token): SearchTerm {
  if (colon < 0) return { kind: 'word', pattern: fold(text) }
  const key = text.slice(0, colon)
  const value = text.slice(colon + 1)
  if (value === '') throw new FairleadError('input-invalid', `The search key "${printable(key)}" has no value.`, { hint })
  switch (key) {
    case 'collection':
    case 'name':
    case 'tag':
    case 'type':
      return { kind: 'field', field: key, pattern: fold(value) }
    case 'before':
    case 'after': {
      const time = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.test(value) ? Date.parse(value) : Number.NaN
      if (Number.isNaN(time))
        throw new FairleadError('input-invalid', `"${printable(value)}" is not a date.`, {
          hint: `Write ${key}:2026-01-31 or ${key}:2026-01-31T12:00:00Z.`,
        })
      return { kind: 'time', relation: key, time }
    }
    default:
      if (key.startsWith('label.') && key.length > 'label.'.length)
        return { kind: 'label', label: key.slice('label.'.length), pattern: fold(value) }
      throw new FairleadError('input-invalid', `"${printable(key)}" is not a search key.`, { hint })
  }
}

/** Whether an asset fulfils every term. Fields of a tag record that are absent fulfil nothing. */
export function matchesSearch(query: SearchQuery, asset: AssetSummary): boolean {
  return query.terms.every(term => matchesTerm(term, asset))
}

function matchesTerm(term: SearchTerm, asset: AssetSummary): boolean {
  switch (term.kind) {
    case 'word': {
      const pattern = `*${term.pattern}*`
      if ([asset.collection, asset.name, asset.tag].some(text => glob(pattern, fold(text)))) return true
      return Object.entries(asset.labels ?? {}).some(([key, value]) => glob(pattern, fold(key)) || glob(pattern, fold(value)))
    }
    case 'field': {
      const value = asset[term.field]
      return value !== undefined && glob(term.pattern, fold(value))
    }
    case 'label': {
      const labels = asset.labels ?? {}
      const value = Object.hasOwn(labels, term.label) ? labels[term.label] : undefined
      return value !== undefined && glob(term.pattern, fold(value))
    }
    case 'time': {
      if (asset.time === undefined) return false
      const time = Date.parse(asset.time)
      return term.relation === 'before' ? time < term.time : time >= term.time
    }
  }
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** Whole-text match where `*` is any run of characters; linear in both, whatever the pattern. */
function glob(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let mark = 0
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++
      mark = t
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (p < pattern.length && pattern[p] === '*') p++
  return p === pattern.length
}
