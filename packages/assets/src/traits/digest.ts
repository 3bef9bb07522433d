import { createHash } from 'node:crypto'
import type { HeaderReader } from './reader.ts'
import { readPieces } from './pieces.ts'

/** The SHA-256 of a whole file in lower-case hex. */
export function sha256Of(reader: HeaderReader): string | Promise<string> {
  const hash = createHash('sha256')
  return readPieces(
    reader,
    piece => {
      hash.update(piece)
    },
    () => hash.digest('hex'),
  )
}
