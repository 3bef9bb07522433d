/** The search for the number of requests in flight that moves most: it climbs the goodput of the service as it is now. */
export interface Climb {
  readonly limit: number
  /** A request got through while `busy` were in flight. */
  moved(bytes: number, busy: number): void
  /** The service pushed back. */
  backOff(): void
}

/** Where the search begins and ends, and its time. */
export interface ClimbOptions {
  readonly start: number
  readonly most: number
  /** Milliseconds from a fixed moment. */
  readonly now: () => number
}

/** What a request counts beside its bytes, so that a run of small objects and a big one don't look like two services. */
const bytesPerRequest = 64 * 1024
/** A rate is looked at after so long, and after so many requests per place, which even out chance. */
const epochMs = 50
const requestsPerPlace = 2
/** By how much more must be moved for more places to be worth it. */
const gain = 1.05
/** Epochs between two tries once the search has settled. */
const restEpochs = 16
/** Refusals that come together are one message. */
const backOffMs = 1000

/**
 * Doubles the places as long as that moves at least a twentieth more, then tries a quarter more or less now and then. A
 * push-back halves them, and from then on they grow by tries only. Rates of an epoch in which places stayed empty say
 * nothing and are dropped.
 */
export function createClimb({ start, most, now }: ClimbOptions): Climb {
  let limit = start
  let doubling = true
  /** The number to return to, and its rate, while another one is being tried. */
  let home: { readonly limit: number; readonly rate: number } | undefined
  let rests = 0
  let upwards = true
  let score = 0
  let count = 0
  let began = now()
  let full = true
  let settledRate = 0
  let backedOff = -Infinity

  const begin = (at: number): void => {
    score = 0
    count = 0
    began = at
    full = true
  }
  const attempt = (next: number, rate: number): void => {
    home = { limit, rate }
    limit = Math.max(1, Math.min(most, next))
    if (limit === home.limit) home = undefined
  }
  const judge = (rate: number): void => {
    if (home === undefined) {
      settledRate = settledRate === 0 ? rate : settledRate * 0.75 + rate * 0.25
      if (doubling) {
        attempt(limit * 2, rate)
        doubling = home !== undefined
      } else if (++rests >= restEpochs) {
        rests = 0
        attempt(upwards ? Math.ceil(limit * 1.25) : Math.floor(limit * 0.8), settledRate)
        upwards = !upwards
      }
      return
    }
    const grew = limit > home.limit
    const better = rate >= home.rate * (grew ? gain : 1)
    if (!better) {
      limit = home.limit
      doubling = false
    } else settledRate = rate
    home = undefined
    if (better && doubling) attempt(limit * 2, rate)
  }
  return {
    get limit() {
      return limit
    },
    moved(bytes, busy) {
      score += bytes + bytesPerRequest
      count++
      if (busy < limit) full = false
      if (count < limit * requestsPerPlace) return
      const at = now()
      const elapsed = at - began
      if (elapsed < epochMs) return
      if (full) judge(score / elapsed)
      begin(at)
    },
    backOff() {
      const at = now()
      if (at - backedOff < backOffMs) return
      backedOff = at
      limit = Math.max(1, Math.floor(limit / 2))
      doubling = false
      home = undefined
      rests = 0
      settledRate = 0
      begin(at)
    },
  }
}
