import { setImmediate as turn } from 'node:timers/promises'

/** How long synchronous work may keep timers, sockets and signals waiting, in milliseconds. */
const maxHeldMs = 15

/**
 * Lets the event loop have its turn when it was held too long. A client whose calls never wait (a directory on disk)
 * would otherwise keep progress bars, other connections and Ctrl-C from ever running.
 */
export function createFairness(): () => Promise<void> | undefined {
  let since = performance.now()
  let scheduled = false
  return () => {
    if (!scheduled) {
      scheduled = true
      setImmediate(() => {
        scheduled = false
        since = performance.now()
      }).unref()
    }
    return performance.now() - since < maxHeldMs ? undefined : turn()
  }
}
