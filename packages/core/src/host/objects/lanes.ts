import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'
import { createClimb } from './lanes-climb.ts'

/** The most requests in flight at once; the agents open as many sockets per origin. */
export const maxLanes = 256
/** Of one body: what is lost when its process is killed is a part per connection, and more of them move no more. */
export const maxPartsAtOnce = 16
/** Where the search begins. */
const startLanes = 32

/** Something that starts work whenever a place is free, as long as it has any. */
type Feeder = () => void

/**
 * Places for what is in flight at once: one object for everything that one command moves, small objects and parts alike,
 * so that all of it together stays within what the service and this machine bear. The number of places is fixed, or found
 * while bytes move. Items hold a place each ({@link parallel}); the parts of an item take the places that are free, before
 * the next item gets them.
 */
export interface Lanes {
  /** Places now. */
  readonly limit: number
  /** Places that are held. */
  readonly busy: number
  /** Takes a place; false when none is free. */
  take(): boolean
  /** Gives a place back. */
  give(): void
  /** Calls `feeder` whenever a place may be free, `urgent` ones (parts of what has begun) first, until the result is called. */
  join(feeder: Feeder, urgent: boolean): () => void
  /** A request got through and moved so many bytes. */
  moved(bytes: number): void
  /** The service pushed back (`rate-limited`, `timeout`, `unavailable`): half of the places go. */
  backOff(): void
}

/** How many places there are, and in what time they are counted. */
export interface LanesOptions {
  /** `--concurrency`: so many, and not found by trying. */
  readonly fixed?: number | undefined
  /** The most to try; default {@link maxLanes}. */
  readonly most?: number
  /** Milliseconds from a fixed moment; by default the process's own. */
  readonly now?: () => number
}

/** Places for one command. */
export function createLanes({ fixed, most = maxLanes, now = () => performance.now() }: LanesOptions = {}): Lanes {
  const climb = fixed === undefined ? createClimb({ start: Math.min(startLanes, most), most, now }) : undefined
  const urgentFeeders = new Set<Feeder>()
  const feeders = new Set<Feeder>()
  let limit = climb?.limit ?? Math.max(1, fixed ?? 1)
  let busy = 0

  const feed = (): void => {
    for (const group of [urgentFeeders, feeders]) {
      for (const feeder of group) {
        if (busy >= limit) return
        feeder()
      }
    }
  }
  return {
    get limit() {
      return limit
    },
    get busy() {
      return busy
    },
    take() {
      if (busy >= limit) return false
      busy++
      return true
    },
    give() {
      busy--
      feed()
    },
    join(feeder, urgent) {
      const group = urgent ? urgentFeeders : feeders
      group.add(feeder)
      return () => void group.delete(feeder)
    },
    moved(bytes) {
      if (climb === undefined) return
      climb.moved(bytes, busy)
      if (climb.limit === limit) return
      limit = climb.limit
      feed()
    },
    backOff() {
      if (climb === undefined) return
      climb.backOff()
      limit = climb.limit
    },
  }
}

/** The places of a call: those it shares, the number it was told, the one the application was told, or the best there is. */
export function lanesOf(
  { concurrency }: Pick<ClientRuntime, 'concurrency'>,
  call: Pick<CallOptions, 'lanes'> & { readonly concurrency?: number | undefined },
): Lanes {
  return call.lanes ?? createLanes({ fixed: call.concurrency ?? concurrency })
}
