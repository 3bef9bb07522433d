/** Requests by the signal that ends them. */
export interface AbortWatch {
  add(signal: AbortSignal, request: Abortable): void
  delete(signal: AbortSignal, request: Abortable): void
}

/** What an abort reaches. */
interface Abortable {
  /** Where it stands among those of its signal; the watch's own. */
  place: number
  giveUp(reason: unknown): void
}

/**
 * One listener a signal, however many requests it ends: many share one, and a listener costs more than the rest of a
 * request's bookkeeping. An array, since a set that shrinks and grows leaves old tables to the collector, which keep alive
 * what they held.
 */
export function createAbortWatch(): AbortWatch {
  const watched = new WeakMap<AbortSignal, Abortable[]>()
  return {
    add(signal, request) {
      let requests = watched.get(signal)
      if (requests === undefined) {
        const own: Abortable[] = []
        requests = own
        watched.set(signal, own)
        signal.addEventListener('abort', () => {
          for (const each of own.slice()) each.giveUp(signal.reason)
        })
      }
      request.place = requests.push(request) - 1
    },
    delete(signal, request) {
      const requests = watched.get(signal)
      const last = requests?.pop()
      if (requests === undefined || last === undefined || last === request) return
      requests[request.place] = last
      last.place = request.place
    },
  }
}
