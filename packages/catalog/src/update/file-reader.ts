import { closeSync, constants, openSync, readSync } from 'node:fs'
import { measureTraits, traitFile, type FileTraits, type HeaderReader, type NameValues, type Specification } from '@fairlead/assets'

/** Where the first bytes of each file go: for most files they are all that is read, and nothing outlives its file. */
const firstBytes = Buffer.allocUnsafe(8192)

function headerReader(handle: number, size: number): HeaderReader {
  let isFirst = true
  return {
    size,
    read(offset, length) {
      const target = isFirst && length <= firstBytes.length ? firstBytes : Buffer.allocUnsafe(length)
      isFirst = false
      return target.subarray(0, readSync(handle, target, 0, length, offset))
    },
  }
}

/** Opens a file once and measures the traits that its specification names; what fails is told by trait, nothing throws. */
export function readTraits(file: string, path: string, size: number, values: NameValues, specification: Specification): FileTraits {
  let handle: number
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    return {
      traits: {},
      errors: Object.fromEntries(Object.keys(specification.traits).map(trait => [trait, `The file can't be opened (${reason}).`])),
    }
  }
  try {
    return measureTraits(specification.traits, traitFile(path, values, headerReader(handle, size)))
  } finally {
    closeSync(handle)
  }
}
