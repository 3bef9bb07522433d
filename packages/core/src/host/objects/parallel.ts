import { createLanes, type Lanes } from './lanes.ts'

/** How work shares the places of its lanes. */
export interface ParallelOptions {
  /** True: the caller holds a place already, as an item that sends its parts does, and the first piece of work uses it. */
  readonly holding?: boolean
  /** The most pieces at once, however many places are free. */
  readonly atMost?: number
}

/**
 * Works on items, as many at a time as there are places (`limit` of them, or those of lanes that others share), taking
 * the next one only when a place is free: memory stays bounded. The first failure aborts the signal of the others and is
 * thrown when none is in flight any more. An abort of `signal` is thrown as its reason.
 */
export async function parallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number | Lanes,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
  { holding = false, atMost = Infinity }: ParallelOptions = {},
): Promise<void> {
  signal?.throwIfAborted()
  const lanes = typeof limit === 'number' ? createLanes({ fixed: limit }) : limit
  const stop = new AbortController()
  const source = Symbol.asyncIterator in items ? { slow: items[Symbol.asyncIterator]() } : { quick: items[Symbol.iterator]() }
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  let failure: { readonly reason: unknown } | undefined
  let running = 0
  let pulling = false
  let exhausted = false
  /** The caller's own place, while nothing uses it. */
  let own = holding

  const fail = (reason: unknown): void => {
    failure ??= { reason }
    stop.abort(reason)
  }
  const settle = (): void => {
    if (running === 0 && !pulling && (exhausted || stop.signal.aborted)) finish()
  }
  const abort = (): void => {
    stop.abort(signal?.reason)
    settle()
  }
  const give = (place: 'own' | 'taken'): void => {
    if (place === 'own') own = true
    else lanes.give()
  }
  const run = async (item: T, place: 'own' | 'taken'): Promise<void> => {
    running++
    try {
      await work(item, stop.signal)
    } catch (reason) {
      fail(reason)
    }
    running--
    give(place)
    feed()
  }
  const began = (next: IteratorResult<T>, place: 'own' | 'taken'): void => {
    if (next.done === true) exhausted = true
    if (next.done === true || stop.signal.aborted) give(place)
    else void run(next.value, place)
  }
  const step = (iterator: Iterator<T>, place: 'own' | 'taken'): void => {
    try {
      began(iterator.next(), place)
    } catch (reason) {
      exhausted = true
      give(place)
      fail(reason)
    }
  }
  /** One item at a time: an iterator need not bear two askers. */
  const pull = async (iterator: AsyncIterator<T>, place: 'own' | 'taken'): Promise<void> => {
    pulling = true
    try {
      const next = await iterator.next()
      pulling = false
      began(next, place)
    } catch (reason) {
      pulling = false
      exhausted = true
      give(place)
      fail(reason)
    }
    feed()
  }
  const take = (): 'own' | 'taken' | undefined => {
    if (own) {
      own = false
      return 'own'
    }
    return lanes.take() ? 'taken' : undefined
  }
  const feed = (): void => {
    while (!exhausted && !pulling && running < atMost && !stop.signal.aborted) {
      const place = take()
      if (place === undefined) break
      if (source.quick === undefined) void pull(source.slow, place)
      else step(source.quick, place)
    }
    settle()
  }
  signal?.addEventListener('abort', abort, { once: true })
  const leave = lanes.join(feed, holding)
  try {
    feed()
    await finished
  } finally {
    leave()
    signal?.removeEventListener('abort', abort)
    if (!exhausted) await (source.quick ?? source.slow).return?.()
  }
  signal?.throwIfAborted()
  if (failure !== undefined) throw failure.reason
}
