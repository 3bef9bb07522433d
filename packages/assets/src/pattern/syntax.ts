/** What a regular expression says, as a tree; groups are gone, laziness too: neither changes whether a text matches. */
export type PatternNode =
  /** One character, as a regular expression of its own: a literal, an escape, a class or a full stop. */
  | { readonly kind: 'one'; readonly source: string }
  | { readonly kind: 'assert'; readonly at: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly choices: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number }

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary'

const maxGroups = 100

const unicodeEscape =
  /\\(?:u\{[^}]*\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|[^])/uy
const plainEscape = /\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|0|[^])/y
const quantifier = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y

/** A regular expression that is legal, but holds what no linear matcher can do; the message is a clause. */
export class UnsupportedPattern extends Error {}

/** Reads the source of a regular expression that JavaScript takes. Throws {@link UnsupportedPattern}. */
export function readPattern(source: string, isUnicode: boolean): PatternNode {
  return new PatternReader(source, isUnicode).read()
}

class PatternReader {
  private readonly source: string
  private readonly isUnicode: boolean
  private index = 0
  private groups = 0

  constructor(source: string, isUnicode: boolean) {
    this.source = source
    this.isUnicode = isUnicode
  }

  read(): PatternNode {
    const choices: PatternNode[] = [this.sequence()]
    while (this.source[this.index] === '|') {
      this.index++
      choices.push(this.sequence())
    }
    const [only] = choices
    return choices.length === 1 && only !== undefined ? only : { kind: 'either', choices }
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.index < this.source.length && this.source[this.index] !== '|' && this.source[this.index] !== ')') {
      parts.push(this.repeated(this.part()))
    }
    return { kind: 'sequence', parts }
  }

  private repeated(part: PatternNode): PatternNode {
    quantifier.lastIndex = this.index
    const found = quantifier.exec(this.source)
    if (found === null) return part
    const [text, low, comma, high] = found
    this.index += text.length
    if (low !== undefined) {
      const least = Number(low)
      return { kind: 'repeat', part, least, most: comma === undefined ? least : high === '' ? Infinity : Number(high) }
    }
    return { kind: 'repeat', part, least: text.startsWith('+') ? 1 : 0, most: text.startsWith('?') ? 1 : Infinity }
  }

  private part(): PatternNode {
    switch (this.source[this.index]) {
      case '(':
        return this.group()
      case '[':
        return this.set()
      case '\\':
        return this.escape()
      case '^':
        this.index++
        return { kind: 'assert', at: 'start' }
      case '$':
        this.index++
        return { kind: 'assert', at: 'end' }
      default: {
        const point = this.source.codePointAt(this.index) ?? 0
        const text = this.isUnicode ? String.fromCodePoint(point) : this.source.charAt(this.index)
        this.index += text.length
        // Without the flag u these may stand for themselves, but not at the start of an expression.
        return { kind: 'one', source: /[{}\]]/.test(text) ? `\\${text}` : text }
      }
    }
  }

  private group(): PatternNode {
    const [opening = '('] = /^\((?:\?(?::|<?[=!]|<[^>]*>|[a-z-]*:)?)?/.exec(this.source.slice(this.index)) ?? []
    if (/[=!]$/.test(opening)) throw new UnsupportedPattern('looks ahead or behind')
    if (/^\(\?[a-z-]/.test(opening)) throw new UnsupportedPattern('changes flags inside')
    if (++this.groups > maxGroups) throw new UnsupportedPattern(`has more than ${maxGroups} groups`)
    this.index += opening.length
    const inner = this.read()
    this.index++
    return inner
  }

  private set(): PatternNode {
    const start = this.index++
    while (this.source[this.index] !== ']') this.index += this.source[this.index] === '\\' ? 2 : 1
    this.index++
    return { kind: 'one', source: this.source.slice(start, this.index) }
  }

  private escape(): PatternNode {
    const form = this.isUnicode ? unicodeEscape : plainEscape
    form.lastIndex = this.index
    const [text = '\\'] = form.exec(this.source) ?? []
    this.index += text.length
    if (text === '\\b') return { kind: 'assert', at: 'boundary' }
    if (text === '\\B') return { kind: 'assert', at: 'no-boundary' }
    if (/^\\[1-9k]/.test(text)) throw new UnsupportedPattern('refers back to a group')
    return { kind: 'one', source: text }
  }
}
