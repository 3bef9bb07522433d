import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { fileWindow } from './file-window.ts'
import { magicBytes, mediaTypeOf } from '../../contract/media-type.ts'
import { readSifMetadata, type SifMetadata } from './sif-metadata.ts'
import { isSif } from './sif.ts'

/** What is known of one file of this machine. */
export interface FileMetadata {
  /** The reference the caller gave it, as text. */
  readonly reference?: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
  readonly mediaType: string
  readonly traits: Readonly<Record<string, unknown>>
  /** Of Singularity images. */
  readonly sif?: SifMetadata
  /** What is there but could not be read, one sentence each; absent when there is nothing to say. */
  readonly notes?: readonly string[]
}

/** How a file is looked at. */
export interface MetadataOptions {
  readonly reference?: string
  /** When it is known already, such as from the facts: the file is then not read again. */
  readonly sha256?: string
  /** Measures a file; the application brings it, since traits are not this package's business. */
  readonly traitsOf?: (file: string) => Readonly<Record<string, unknown>>
}

const chunkBytes = 1024 * 1024

/**
 * Reads a regular file once: size, sha256, media type, traits, and for Singularity images what they hold. A damaged image
 * is a file with a note. `not-found`, `permission-denied`, or `input-invalid` for a folder, a device, or a file that changed meanwhile.
 */
export function readMetadata(file: string, options: MetadataOptions = {}): FileMetadata {
  const descriptor = open(file)
  try {
    const status = fstatSync(descriptor)
    if (!status.isFile()) throw new FairleadError('input-invalid', `${file} is not a regular file`)
    const head = Buffer.alloc(Math.min(magicBytes, status.size))
    readSync(descriptor, head, 0, head.length, 0)
    const notes: string[] = []
    const sif = isSif(head) ? sifOf(descriptor, status.size, notes) : undefined
    const sha256 = options.sha256 ?? hashOpenFile(descriptor, status.size, file)
    return {
      ...(options.reference !== undefined && { reference: options.reference }),
      size: status.size,
      sha256,
      mediaType: mediaTypeOf(basename(file), head),
      traits: options.traitsOf?.(file) ?? {},
      ...(sif !== undefined && { sif }),
      ...(notes.length > 0 && { notes }),
    }
  } finally {
    closeSync(descriptor)
  }
}

function open(file: string): number {
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer for ever.
    return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new FairleadError('not-found', `there is no file ${file}`, { cause })
    if (code === 'EACCES' || code === 'EPERM')
      throw new FairleadError('permission-denied', `you do not have permission to read ${file}`, { cause })
    throw new FairleadError('input-invalid', `${file} can't be opened (${String(code)})`, { cause })
  }
}

function sifOf(descriptor: number, size: number, notes: string[]): SifMetadata | undefined {
  try {
    return readSifMetadata(fileWindow(descriptor, 0, size), notes)
  } catch (cause) {
    if (!FairleadError.is(cause, 'input-invalid')) throw cause
    notes.push(`not readable as a Singularity image: ${cause.message}`)
    return undefined
  }
}

function hashOpenFile(descriptor: number, size: number, file: string): string {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, size)))
  let offset = 0
  for (;;) {
    const count = readSync(descriptor, buffer, 0, buffer.length, offset)
    if (count === 0) break
    hash.update(count === buffer.length ? buffer : buffer.subarray(0, count))
    offset += count
  }
  if (offset !== size) throw new FairleadError('input-invalid', `${file} changed while it was read: ${offset} bytes instead of ${size}`)
  return hash.digest('hex')
}
