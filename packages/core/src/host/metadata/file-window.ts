import { readSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'

/** A stretch of an open file. Reading past its end is `input-invalid`, so no offset in a hostile file leads outside. */
export interface FileWindow {
  readonly size: number
  /** `what` names the thing that is read, for the error. */
  read(offset: number, length: number, what: string): Buffer
  /** A window within this one. */
  within(offset: number, size: number, what: string): FileWindow
}

/** Bytes `start` to `start + size` of a file; the caller has made sure that they exist. */
export function fileWindow(descriptor: number, start: number, size: number): FileWindow {
  const check = (offset: number, length: number, what: string) => {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > size) {
      throw new FairleadError('input-invalid', `${what} is outside the file (${length} bytes at ${offset} of ${size})`)
    }
  }
  return {
    size,
    read(offset, length, what) {
      check(offset, length, what)
      const buffer = Buffer.allocUnsafe(length)
      let filled = 0
      while (filled < length) {
        const count = readSync(descriptor, buffer, filled, length - filled, start + offset + filled)
        if (count === 0) throw new FairleadError('input-invalid', `${what} is cut off: the file became shorter while it was read`)
        filled += count
      }
      return buffer
    },
    within(offset, length, what) {
      check(offset, length, what)
      return fileWindow(descriptor, start + offset, length)
    },
  }
}

/** A 64-bit little-endian number; beyond 2^53 it is no place in a file, which every check against a size then says. */
export function readUint64(buffer: Buffer, offset: number): number {
  return Number(buffer.readBigUInt64LE(offset))
}
