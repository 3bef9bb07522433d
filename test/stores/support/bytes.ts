import { createHash, randomFillSync } from 'node:crypto'

/** So many bytes that no service can compress or guess. */
export function randomBytes(size: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(size))
}

/** The SHA-256 of some bytes, lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
