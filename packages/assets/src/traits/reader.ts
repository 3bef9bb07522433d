import { FairleadError } from '@fairlead/core'

/** Random access to one file's bytes, so that a file is opened once for all of its traits. */
export interface HeaderReader {
  /** Bytes of the whole file. */
  readonly size: number
  /** Up to `length` bytes from `offset`; fewer only at the end of the file. */
  read(offset: number, length: number): Uint8Array
}

/** A reader over bytes in memory. */
export function bytesReader(bytes: Uint8Array): HeaderReader {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }
}

const windowBytes = 8192
const maxReads = 2048

/** A file whose header cannot be read. */
export function headerError(message: string): FairleadError {
  return new FairleadError('input-invalid', message, { hint: 'Write the file again with the program that created it.' })
}

/** Read-ahead over a {@link HeaderReader}: numbers at offsets, few and bounded reads however the file is built. */
export class HeaderWindow {
  readonly size: number
  readonly #reader: HeaderReader
  #start = 0
  #view: DataView = new DataView(new ArrayBuffer(0))
  #reads = 0

  constructor(reader: HeaderReader) {
    this.#reader = reader
    this.size = reader.size
  }

  /** A view that holds `length` bytes from `offset`, and the index in it where they begin. Throws `input-invalid`. */
  #at(offset: number, length: number): number {
    if (offset < this.#start || offset + length > this.#start + this.#view.byteLength) {
      if (!Number.isSafeInteger(offset) || offset + length > this.size) {
        throw headerError(`The file is cut short: its header needs ${length} bytes at ${offset}, the file has ${this.size}.`)
      }
      if (++this.#reads > maxReads) throw headerError(`The header is spread over more than ${maxReads} places of the file.`)
      const bytes = this.#reader.read(offset, Math.min(windowBytes, this.size - offset))
      if (bytes.length < length) throw headerError('The file became shorter while its header was read.')
      this.#start = offset
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    return offset - this.#start
  }

  /** Whether the bytes from `offset` are these; false past the end of the file. */
  startsWith(offset: number, bytes: readonly number[]): boolean {
    return offset + bytes.length <= this.size && bytes.every((byte, index) => this.uint8(offset + index) === byte)
  }

  uint8(offset: number): number {
    const index = this.#at(offset, 1)
    return this.#view.getUint8(index)
  }

  uint16(offset: number, littleEndian = false): number {
    const index = this.#at(offset, 2)
    return this.#view.getUint16(index, littleEndian)
  }

  uint32(offset: number, littleEndian = false): number {
    const index = this.#at(offset, 4)
    return this.#view.getUint32(index, littleEndian)
  }

  /** A 64-bit number; beyond 2^53 it is no longer exact, which no offset or count in a real file reaches. */
  uint64(offset: number, littleEndian = false): number {
    const index = this.#at(offset, 8)
    return Number(this.#view.getBigUint64(index, littleEndian))
  }

  /** Characters of one byte each. */
  latin1(offset: number, length: number): string {
    let text = ''
    for (let index = 0; index < length; index++) text += String.fromCharCode(this.uint8(offset + index))
    return text
  }

  /** What a function gives; `otherwise` where it finds the bytes to be wrong. */
  attempt<T>(otherwise: T, read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (FairleadError.is(error, 'input-invalid')) return otherwise
      throw error
    }
  }
}
