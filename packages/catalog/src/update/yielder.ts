import { setImmediate as turn } from 'node:timers/promises'

const sliceMs = 50

/**
 * Lets timers, signals and other work of the process run between slices of synchronous work. The returned function is
 * cheap to call often; it rejects with the signal's reason.
 */
export function createYielder(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let last = performance.now()
  let calls = 0
  return () => {
    if (++calls % 32 !== 0 || performance.now() - last < sliceMs) return undefined
    return turn().then(() => {
      last = performance.now()
      signal?.throwIfAborted()
    })
  }
}
