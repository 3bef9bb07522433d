/** So many promises may be under way: each may hold a file open. */
const width = 16

/**
 * What `map` gives for each item, in their order. While it gives no promise nothing is awaited; from the first one on, some
 * are under way at once, and the whole is a promise.
 */
export function mapInTurn<T, R>(items: readonly T[], map: (item: T) => R | Promise<R>): R[] | Promise<R[]> {
  const results: R[] = []
  for (const item of items) {
    const result = map(item)
    if (result instanceof Promise) return mapRest(items, map, results, result)
    results.push(result)
  }
  return results
}

async function mapRest<T, R>(items: readonly T[], map: (item: T) => R | Promise<R>, done: readonly R[], first: Promise<R>): Promise<R[]> {
  const results: Array<R | Promise<R>> = [...done, first]
  const running = new Set<Promise<unknown>>()
  const track = (promise: Promise<R>) => {
    const end = () => running.delete(settled)
    const settled: Promise<unknown> = promise.then(end, end)
    running.add(settled)
  }
  track(first)
  for (const item of items.slice(results.length)) {
    if (running.size >= width) await Promise.race(running)
    const result = map(item)
    if (result instanceof Promise) track(result)
    results.push(result)
  }
  return Promise.all(results)
}
