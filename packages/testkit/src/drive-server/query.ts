import { invalid } from './answer.ts'

/** One condition of `q`, or several: https://developers.google.com/workspace/drive/api/guides/ref-search-terms */
export type Query =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  | { readonly kind: 'in'; readonly value: string; readonly field: string }
  | { readonly kind: 'has'; readonly field: string; readonly key: string; readonly value: string }
  | { readonly kind: 'compare'; readonly field: string; readonly operator: string; readonly value: string | boolean }

type Token = { readonly kind: 'word' | 'text' | 'sign'; readonly text: string }

const lexeme = /\s*(?:'((?:\\.|[^'\\])*)'|([A-Za-z]+)|(<=|>=|!=|[=<>(){}]))/y

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  lexeme.lastIndex = 0
  while (lexeme.lastIndex < text.trimEnd().length) {
    const match = lexeme.exec(text)
    if (match === null) throw wrong()
    const [, quoted, word, sign] = match
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replace(/\\(.)/gs, '$1') })
    else tokens.push(word === undefined ? { kind: 'sign', text: sign ?? '' } : { kind: 'word', text: word })
  }
  return tokens
}

function wrong(): Error {
  return invalid('Invalid Value', 'q')
}

/** Reads a `q`. Refuses it with 400 as Drive does. */
export function parseQuery(text: string): Query {
  const tokens = tokensOf(text)
  let at = 0
  const next = (): Token => {
    const token = tokens[at++]
    if (token === undefined) throw wrong()
    return token
  }
  const take = (text: string): void => {
    if (next().text !== text) throw wrong()
  }
  const takes = (word: string): boolean => {
    if (tokens[at]?.kind !== 'word' || tokens[at]?.text !== word) return false
    at += 1
    return true
  }
  const several = (kind: 'and' | 'or', one: () => Query): Query => {
    const of = [one()]
    while (takes(kind)) of.push(one())
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind, of }
  }
  const either = (): Query => several('or', () => several('and', single))
  const single = (): Query => {
    if (takes('not')) return { kind: 'not', of: single() }
    const token = next()
    if (token.text === '(' && token.kind === 'sign') {
      const inner = either()
      take(')')
      return inner
    }
    if (token.kind === 'text') {
      take('in')
      return { kind: 'in', value: token.text, field: next().text }
    }
    if (takes('has')) {
      for (const part of ['{', 'key', '=']) take(part)
      const key = next().text
      for (const part of ['and', 'value', '=']) take(part)
      const value = next().text
      take('}')
      return { kind: 'has', field: token.text, key, value }
    }
    const operator = next().text
    const value = next()
    return { kind: 'compare', field: token.text, operator, value: value.kind === 'word' ? value.text === 'true' : value.text }
  }
  const query = either()
  if (at < tokens.length) throw wrong()
  return query
}

/** The folders whose files alone can match, where the query says so. */
export function foldersOf(query: Query): readonly string[] | undefined {
  switch (query.kind) {
    case 'in':
      return query.field === 'parents' ? [query.value] : undefined
    case 'and':
      return query.of.map(foldersOf).find(found => found !== undefined)
    case 'or': {
      const each = query.of.map(foldersOf)
      return each.some(found => found === undefined) ? undefined : each.flatMap(found => found ?? [])
    }
    default:
      return undefined
  }
}

/** What a query looks at. */
export interface Queried {
  readonly name: string
  readonly mimeType: string
  readonly parents: readonly string[]
  readonly trashed: boolean
  readonly modifiedTime: string
  readonly createdTime: string
  readonly properties: Readonly<Record<string, string>>
  readonly appProperties: Readonly<Record<string, string>>
  readonly visibility: string
}

/** Whether a file matches. `=` on names takes no notice of case, and `contains` looks at the beginnings of words. */
export function matchesQuery(query: Query, file: Queried): boolean {
  switch (query.kind) {
    case 'and':
      return query.of.every(one => matchesQuery(one, file))
    case 'or':
      return query.of.some(one => matchesQuery(one, file))
    case 'not':
      return !matchesQuery(query.of, file)
    case 'in':
      if (query.field !== 'parents') throw wrong()
      return file.parents.includes(query.value)
    case 'has':
      if (query.field !== 'appProperties' && query.field !== 'properties') throw wrong()
      return file[query.field][query.key] === query.value
    case 'compare':
      return compare(query.field, query.operator, query.value, file)
  }
}

function compare(field: string, operator: string, value: string | boolean, file: Queried): boolean {
  if (field === 'trashed') {
    if (typeof value !== 'boolean' || (operator !== '=' && operator !== '!=')) throw wrong()
    return (file.trashed === value) === (operator === '=')
  }
  if (typeof value !== 'string') throw wrong()
  if (field === 'name' && operator === 'contains')
    return new RegExp(`(?:^|[^\\p{L}\\p{N}])${value.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`, 'iu').test(file.name)
  if (field === 'name') return equal(file.name.toLowerCase(), operator, value.toLowerCase())
  if (field === 'mimeType' && operator === 'contains') return file.mimeType.startsWith(value)
  if (field === 'mimeType' || field === 'visibility') return equal(file[field], operator, value)
  if (field === 'modifiedTime' || field === 'createdTime') {
    const [here, there] = [Date.parse(file[field]), Date.parse(value)]
    const answers: Readonly<Record<string, boolean>> = {
      '<': here < there,
      '<=': here <= there,
      '=': here === there,
      '!=': here !== there,
      '>': here > there,
      '>=': here >= there,
    }
    return answers[operator] ?? refuse()
  }
  return refuse()
}

function equal(here: string, operator: string, there: string): boolean {
  if (operator !== '=' && operator !== '!=') throw wrong()
  return (here === there) === (operator === '=')
}

function refuse(): never {
  throw wrong()
}
