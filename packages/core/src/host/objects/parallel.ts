/**
 * Works on items, `limit` at a time, taking the next one only when a place is free: memory stays bounded by `limit`.
 * The first failure aborts the signal of the others and is thrown when none is in flight any more. An abort of `signal`
 * is thrown as its reason.
 */
export async function parallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted()
  const stop = new AbortController()
  const abort = (): void => stop.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let failure: { readonly reason: unknown } | undefined
  let exhausted = false
  let turn: Promise<unknown> = Promise.resolve()

  /** One caller at a time: an iterator need not bear two. */
  const take = async (): Promise<IteratorResult<T>> => {
    const before = turn
    const { promise, resolve } = Promise.withResolvers<void>()
    turn = promise
    try {
      await before
      if (exhausted || stop.signal.aborted) return { done: true, value: undefined }
      const next = await iterator.next()
      if (next.done === true) exhausted = true
      return next
    } finally {
      resolve()
    }
  }
  const lane = async (): Promise<void> => {
    try {
      for (let next = await take(); next.done !== true; next = await take()) await work(next.value, stop.signal)
    } catch (reason) {
      failure ??= { reason }
      stop.abort(reason)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.max(1, limit) }, lane))
  } finally {
    signal?.removeEventListener('abort', abort)
    if (!exhausted) await iterator.return?.()
  }
  signal?.throwIfAborted()
  if (failure !== undefined) throw failure.reason
}
