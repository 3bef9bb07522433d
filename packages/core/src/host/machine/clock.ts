import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../contract/host.ts'

/** The machine's clock. `sleep` rejects with the signal's own reason. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    signal?.throwIfAborted()
    try {
      await wait(milliseconds, undefined, signal === undefined ? {} : { signal })
    } catch (cause) {
      signal?.throwIfAborted()
      throw cause
    }
  },
}
