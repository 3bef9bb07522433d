import { createDigester } from '../objects/digester.ts'

/** A hash over the parts of a body, which arrive in any order and are hashed in theirs. */
export interface OrderedHash {
  /** Hashes a part when all in front of it are hashed. Rejects with the signal's reason. */
  add(offset: number, bytes: Uint8Array, signal: AbortSignal): Promise<void>
  /** Lower-case hex; undefined unless every byte has come by. */
  digest(): string | undefined
}

/**
 * Hashes while parts are on their way, so that a big file is read once and not once more for its hash. Parts begin in their
 * order, so one waits at most for those that are being read beside it.
 */
export function createOrderedHash(size: number, algorithm: Parameters<typeof createDigester>[0]): OrderedHash {
  const digester = createDigester(algorithm)
  const waiting = new Map<number, () => void>()
  let hashed = 0
  return {
    async add(offset, bytes, signal) {
      if (offset !== hashed) await turnOf(offset, waiting, signal)
      digester.update(bytes)
      hashed = offset + bytes.byteLength
      const next = waiting.get(hashed)
      waiting.delete(hashed)
      next?.()
    },
    digest: () => (hashed === size ? digester.digest() : undefined),
  }
}

function turnOf(offset: number, waiting: Map<number, () => void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      waiting.delete(offset)
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    waiting.set(offset, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}
