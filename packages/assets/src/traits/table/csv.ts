import type { Table, TableCounter } from './table.ts'

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d
const separators = [',', ';', '\t', '|']

/** The separator of a CSV: that which occurs most often in its first record, outside of quotes. */
export function separatorOf(head: Uint8Array, usual: string): string {
  const counts = new Map(separators.map(separator => [separator.charCodeAt(0), 0]))
  let isQuoted = false
  for (const byte of head) {
    if (byte === quote) isQuoted = !isQuoted
    else if (!isQuoted && (byte === lineFeed || byte === carriageReturn)) break
    const count = counts.get(byte)
    if (!isQuoted && count !== undefined) counts.set(byte, count + 1)
  }
  const most = Math.max(...counts.values())
  if (most === 0 || counts.get(usual.charCodeAt(0)) === most) return usual
  return separators.find(separator => counts.get(separator.charCodeAt(0)) === most) ?? usual
}

/**
 * Counts the records of a CSV (RFC 4180: https://www.rfc-editor.org/rfc/rfc4180) behind its header, and the fields of the
 * header. Quoted fields may hold separators, line ends and doubled quotes; empty lines are no records.
 */
export class CsvCounter implements TableCounter {
  readonly #separator: number
  #isQuoted = false
  #isEmpty = true
  #columns = 0
  #records = 0
  #fields = 1
  #isStart = true

  constructor(separator: string) {
    this.#separator = separator.charCodeAt(0)
  }

  take(piece: Uint8Array): void {
    const hasMark = this.#isStart && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf
    this.#isStart = false
    for (let index = hasMark ? 3 : 0; index < piece.length; index++) {
      const byte = piece[index]
      if (this.#isQuoted) {
        // A doubled quote closes and opens again.
        if (byte === quote) this.#isQuoted = false
      } else if (byte === lineFeed || byte === carriageReturn) this.#endRecord()
      else {
        this.#isEmpty = false
        if (byte === quote) this.#isQuoted = true
        else if (byte === this.#separator) this.#fields++
      }
    }
  }

  finish(): Table {
    this.#endRecord()
    return { rows: Math.max(0, this.#records - 1), columns: this.#columns }
  }

  #endRecord(): void {
    if (!this.#isEmpty) {
      if (this.#records === 0) this.#columns = this.#fields
      this.#records++
    }
    this.#isEmpty = true
    this.#fields = 1
  }
}
