import { writev, writeSync } from 'node:fs'

/** Bytes that are written together: few enough calls, and little memory for each body. */
const batchBytes = 512 * 1024

/** Writes what arrives of a body to a file, in order, from one place on. */
export interface PieceWriter {
  /** Takes the next piece, which must not change any more. Throws what an earlier one could not be written for. */
  add(piece: Uint8Array): void
  /** Resolves when all pieces are in the file, or rejects with why not. Needed before the descriptor is closed. */
  settled(): Promise<void>
}

interface Batch {
  readonly pieces: readonly Uint8Array[]
  readonly position: number
}

/**
 * Writes beside the thread that receives, as long as the file keeps up; where it does not, in that thread, which slows the
 * sender down. There is never a hole behind which something is written already: a process that is killed leaves a file
 * that can be gone on with by its length.
 */
export function createPieceWriter(descriptor: number, from: number): PieceWriter {
  let pieces: Uint8Array[] = []
  let held = 0
  let position = from
  let running: Batch | undefined
  let ended: PromiseWithResolvers<void> | undefined
  let failure: { readonly reason: unknown } | undefined

  const start = (batch: Batch): void => {
    running = batch
    ended = Promise.withResolvers<void>()
    const { resolve } = ended
    const bytes = bytesOf(batch.pieces)
    writev(descriptor, batch.pieces, batch.position, (error, written) => {
      running = undefined
      try {
        if (error !== null) throw error
        if (written < bytes) writeRest(descriptor, batch, written)
      } catch (reason) {
        failure ??= { reason }
      }
      resolve()
    })
  }
  const flush = (): void => {
    if (held === 0) return
    const batch = { pieces, position }
    position += held
    pieces = []
    held = 0
    if (running === undefined) return start(batch)
    // The same bytes at the same place once more: what comes behind them must not be there before them.
    writeRest(descriptor, running, 0)
    writeRest(descriptor, batch, 0)
  }
  const check = (): void => {
    if (failure !== undefined) throw failure.reason
  }
  return {
    add(piece) {
      check()
      pieces.push(piece)
      held += piece.byteLength
      if (held >= batchBytes) flush()
    },
    async settled() {
      await ended?.promise
      if (failure === undefined) writeRest(descriptor, { pieces, position }, 0)
      pieces = []
      held = 0
      check()
    },
  }
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
}

/** Writes a batch but for its first bytes, which are there. */
function writeRest(descriptor: number, { pieces, position }: Batch, there: number): void {
  let at = position
  let skip = there
  for (const piece of pieces) {
    const from = Math.min(skip, piece.byteLength)
    skip -= from
    for (let written = from; written < piece.byteLength;) {
      written += writeSync(descriptor, piece, written, piece.byteLength - written, at + written)
    }
    at += piece.byteLength
  }
}
