import { closeSync, fstatSync, lstatSync, read, readSync, type BigIntStats } from 'node:fs'
import { promisify } from 'node:util'
import { FairleadError } from '../../contract/errors.ts'
import type { Source } from '../../contract/source.ts'
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

/**
 * A file of this machine as a source: replayable, with ranges. Symlinks and what is no regular file are `input-invalid`,
 * and so is a file that is not, or no longer, what it was when the source was made. `fingerprint` is looked up anew each
 * time it is asked for.
 */
export function fileSource(path: string, contentType?: string): Source {
  const stats = statRegular(path)
  const size = Number(stats.size)
  const fingerprint = fingerprintOf(stats)

  const changed = (): FairleadError =>
    new FairleadError('input-invalid', `"${path}" changed while it was read.`, {
      path,
      hint: 'Leave the file alone while it is sent, and send it again.',
    })
  const openSame = (): number => {
    const file = attempt(path, () => openRegular(path))
    if (fingerprintOf(fstatSync(file, { bigint: true })) === fingerprint) return file
    closeSync(file)
    throw changed()
  }
  return {
    size,
    replayable: true,
    ...(contentType !== undefined && { contentType }),
    get fingerprint() {
      return fingerprintOf(statRegular(path))
    },
    ...(size <= inOnePiece && {
      bytes() {
        const file = openSame()
        try {
          const bytes = Buffer.allocUnsafeSlow(size)
          let filled = 0
          while (filled < size) {
            const count = readSync(file, bytes, filled, size - filled, filled)
            if (count === 0) throw changed()
            filled += count
          }
          if (fingerprintOf(fstatSync(file, { bigint: true })) !== fingerprint) throw changed()
          return bytes
        } finally {
          closeSync(file)
        }
      },
    }),
    async open(range) {
      const file = openSame()
      let position = range?.start ?? 0
      const end = Math.min(range?.end ?? size, size)
      let closed = false
      const close = (): void => {
        if (!closed) closeSync(file)
        closed = true
      }
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            try {
              if (position < end) {
                const wanted = Math.min(pieceBytes, end - position)
                const { bytesRead, buffer } = await readAsync(file, Buffer.allocUnsafeSlow(wanted), 0, wanted, position)
                if (bytesRead === 0) throw changed()
                position += bytesRead
                if (!closed) controller.enqueue(buffer.subarray(0, bytesRead))
              }
              if (position < end || closed) return
              if (fingerprintOf(fstatSync(file, { bigint: true })) !== fingerprint) throw changed()
              close()
              controller.close()
            } catch (error) {
              close()
              controller.error(error)
            }
          },
          cancel: close,
        },
        { highWaterMark: 0 },
      )
    },
  }
}

function statRegular(path: string): BigIntStats {
  const stats = attempt(path, () => lstatSync(path, { bigint: true }))
  if (stats.isFile()) return stats
  const what = stats.isSymbolicLink() ? 'a symbolic link' : stats.isDirectory() ? 'a folder' : 'no regular file'
  throw new FairleadError('input-invalid', `"${path}" is ${what}.`, { path, hint: 'Name a regular file; links are not followed.' })
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
      hint: missing ? 'Check its name.' : 'Check that it is a regular file you may read.',
    })
  }
}
