import { closeSync, constants, openSync, readSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'
import { measureTraits, traitFile, type FileTraits, type HeaderReader, type NameValues, type Specification } from '@fairlead/assets'

/** A file whose traits are to be measured. */
export interface UnmeasuredFile {
  /** Where it lies. */
  readonly file: string
  /** Relative to the ingress. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  readonly values: NameValues
}

/** Where the first bytes of each file go: for most files they are all that is read, and nothing outlives its file. */
let firstBytes = Buffer.allocUnsafe(8192)

/** A file's bytes; it is opened at the first read, since some traits need none. */
class FileBytes implements HeaderReader {
  readonly size: number
  private readonly file: string
  private handle: number | undefined
  private isOpen = true
  private sharesFirstBytes = true

  constructor(file: string, size: number) {
    this.file = file
    this.size = size
  }

  read(offset: number, length: number): Uint8Array {
    // Another file may have the same handle by now.
    if (!this.isOpen) throw new FairleadError('input-invalid', 'The file was closed, because all of its traits had been measured.')
    this.handle ??= open(this.file)
    const isShared = this.sharesFirstBytes && length <= firstBytes.length
    const target = isShared ? firstBytes : Buffer.allocUnsafe(length)
    this.sharesFirstBytes = false
    return target.subarray(0, readSync(this.handle, target, 0, length, offset))
  }

  /** What was read stays as it is while other files are read. */
  keep(): void {
    if (!this.sharesFirstBytes) firstBytes = Buffer.allocUnsafe(firstBytes.length)
    this.sharesFirstBytes = false
  }

  close(): void {
    this.isOpen = false
    if (this.handle !== undefined) closeSync(this.handle)
    this.handle = undefined
  }
}

function open(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new FairleadError('permission-denied', `The file can't be opened (${reason}).`, { path: file, cause })
  }
}

/**
 * Measures the traits that a specification names, opening the file at most once; what fails is told by trait, nothing is
 * thrown. Gives a promise where a trait function does; the file stays open until it settles.
 */
export function readTraits(
  { file, path, size, modified, values }: UnmeasuredFile,
  specification: Specification,
): FileTraits | Promise<FileTraits> {
  const bytes = new FileBytes(file, size)
  let measured: FileTraits | Promise<FileTraits> | undefined
  try {
    measured = measureTraits(specification.traits, traitFile(path, values, bytes, modified))
  } finally {
    if (!(measured instanceof Promise)) bytes.close()
  }
  if (!(measured instanceof Promise)) return measured
  bytes.keep()
  return measured.finally(() => bytes.close())
}
