/**
 * Works on items, at most so many at a time. After a failure nothing more is begun, and the first one is thrown when all that
 * was under way has ended: whoever cleans up after it meets no request that is still on its way.
 */
export async function inParallel<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = Iterator.from(items)
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      await work(item).catch((cause: unknown) => void failures.push(cause))
      if (failures.length > 0) return
    }
  }
  await Promise.all(Array.from({ length: most }, lane))
  if (failures.length > 0) throw failures[0]
}
