import { hash } from 'node:crypto'
import { blockBytes } from '../manifest.ts'

/** SHA-256 over the SHA-256 of each block of 4 MiB: https://www.dropbox.com/developers/reference/content-hash */
export function contentHash(bytes: Uint8Array): string {
  const count = Math.ceil(bytes.byteLength / blockBytes)
  const blocks = Array.from({ length: count }, (_, index) =>
    hash('sha256', bytes.subarray(index * blockBytes, (index + 1) * blockBytes), 'buffer'),
  )
  return hash('sha256', Buffer.concat(blocks), 'hex')
}
