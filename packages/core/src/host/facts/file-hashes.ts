import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, lstatSync, readFileSync, readSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'
import { stampOf, type FileStamp } from './file-stamp.ts'
import { createHashPool, type HashPool } from './hash-pool.ts'
import { openRegular } from '../machine/open-regular.ts'

const bufferBytes = 1024 * 1024
/** From here on a file is worth the way to a worker thread and back. */
const workerBytes = 8 * 1024 * 1024
const maxThreads = 2

/** SHA-256 of a regular file, lower-case hex, read synchronously with one buffer of 1 MiB. Links are not followed. */
export function hashFile(path: string): string {
  const descriptor = openRegular(path)
  try {
    const { size } = fstatSync(descriptor)
    if (size <= bufferBytes) return hash('sha256', readFileSync(descriptor), 'hex')
    const running = createHash('sha256')
    const buffer = Buffer.allocUnsafeSlow(bufferBytes)
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer))
      running.update(buffer.subarray(0, count))
    return running.digest('hex')
  } finally {
    closeSync(descriptor)
  }
}

/** Hashes files: small ones here, big ones on worker threads, which are started when the first one comes. */
export interface FileHasher extends Disposable {
  /** `input-invalid` for what is no regular file. */
  stamp(path: string): { readonly stamp: FileStamp; readonly size: number }
  /** Lower-case hex; `input-invalid` when the file changed meanwhile. */
  sha256(path: string, stamp: FileStamp, size: number, signal?: AbortSignal): Promise<string>
}

/** A hasher; dispose it to end its threads. They keep no process alive. */
export function createFileHasher(threads = maxThreads): FileHasher {
  let pool: HashPool | undefined
  const stamp = (path: string): { readonly stamp: FileStamp; readonly size: number } => {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
    if (stats?.isFile() !== true) {
      throw new FairleadError('input-invalid', stats === undefined ? `there is no file "${path}".` : `"${path}" is not a regular file.`, {
        path,
        hint: 'Give a regular file; links are not followed.',
      })
    }
    return { stamp: stampOf(path, stats), size: Number(stats.size) }
  }
  return {
    stamp,
    async sha256(path, before, size, signal) {
      signal?.throwIfAborted()
      pool ??= size >= workerBytes && threads > 0 ? createHashPool(threads) : undefined
      const value = size >= workerBytes && pool !== undefined ? await pool.sha256(path, signal) : hashFile(path)
      if (stamp(path).stamp.fingerprint === before.fingerprint) return value
      throw new FairleadError('input-invalid', `"${path}" changed while it was hashed.`, {
        path,
        hint: 'Wait until nothing writes to it, and try again.',
      })
    },
    [Symbol.dispose]() {
      pool?.[Symbol.dispose]()
      pool = undefined
    },
  }
}
