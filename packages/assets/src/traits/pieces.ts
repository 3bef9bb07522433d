import type { HeaderReader } from './reader.ts'
import { headerError } from './reader.ts'

const pieceBytes = 1 << 20
/** Files up to here are read at once; in longer ones other work has its turn between pieces. */
const sliceBytes = 16 * pieceBytes

/**
 * Gives a file piece by piece, of at most 1 MiB each, to `take`, and then what `finish` gives. A piece is only valid during
 * the call. `take` may return false to end early. Long files give a promise. Throws `input-invalid` for a file that shrank.
 */
export function readPieces<T>(reader: HeaderReader, take: (piece: Uint8Array) => boolean | void, finish: () => T): T | Promise<T> {
  let offset = 0
  const slice = (): boolean => {
    for (const end = Math.min(offset + sliceBytes, reader.size); offset < end;) {
      const piece = reader.read(offset, Math.min(pieceBytes, reader.size - offset))
      if (piece.length === 0) throw headerError('The file became shorter while it was read.')
      offset += piece.length
      if (take(piece) === false) return false
    }
    return offset < reader.size
  }
  const rest = async (): Promise<T> => {
    do await new Promise(resolve => setTimeout(resolve))
    while (slice())
    return finish()
  }
  return slice() ? rest() : finish()
}
