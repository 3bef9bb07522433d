import { hash } from 'node:crypto'

const block = 4 * 1024 * 1024

/** What Dropbox calls the content hash: SHA-256 over the SHA-256 of each block of 4 MiB, lower-case hex. */
export function dropboxContentHash(body: Uint8Array): string {
  const blocks: Buffer[] = []
  for (let at = 0; at < body.byteLength; at += block) blocks.push(hash('sha256', body.subarray(at, at + block), 'buffer'))
  return hash('sha256', Buffer.concat(blocks), 'hex')
}
