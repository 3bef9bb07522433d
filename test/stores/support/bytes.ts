import { createHash, randomFillSync } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'

/** So many bytes that no service can compress or guess. */
export function randomBytes(size: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(size))
}

/** The SHA-256 of some bytes, lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Writes a file of random bytes and gives their SHA-256. */
export function writeRandomFile(file: string, size: number): string {
  const hash = createHash('sha256')
  const descriptor = openSync(file, 'w')
  for (let left = size; left > 0; left -= 16 * 1024 ** 2) {
    const chunk = randomBytes(Math.min(left, 16 * 1024 ** 2))
    hash.update(chunk)
    writeSync(descriptor, chunk)
  }
  closeSync(descriptor)
  return hash.digest('hex')
}

/** The SHA-256 of the body of an answer. */
export async function sha256OfBody(response: Response): Promise<string> {
  const hash = createHash('sha256')
  if (!response.ok || response.body === null) throw new Error(`${response.url} answered ${response.status}`)
  for await (const chunk of response.body) hash.update(chunk)
  return hash.digest('hex')
}
