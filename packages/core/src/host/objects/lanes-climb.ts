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
const epochMs = 80
const requestsPerPlace = 2
/** By how much more must be moved for more places to be worth it. */
const gain = 1.05
/** Doubling is given up when it has failed so often: once may be chance. */
const doublings = 3
/** Epochs between two tries: of doubling, and of a quarter more or less once the search has settled. */
const restEpochs = { doubling: 3, settled: 16 }
/** Refusals that come together are one message. */
const backOffMs = 1000

/**
 * Doubles the places as long as that moves at least a twentieth more, then tries a quarter more or less now and then. A
 * push-back halves them, and from then on they grow by quarters only. Rates of an epoch in which places stayed empty say
 * nothing and are dropped.
 */
export function createClimb({ start, most, now }: ClimbOptions): Climb {
  let limit = start
  /** How often doubling may still fail. */
  let patience = doublings
  /** The number to return to, and its rate, while another one is being tried. */
  let home: { readonly limit: number; readonly rate: number } | undefined
  let rests = 0
  let upwards = true
  /** The rate with the places there are, over the last epochs. */
  let settledRate = 0
  let score = 0
  let count = 0
  let began = now()
  let full = true
  let backedOff = -Infinity

  const begin = (at: number): void => {
    score = 0
    count = 0
    began = at
    full = true
  }
  const attempt = (): void => {
    const next = patience > 0 ? limit * 2 : upwards ? Math.ceil(limit * 1.25) : Math.floor(limit * 0.8)
    if (patience === 0) upwards = !upwards
    home = { limit, rate: settledRate }
    limit = Math.max(1, Math.min(most, next))
    rests = patience > 0 ? restEpochs.doubling : restEpochs.settled
    if (limit === home.limit) home = undefined
  }
  const judge = (rate: number): void => {
    if (home === undefined) {
      settledRate = settledRate === 0 ? rate : (settledRate + rate) / 2
      if (rests-- <= 0) attempt()
      return
    }
    const doubled = limit === Math.min(most, home.limit * 2)
    const better = rate >= home.rate * (limit > home.limit ? gain : 1)
    if (better) settledRate = rate
    else {
      limit = home.limit
      if (doubled && patience > 0) patience--
    }
    home = undefined
    if (better && patience > 0) attempt()
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
      patience = 0
      home = undefined
      rests = restEpochs.settled
      settledRate = 0
      begin(at)
    },
  }
}
