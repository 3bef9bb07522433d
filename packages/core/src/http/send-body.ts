import type { ClientRequest } from 'node:http'
import { FairleadError } from '../contract/errors.ts'
import type { Watch } from './exchange.ts'
import type { Throttle } from './throttle.ts'

/** What the sending of a stream goes by. */
export interface SendOptions {
  /** The announced length. */
  readonly declared: number | undefined
  readonly watch: Watch
  readonly throttle: Throttle | undefined
  readonly signal: AbortSignal | undefined
}

/** Sends a stream as fast as the socket takes it, and holds it to its announced length. What it throws ends the request. */
export async function sendStream(outgoing: ClientRequest, body: ReadableStream<Uint8Array>, options: SendOptions): Promise<void> {
  const { declared, watch, throttle, signal } = options
  const reader = body.getReader()
  let sent = 0
  outgoing.on('close', () => {
    // Nobody is left to hear a complaint of a source that is told to stop.
    reader.cancel().catch(() => undefined)
  })
  try {
    for (;;) {
      if (!outgoing.writableNeedDrain) watch.held = true
      const { done, value } = await reader.read()
      watch.release()
      if (outgoing.destroyed) return
      if (done) break
      sent += value.byteLength
      await write(outgoing, value, watch, throttle, signal)
      if (outgoing.destroyed) return
    }
    if (declared !== undefined && declared !== sent) {
      throw new FairleadError('input-invalid', `the body has ${sent} bytes, but ${declared} were announced`)
    }
    outgoing.end()
  } catch (cause) {
    watch.giveUp(cause)
  }
}

/** Sends bytes piece by piece, each when its turn comes. */
export async function sendPieces(
  outgoing: ClientRequest,
  bytes: Uint8Array,
  watch: Watch,
  throttle: Throttle | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await write(outgoing, bytes, watch, throttle, signal)
    if (!outgoing.destroyed) outgoing.end()
  } catch (cause) {
    watch.giveUp(cause)
  }
}

async function write(
  outgoing: ClientRequest,
  bytes: Uint8Array,
  watch: Watch,
  throttle: Throttle | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const pieceBytes = throttle?.pieceBytes ?? bytes.byteLength
  for (let start = 0; start < bytes.byteLength && !outgoing.destroyed; start += pieceBytes) {
    const piece = pieceBytes >= bytes.byteLength ? bytes : bytes.subarray(start, start + pieceBytes)
    const turn = throttle?.turn(piece.byteLength, signal)
    if (turn !== undefined) {
      watch.held = true
      await turn
      watch.release()
      if (outgoing.destroyed) return
    }
    if (!outgoing.write(piece)) await drained(outgoing)
  }
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise(resolve => {
    const settle = () => {
      outgoing.off('drain', settle)
      outgoing.off('close', settle)
      resolve()
    }
    outgoing.on('drain', settle)
    outgoing.on('close', settle)
  })
}
