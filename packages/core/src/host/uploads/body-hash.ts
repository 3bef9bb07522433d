import { crc32 } from 'node:zlib'
import { combineCrc32 } from '../objects/crc-combine.ts'
import { createDigester } from '../objects/digester.ts'

/** A hash over the parts of a body, each of which is in memory once. */
export interface BodyHash {
  /** Takes a part; its CRC-32, where that is what is computed. May wait for the parts in front of it; rejects with the signal's reason. */
  add(offset: number, bytes: Uint8Array, signal: AbortSignal): Promise<number | undefined>
  /** Lower-case hex; undefined unless every byte has come by. */
  digest(): string | undefined
}

type Algorithm = Parameters<typeof createDigester>[0]

/** Hashes while parts are on their way, so that a big file is read once and not once more for its hash. */
export function createBodyHash(size: number, algorithm: Algorithm): BodyHash {
  return algorithm === 'crc32' ? createCombinedHash(size) : createOrderedHash(size, algorithm)
}

/** A CRC follows from those of the parts, in whatever order they come. */
function createCombinedHash(size: number): BodyHash {
  const parts = new Map<number, { readonly bytes: number; readonly checksum: number }>()
  return {
    async add(offset, bytes) {
      const checksum = crc32(bytes)
      parts.set(offset, { bytes: bytes.byteLength, checksum })
      return checksum
    },
    digest() {
      let whole = 0
      let offset = 0
      for (let part = parts.get(0); part !== undefined; part = parts.get(offset)) {
        whole = combineCrc32(whole, part.checksum, part.bytes)
        offset += part.bytes
      }
      return offset === size ? whole.toString(16).padStart(8, '0') : undefined
    },
  }
}

/** Parts begin in their order, so one waits at most for those that are being read beside it. */
function createOrderedHash(size: number, algorithm: Algorithm): BodyHash {
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
      return undefined
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
