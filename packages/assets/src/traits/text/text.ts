import { readPieces } from '../pieces.ts'
import { headerError } from '../reader.ts'
import type { TraitFile } from '../trait-file.ts'

/** How a file's bytes stand for text; `binary` where they don't. */
type Encoding = 'ascii' | 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'latin1' | 'binary'

/** What one pass over a text tells. */
export interface Text {
  readonly encoding: Encoding
  readonly lines: number
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Control characters that no text has: all but tab, line ends, form feed, vertical tab, backspace, bell and escape. */
function isForeign(byte: number): boolean {
  return byte < 0x07 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b) || byte === 0x7f
}

const foreign = Uint8Array.from({ length: 256 }, (_, byte) => (isForeign(byte) ? 1 : 0))

/** Lines in units of one byte or two: LF, CR and CRLF end a line, and a last line without an end counts. */
class LineCounter {
  #ends = 0
  #last = lineFeed

  get lines(): number {
    return this.#ends + (this.#last === lineFeed || this.#last === carriageReturn ? 0 : 1)
  }

  take(unit: number): void {
    if (unit === carriageReturn || (unit === lineFeed && this.#last !== carriageReturn)) this.#ends++
    this.#last = unit
  }

  /** As {@link take} for each byte of a piece. */
  takeBytes(piece: Uint8Array): void {
    let [ends, last] = [this.#ends, this.#last]
    for (let index = 0; index < piece.length; index++) {
      const unit = piece[index] ?? 0
      if (unit === carriageReturn || (unit === lineFeed && last !== carriageReturn)) ends++
      last = unit
    }
    this.#ends = ends
    this.#last = last
  }
}

function readUtf16(file: TraitFile, encoding: 'utf-16le' | 'utf-16be'): Text | Promise<Text> {
  const counter = new LineCounter()
  const low = encoding === 'utf-16le' ? 0 : 1
  let offset = 0
  let odd = 0
  return readPieces(
    file.reader,
    piece => {
      for (const byte of piece) {
        // The mark is no text.
        if (offset >= 2) {
          if (offset % 2 === 0) odd = byte
          else counter.take(low === 0 ? odd + 256 * byte : 256 * odd + byte)
        }
        offset++
      }
    },
    () => ({ encoding, lines: counter.lines }),
  )
}

function readBytes(file: TraitFile, hasMark: boolean): Text | Promise<Text> {
  const counter = new LineCounter()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let [isStart, isBinary, isAscii, isUtf8] = [true, false, true, true]
  const decode = (piece?: Uint8Array) => {
    try {
      decoder.decode(piece, { stream: piece !== undefined })
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      isUtf8 = false
    }
  }
  return readPieces(
    file.reader,
    piece => {
      for (let index = 0; index < piece.length; index++) {
        const byte = piece[index] ?? 0
        if (byte >= 0x80) isAscii = false
        else if (foreign[byte] === 1) isBinary = true
      }
      if (isBinary) return false
      if (!isAscii && isUtf8) decode(piece)
      // A mark and no more is no line.
      counter.takeBytes(isStart && hasMark ? piece.subarray(3) : piece)
      isStart = false
      return true
    },
    () => {
      if (!isAscii && isUtf8 && !isBinary) decode()
      const encoding = isBinary ? 'binary' : isAscii ? 'ascii' : !isUtf8 ? 'latin1' : hasMark ? 'utf-8-bom' : 'utf-8'
      return { encoding, lines: counter.lines }
    },
  )
}

/**
 * Encoding and lines of a file, in one pass. A byte order mark tells UTF-8 and UTF-16. Without one a file with control
 * characters that no text has is binary; all below 128 is ASCII, well-formed UTF-8 is that, anything else Latin-1.
 */
export function textOf(file: TraitFile): Text | Promise<Text> {
  const [first, second, third] = file.reader.read(0, Math.min(3, file.reader.size))
  if (first === 0xff && second === 0xfe) return readUtf16(file, 'utf-16le')
  if (first === 0xfe && second === 0xff) return readUtf16(file, 'utf-16be')
  return readBytes(file, first === 0xef && second === 0xbb && third === 0xbf)
}

/** The lines of a text. Throws `input-invalid` for a file that is none. */
export function linesOf({ encoding, lines }: Text): number {
  if (encoding === 'binary') throw headerError('The file is binary and has no lines.')
  return lines
}
