/** Groups what an iterable gives into arrays of `size`; the last may be shorter. */
export async function* batches<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/**
 * Starts at most `width` tasks at once and yields what they give: in the order of the items, or as they end. The items
 * are read no faster than results are taken, so memory is bounded by `width`.
 */
export async function* inFlight<T, R>(
  items: AsyncIterable<T>,
  start: (item: T) => Promise<R>,
  { width, ordered }: { readonly width: number; readonly ordered: boolean },
): AsyncGenerator<R> {
  const running = new Map<number, Promise<{ readonly key: number; readonly result: R }>>()
  const take = async (): Promise<R> => {
    const [first] = running.values()
    const next = ordered && first !== undefined ? first : Promise.race(running.values())
    const { key, result } = await next
    running.delete(key)
    return result
  }
  let key = 0
  for await (const item of items) {
    const own = key++
    const task = start(item).then(result => ({ key: own, result }))
    // A failure is thrown where its result is taken; until then it must not count as unhandled.
    task.catch(() => undefined)
    running.set(own, task)
    if (running.size >= width) yield await take()
  }
  while (running.size > 0) yield await take()
}
