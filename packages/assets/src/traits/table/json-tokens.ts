import { headerError } from '../reader.ts'

/** Hears of the parts of a JSON text. Depth is the number of objects and arrays around. */
export interface JsonListener {
  /** A value begins. */
  value(depth: number, isArray: boolean): void
  /** Whether keys of objects whose content has this depth are to be told. */
  wantsKey(depth: number): boolean
  key(depth: number, key: string): void
}

const maxDepth = 10_000
const maxKeyBytes = 65_536
const word = new Set([...'0123456789+-.eEtrufalsn'].map(character => character.charCodeAt(0)))
const literal = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$/
/** Longer numbers than any program writes are not looked at to their end. */
const maxWordBytes = 1024

const [space, tab, lineFeed, carriageReturn] = [0x20, 0x09, 0x0a, 0x0d]
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d]

/** What may come next. */
type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma-or-close'

/** Reads JSON texts (RFC 8259), one or several one after the other, byte by byte and in bounded memory. */
export class JsonTokens {
  readonly #listener: JsonListener
  readonly #open: number[] = []
  #expected: Expected = 'value'
  #offset = 0
  #isText = false
  #isEscaped = false
  #isKey = false
  /** The bytes of a key that is wanted, or of a number or literal. */
  #kept: number[] | undefined
  #isWord = false

  constructor(listener: JsonListener) {
    this.#listener = listener
  }

  /** Throws `input-invalid` where the bytes are no JSON. */
  take(piece: Uint8Array): void {
    const isMarked = this.#offset === 0 && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf
    if (isMarked) this.#offset = 3
    for (let index = isMarked ? 3 : 0; index < piece.length; index++) {
      const byte = piece[index] ?? 0
      if (this.#isText) this.#takeText(byte)
      else if (byte === space || byte === tab || byte === lineFeed || byte === carriageReturn) this.#endWord()
      else if (this.#isWord && word.has(byte)) this.#keep(byte, maxWordBytes)
      else {
        this.#endWord()
        this.#takeToken(byte)
      }
      this.#offset++
    }
  }

  /** The text is at its end. Throws `input-invalid` where something is still open. */
  finish(): void {
    this.#endWord()
    if (this.#isText || this.#open.length > 0) throw headerError('The JSON is cut short: it ends inside of a value.')
  }

  #takeToken(byte: number): void {
    const expected = this.#expected
    if (byte === closeObject || byte === closeArray) return this.#close(byte)
    if (expected === 'comma-or-close') {
      if (byte !== comma) throw this.#wrong(byte)
      this.#expected = this.#open.at(-1) === openObject ? 'key' : 'value'
    } else if (expected === 'colon') {
      if (byte !== colon) throw this.#wrong(byte)
      this.#expected = 'value'
    } else if (expected === 'key' || expected === 'key-or-close') {
      if (byte !== quote) throw this.#wrong(byte)
      this.#isText = true
      this.#isKey = true
      this.#kept = this.#listener.wantsKey(this.#open.length) ? [] : undefined
    } else this.#beginValue(byte)
  }

  #beginValue(byte: number): void {
    const depth = this.#open.length
    if (byte === openObject || byte === openArray) {
      if (depth === maxDepth) throw headerError(`The JSON is nested deeper than ${maxDepth} levels.`)
      this.#listener.value(depth, byte === openArray)
      this.#open.push(byte)
      this.#expected = byte === openObject ? 'key-or-close' : 'value-or-close'
    } else if (byte === quote) {
      this.#listener.value(depth, false)
      this.#isText = true
    } else if (word.has(byte)) {
      this.#listener.value(depth, false)
      this.#isWord = true
      this.#kept = [byte]
    } else throw this.#wrong(byte)
  }

  #close(byte: number): void {
    const opened = this.#open.at(-1)
    const matches = byte === closeObject ? opened === openObject : opened === openArray
    const empty = byte === closeObject ? 'key-or-close' : 'value-or-close'
    if (!matches || (this.#expected !== 'comma-or-close' && this.#expected !== empty)) throw this.#wrong(byte)
    this.#open.pop()
    this.#afterValue()
  }

  #afterValue(): void {
    this.#expected = this.#open.length === 0 ? 'value' : 'comma-or-close'
  }

  #takeText(byte: number): void {
    if (byte < 0x20) throw headerError(`The JSON has a control character in a string at byte ${this.#offset}.`)
    if (byte === quote && !this.#isEscaped) return this.#endText()
    this.#isEscaped = byte === backslash && !this.#isEscaped
    if (this.#kept !== undefined) this.#keep(byte, maxKeyBytes)
  }

  #endText(): void {
    this.#isText = false
    if (!this.#isKey) return this.#afterValue()
    this.#isKey = false
    this.#expected = 'colon'
    if (this.#kept !== undefined) this.#listener.key(this.#open.length, this.#unescaped(this.#kept))
    this.#kept = undefined
  }

  #unescaped(bytes: readonly number[]): string {
    const text = new TextDecoder().decode(Uint8Array.from(bytes))
    if (!text.includes('\\')) return text
    try {
      return String(JSON.parse(`"${text}"`))
    } catch (cause) {
      throw headerError(`The JSON has a wrong escape in a key before byte ${this.#offset}: ${String(cause)}`)
    }
  }

  #endWord(): void {
    if (!this.#isWord) return
    const text = String.fromCharCode(...(this.#kept ?? []))
    if (!literal.test(text))
      throw headerError(`The JSON has ${JSON.stringify(text.slice(0, 40))}, which is not a value, before byte ${this.#offset}.`)
    this.#isWord = false
    this.#kept = undefined
    this.#afterValue()
  }

  #keep(byte: number, most: number): void {
    this.#kept?.push(byte)
    if ((this.#kept?.length ?? 0) > most)
      throw headerError(`The JSON has a key or number of more than ${most} bytes at byte ${this.#offset}.`)
  }

  #wrong(byte: number): Error {
    const shown = byte > 0x20 && byte < 0x7f ? JSON.stringify(String.fromCharCode(byte)) : `the byte ${byte}`
    return headerError(`The JSON has ${shown} at byte ${this.#offset}, where another character is expected.`)
  }
}
