import { createHash, hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ChecksumAlgorithm } from '../../contract/capabilities.ts'
import type { Checksum, Entry } from '../../contract/entry.ts'
import { createCrcs } from './crc-tables.ts'

/** A running checksum. `digest` is lower-case hex and ends it. */
export interface Digester {
  update(bytes: Uint8Array): void
  digest(): string
}

/** What can be computed here, the cheapest that tells bodies apart first. */
const computable = ['sha256', 'sha1', 'dropbox', 'sha512', 'md5', 'crc32', 'crc32c', 'crc64nvme'] as const
type Computable = (typeof computable)[number]
/** These take tables, and a second and more for a GiB: bodies that are bigger than this are not held against them. */
const slow: ReadonlySet<ChecksumAlgorithm> = new Set<ChecksumAlgorithm>(['crc32c', 'crc64nvme'])
const slowBytes = 8 * 1024 * 1024

function isComputable(algorithm: ChecksumAlgorithm): algorithm is Computable {
  return (computable as readonly ChecksumAlgorithm[]).includes(algorithm)
}

/** The algorithm to hash with when a service vouches for these, its own first; undefined where none can be computed here. */
export function preferredAlgorithm(algorithms: readonly ChecksumAlgorithm[]): Computable | undefined {
  return algorithms.filter(isComputable).find(algorithm => !slow.has(algorithm))
}

/** The checksum of an entry that covers the object's bytes and can be computed here without slowing its transfer down. */
export function objectChecksum(entry: Entry): (Checksum & { readonly algorithm: Computable }) | undefined {
  let best: (Checksum & { readonly algorithm: Computable }) | undefined
  for (const { algorithm, value, scope } of entry.checksums ?? []) {
    if (scope !== 'object' || !isComputable(algorithm)) continue
    if (slow.has(algorithm) && (entry.size ?? Infinity) > slowBytes) continue
    if (best === undefined || computable.indexOf(algorithm) < computable.indexOf(best.algorithm)) best = { algorithm, value, scope }
  }
  return best
}

const crcOf = createCrcs()

function isSystemHash(algorithm: Computable): algorithm is 'sha256' | 'sha1' | 'sha512' | 'md5' {
  return algorithm.startsWith('sha') || algorithm === 'md5'
}

/** Begins a checksum. */
export function createDigester(algorithm: Computable): Digester {
  if (algorithm === 'crc32') return crc32Digester()
  if (algorithm === 'dropbox') return dropboxDigester()
  if (algorithm === 'crc32c' || algorithm === 'crc64nvme') return crcOf(algorithm)
  const running = createHash(algorithm)
  return { update: bytes => void running.update(bytes), digest: () => running.digest('hex') }
}

/** The checksum of bytes in memory, lower-case hex. */
export function digestBytes(algorithm: Computable, bytes: Uint8Array): string {
  if (isSystemHash(algorithm)) return hash(algorithm, bytes, 'hex')
  const digester = createDigester(algorithm)
  digester.update(bytes)
  return digester.digest()
}

function crc32Digester(): Digester {
  let value = 0
  return {
    update: bytes => {
      value = crc32(bytes, value)
    },
    digest: () => value.toString(16).padStart(8, '0'),
  }
}

const dropboxBlock = 4 * 1024 * 1024

/** SHA-256 over the SHA-256 of each block of 4 MiB: https://www.dropbox.com/developers/reference/content-hash */
function dropboxDigester(): Digester {
  const whole = createHash('sha256')
  let block = createHash('sha256')
  let filled = 0
  return {
    update(bytes) {
      for (let at = 0; at < bytes.byteLength;) {
        const piece = bytes.subarray(at, at + dropboxBlock - filled)
        block.update(piece)
        filled += piece.byteLength
        at += piece.byteLength
        if (filled < dropboxBlock) continue
        whole.update(block.digest())
        block = createHash('sha256')
        filled = 0
      }
    },
    digest() {
      if (filled > 0) whole.update(block.digest())
      return whole.digest('hex')
    },
  }
}
