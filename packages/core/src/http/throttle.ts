/** A bound on what bodies move in a second, both ways and over all requests of one application. */
export interface Throttle {
  /** The most bytes to take at once: a bigger body is moved in pieces, each of which waits its turn. */
  readonly pieceBytes: number
  /** Waits until these bytes may move; undefined: now. Rejects with the signal's reason. */
  turn(bytes: number, signal?: AbortSignal): Promise<void> | undefined
}

/** Pieces are small enough for some twenty of them a second, so that a slow rate stays even. */
const piecesPerSecond = 20
const pieceLimits = [512, 256 * 1024] as const

/**
 * A token bucket that holds a tenth of a second. Who takes more than there is goes into debt and waits until it is paid,
 * so turns come in order and nobody polls. `now` counts milliseconds from a fixed moment.
 */
export function createThrottle(bytesPerSecond: number, now: () => number = () => performance.now()): Throttle {
  const capacity = bytesPerSecond / 10
  let tokens = capacity
  let filled = now()
  return {
    pieceBytes: Math.max(pieceLimits[0], Math.min(pieceLimits[1], Math.floor(bytesPerSecond / piecesPerSecond))),
    turn(bytes, signal) {
      const at = now()
      tokens = Math.min(capacity, tokens + ((at - filled) * bytesPerSecond) / 1000) - bytes
      filled = at
      return tokens >= 0 ? undefined : pause((-tokens * 1000) / bytesPerSecond, signal)
    },
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
