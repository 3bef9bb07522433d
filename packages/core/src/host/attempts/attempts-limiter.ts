import type { Clock } from '../../contract/host.ts'

/** Slows all operations of one account down together, so that a service that said "too many" is not asked by the others. */
export interface RateLimiter {
  /** Waits for this operation's turn; rejects with the signal's reason. Costs nothing while the service is content. */
  turn(signal?: AbortSignal): Promise<void>
  /** The service asked to slow down: nobody starts for `pauseMs`, and from then on starts keep a growing distance. */
  slowDown(pauseMs: number): void
  /** An operation got through: the distance shrinks again. */
  succeeded(): void
}

const firstSpacingMs = 25
const maxSpacingMs = 2_000
const recovery = 0.8

/** A limiter for one account; connections of the same account share it. */
export function createRateLimiter(clock: Clock): RateLimiter {
  let pausedUntil = 0
  let nextStart = 0
  let spacingMs = 0
  return {
    async turn(signal) {
      if (pausedUntil === 0 && spacingMs === 0) return
      let waitedFor: number | undefined
      // Someone may extend the pause while we sleep. A pause is waited for once: clocks of tests may stand still.
      while (pausedUntil > clock.now().getTime() && pausedUntil !== waitedFor) {
        waitedFor = pausedUntil
        await clock.sleep(pausedUntil - clock.now().getTime(), signal)
      }
      if (spacingMs === 0) return
      const now = clock.now().getTime()
      const start = Math.max(now, nextStart)
      nextStart = start + spacingMs
      if (start > now) await clock.sleep(start - now, signal)
    },
    slowDown(pauseMs) {
      const now = clock.now().getTime()
      const until = now + pauseMs
      // Eight operations refused at the same moment are one message, not eight.
      if (pausedUntil <= now) spacingMs = Math.min(maxSpacingMs, Math.max(firstSpacingMs, spacingMs * 2))
      pausedUntil = Math.max(pausedUntil, until)
    },
    succeeded() {
      if (spacingMs === 0) return
      spacingMs *= recovery
      if (spacingMs >= 1) return
      spacingMs = 0
      pausedUntil = 0
    },
  }
}
