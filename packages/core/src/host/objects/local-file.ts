import { closeSync, fstatSync, lstatSync, read, readSync, type BigIntStats } from 'node:fs'
import { promisify } from 'node:util'
import { FairleadError } from '../../contract/errors.ts'
import type { ByteRange, Source } from '../../contract/source.ts'
import { openRegular } from '../machine/open-regular.ts'

/** Files up to this are read in one piece, synchronously: many times faster than a promise per small file. */
const inOnePiece = 4 * 1024 * 1024
/** A piece that stays in the processor's cache while it is hashed and written is read and written in half the time of one that doesn't. */
const pieceBytes = 256 * 1024
const readAsync = promisify(read)

/** What tells two states of a file apart. */
export function fingerprintOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`
}

/** A source whose parts can be had in memory without a stream. */
export interface PartSource extends Source {
  /** The bytes of a range within the body, read anew into `bytes`, which has its size. */
  readPart(range: Required<ByteRange>, bytes: Uint8Array): Promise<Uint8Array>
}

/** True for a source of {@link fileSource}. */
export function isPartSource(source: Source): source is PartSource {
  return 'readPart' in source
}

/**
 * A file of this machine as a source: replayable, with ranges. Symlinks and what is no regular file are `input-invalid`,
 * and so is a file that is not, or no longer, what it was when the source was made. `fingerprint` is looked up anew each
 * time it is asked for.
 */
export function fileSource(path: string, contentType?: string): PartSource {
  const stats = statRegular(path)
  const fingerprint = fingerprintOf(stats)
  return Number(stats.size) <= inOnePiece
    ? new SmallFile(path, Number(stats.size), fingerprint, contentType)
    : new LocalFile(path, Number(stats.size), fingerprint, contentType)
}

/** A class, because the getter of a literal would give every file an object of another shape. */
class LocalFile implements PartSource {
  readonly replayable = true
  readonly path: string
  readonly size: number
  declare readonly contentType?: string
  readonly #fingerprint: string

  constructor(path: string, size: number, fingerprint: string, contentType: string | undefined) {
    this.path = path
    this.size = size
    this.#fingerprint = fingerprint
    if (contentType !== undefined) this.contentType = contentType
  }

  get fingerprint(): string {
    return fingerprintOf(statRegular(this.path))
  }

  async readPart({ start }: Required<ByteRange>, bytes: Uint8Array): Promise<Uint8Array> {
    const file = this.openSame()
    try {
      for (let filled = 0; filled < bytes.byteLength;) {
        const { bytesRead } = await readAsync(file, bytes, filled, bytes.byteLength - filled, start + filled)
        if (bytesRead === 0) throw this.changed()
        filled += bytesRead
      }
      this.checkSame(file)
      return bytes
    } finally {
      closeSync(file)
    }
  }

  async open(range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const file = this.openSame()
    let position = range?.start ?? 0
    const end = Math.min(range?.end ?? this.size, this.size)
    let closed = false
    const close = (): void => {
      if (!closed) closeSync(file)
      closed = true
    }
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      try {
        if (position < end) {
          const wanted = Math.min(pieceBytes, end - position)
          const { bytesRead, buffer } = await readAsync(file, Buffer.allocUnsafeSlow(wanted), 0, wanted, position)
          if (bytesRead === 0) throw this.changed()
          position += bytesRead
          if (!closed) controller.enqueue(buffer.subarray(0, bytesRead))
        }
        if (position < end || closed) return
        this.checkSame(file)
        close()
        controller.close()
      } catch (error) {
        close()
        controller.error(error)
      }
    }
    return new ReadableStream<Uint8Array>({ pull, cancel: close }, { highWaterMark: 0 })
  }

  protected openSame(): number {
    const file = attempt(this.path, () => openRegular(this.path))
    try {
      this.checkSame(file)
      return file
    } catch (error) {
      closeSync(file)
      throw error
    }
  }

  protected checkSame(file: number): void {
    if (fingerprintOf(fstatSync(file, { bigint: true })) !== this.#fingerprint) throw this.changed()
  }

  protected changed(): FairleadError {
    return new FairleadError('input-invalid', `"${this.path}" changed while it was read.`, {
      path: this.path,
      hint: 'Make sure that nothing writes to the file, and send it again.',
    })
  }
}

class SmallFile extends LocalFile {
  bytes(): Uint8Array {
    const file = this.openSame()
    try {
      const bytes = Buffer.allocUnsafeSlow(this.size)
      for (let filled = 0; filled < this.size;) {
        const count = readSync(file, bytes, filled, this.size - filled, filled)
        if (count === 0) throw this.changed()
        filled += count
      }
      this.checkSame(file)
      return bytes
    } finally {
      closeSync(file)
    }
  }
}

function statRegular(path: string): BigIntStats {
  const stats = attempt(path, () => lstatSync(path, { bigint: true }))
  if (stats.isFile()) return stats
  const what = stats.isSymbolicLink() ? 'a symbolic link' : stats.isDirectory() ? 'a folder' : 'no regular file'
  throw new FairleadError('input-invalid', `"${path}" is ${what}.`, { path, hint: 'Give a regular file; links are not followed.' })
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    const missing = reason === 'ENOENT'
    throw new FairleadError('input-invalid', missing ? `there is no file "${path}".` : `"${path}" can't be read (${reason}).`, {
      path,
      cause,
      hint: missing ? 'Check its name.' : 'Check that it is a regular file that you can read.',
    })
  }
}
