import { FairleadError } from '../../contract/errors.ts'
import { printable } from '../../contract/reference.ts'

/**
 * What a glob matches of a path. It is given a path piece by piece: at each `/` and at the end it tells whether the path up to
 * there matches, and whether anything longer still can.
 */
export interface Glob {
  readonly pattern: string
  /** Whether the path, or one of the folders it lies in, matches. */
  matches(path: string): boolean
  /** Whether the folder, or one it lies in, matches: then so does everything below it. */
  matchesFolder(folder: string): boolean
  /** Whether something below the folder may match; false is certain. */
  mayMatchBelow(folder: string): boolean
}

type Token =
  | { readonly kind: 'one'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: ReadonlyArray<readonly [number, number]> }
  /** `*`: any run without `/`. */
  | { readonly kind: 'star' }
  /** `**`: any run. */
  | { readonly kind: 'globstar' }
  /** At the beginning of a segment `**` and `/`: nothing, or anything that ends with `/`. */
  | { readonly kind: 'folders' }

const maxAlternatives = 256
const maxCharacters = 4096
const slash = 47
const help = 'Write * ? [a-z] {a,b} ** and \\ before a character that is meant as it is.'

function refuse(pattern: string, what: string): never {
  throw new FairleadError('input-invalid', `The pattern "${printable(pattern)}" can't be read: ${what}.`, { hint: help })
}

/**
 * Reads a glob. `*` is any run of characters but `/`, `**` any run, `?` one character but `/`, `[a-z]` and `[!a-z]` one of a set,
 * `{a,b}` either; `\` takes the next character as it is. A leading `/` holds the pattern to the root; without one it may begin at
 * any folder. A trailing `/` wants a folder. Time to match is linear in the path, whatever the pattern. Throws `input-invalid`.
 */
export function parseGlob(pattern: string): Glob {
  if (pattern.length > maxCharacters) refuse(`${pattern.slice(0, 40)}…`, `it is longer than ${maxCharacters} characters`)
  const alternatives = expand(pattern, pattern).map(text => compile(text, pattern))
  return {
    pattern,
    matches: path => alternatives.some(alternative => alternative.run(path) === 'matched'),
    matchesFolder: folder => folder !== '' && alternatives.some(alternative => alternative.run(`${folder}/`) === 'matched'),
    mayMatchBelow: folder => folder === '' || alternatives.some(alternative => alternative.run(`${folder}/`) !== 'dead'),
  }
}

/** The patterns without braces that one with braces stands for. */
function expand(text: string, whole: string): string[] {
  const go = (rest: string): string[] => {
    const open = firstBrace(rest)
    if (open < 0) return [rest]
    const parts = splitBraces(rest, open, whole)
    const ends = go(rest.slice(parts.end))
    const found = parts.choices.flatMap(choice => go(choice).flatMap(middle => ends.map(end => rest.slice(0, open) + middle + end)))
    if (found.length > maxAlternatives) refuse(whole, `its braces expand to more than ${maxAlternatives} patterns`)
    return found
  }
  return go(text)
}

function firstBrace(text: string): number {
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\') index++
    else if (character === '[') index = setEnd(text, index) ?? index
    else if (character === '{') return index
  }
  return -1
}

/** The index of the `]` that closes a set; undefined where none does. The first character of a set may be `]`. */
function setEnd(text: string, open: number): number | undefined {
  let index = open + 1
  if (text.charAt(index) === '!' || text.charAt(index) === '^') index++
  for (let first = true; index < text.length; index++, first = false) {
    const character = text.charAt(index)
    if (character === '\\') index++
    else if (character === ']' && !first) return index
  }
  return undefined
}

function splitBraces(text: string, open: number, whole: string): { readonly choices: readonly string[]; readonly end: number } {
  const choices: string[] = []
  let depth = 0
  let from = open + 1
  for (let index = open; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\') index++
    else if (character === '[') index = setEnd(text, index) ?? index
    else if (character === '{') depth++
    else if (character === ',' && depth === 1) {
      choices.push(text.slice(from, index))
      from = index + 1
    } else if (character === '}' && --depth === 0) {
      return { choices: [...choices, text.slice(from, index)], end: index + 1 }
    }
  }
  return refuse(whole, 'a { is not closed')
}

interface Alternative {
  /** `matched`: the path or a folder of it; `alive`: not yet, but something that goes on from here may; `dead`: nothing can. */
  run(path: string): 'matched' | 'alive' | 'dead'
}

function compile(text: string, whole: string): Alternative {
  const anchored = text.startsWith('/')
  const folderOnly = text.endsWith('/') && !text.endsWith('\\/') && text.length > (anchored ? 1 : 0)
  const body = text.slice(anchored ? 1 : 0, folderOnly ? -1 : undefined)
  if (body === '') refuse(whole, 'it is empty')
  const tokens: Token[] = anchored ? [] : [{ kind: 'folders' }]
  tokenize(body, whole, tokens)
  return automaton(tokens, folderOnly)
}

function tokenize(body: string, whole: string, tokens: Token[]): void {
  for (let index = 0; index < body.length;) {
    const character = body.charAt(index)
    const code = body.codePointAt(index) ?? 0
    if (character === '\\') {
      const next = body.codePointAt(index + 1)
      if (next === undefined) refuse(whole, 'it ends with a \\')
      tokens.push({ kind: 'one', code: next })
      index += 1 + String.fromCodePoint(next).length
    } else if (character === '*') {
      let end = index
      while (body.charAt(end) === '*') end++
      const atSegment = index === 0 || body.charAt(index - 1) === '/'
      if (end - index === 1) tokens.push({ kind: 'star' })
      else if (atSegment && body.charAt(end) === '/') {
        tokens.push({ kind: 'folders' })
        end++
      } else tokens.push({ kind: 'globstar' })
      index = end
    } else if (character === '?') {
      tokens.push({ kind: 'any' })
      index++
    } else if (character === '[') {
      const end = setEnd(body, index)
      if (end === undefined) refuse(whole, 'a [ is not closed')
      tokens.push(readSet(body.slice(index + 1, end), whole))
      index = end + 1
    } else {
      tokens.push({ kind: 'one', code })
      index += String.fromCodePoint(code).length
    }
  }
}

function readSet(inner: string, whole: string): Token {
  const negated = inner.startsWith('!') || inner.startsWith('^')
  const codes: Array<{ readonly code: number; readonly literal: boolean }> = []
  const characters = [...inner.slice(negated ? 1 : 0)]
  for (let index = 0; index < characters.length; index++) {
    const literal = characters[index] === '\\'
    if (literal) index++
    codes.push({ code: characters[index]?.codePointAt(0) ?? 0, literal })
  }
  const ranges: Array<readonly [number, number]> = []
  for (let index = 0; index < codes.length; index++) {
    const low = codes[index]?.code ?? 0
    const dash = codes[index + 1]
    const high = codes[index + 2]?.code
    if (dash?.code === 45 && !dash.literal && high !== undefined) {
      if (high < low) refuse(whole, 'a set has a range that goes backwards')
      ranges.push([low, high])
      index += 2
    } else ranges.push([low, low])
  }
  return { kind: 'set', negated, ranges }
}

function inSet(ranges: ReadonlyArray<readonly [number, number]>, code: number): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high)
}

/** A set of states is carried through the path, each character once: no backtracking. State `tokens.length` has matched. */
function automaton(tokens: readonly Token[], folderOnly: boolean): Alternative {
  const final = tokens.length
  const marks = new Uint32Array(final + 1)
  let [now, next]: [number[], number[]] = [[], []]
  let mark = 0

  const isRun = (token: Token | undefined): boolean => token?.kind === 'star' || token?.kind === 'globstar'
  /** Enters a state, and those behind it that need no character. */
  const enter = (states: number[], start: number): void => {
    for (let state = start; marks[state] !== mark; state++) {
      marks[state] = mark
      states.push(state)
      const kind = tokens[state]?.kind
      if (kind !== 'star' && kind !== 'globstar' && kind !== 'folders') return
    }
  }
  const step = (state: number, code: number): void => {
    const token = tokens[state]
    switch (token?.kind) {
      case undefined:
        return
      case 'one':
        if (token.code === code) enter(next, state + 1)
        return
      case 'any':
        if (code !== slash) enter(next, state + 1)
        return
      case 'set':
        if (code !== slash && inSet(token.ranges, code) !== token.negated) enter(next, state + 1)
        return
      case 'star':
        if (code !== slash) enter(next, state)
        return
      case 'globstar':
        enter(next, state)
        return
      case 'folders':
        // Within a folder's name nothing behind it may begin.
        if (code === slash) enter(next, state)
        else if (marks[state] !== mark) {
          marks[state] = mark
          next.push(state)
        }
    }
  }
  /** Marks wrap around after as many steps as no run of a program has; cleared for the sake of it. */
  const advance = (): void => {
    if (++mark < 0xffff_ffff) return
    marks.fill(0)
    mark = 1
  }
  return {
    run(path) {
      now.length = 0
      advance()
      enter(now, 0)
      for (let index = 0; index < path.length && now.length > 0;) {
        const code = path.codePointAt(index) ?? 0
        if (code === slash && now.includes(final)) return 'matched'
        next.length = 0
        advance()
        for (const state of now) step(state, code)
        const last = now
        now = next
        next = last
        index += code > 0xffff ? 2 : 1
      }
      // What is asked of a folder's inside is matched where a last `*` or `**` takes each name in it.
      const wanted = path.endsWith('/') ? (isRun(tokens[final - 1]) ? final - 1 : -1) : final
      if (!folderOnly && now.includes(wanted)) return 'matched'
      return now.some(state => state < final) ? 'alive' : 'dead'
    },
  }
}
