/**
 * Runs a generator ahead of whoever takes from it, by at most so many items, so that what is to come is known while the first ones
 * are worked on. A failure comes out where it belongs, behind the items before it.
 */
export async function* readAhead<T>(items: AsyncGenerator<T, void, undefined>, most: number): AsyncGenerator<T, void, undefined> {
  let queue: T[] = []
  let ended = false
  let stopped = false
  let failure: { readonly reason: unknown } | undefined
  let wake: () => void = () => undefined
  let room: () => void = () => undefined

  const pump = async (): Promise<void> => {
    try {
      for await (const item of items) {
        queue.push(item)
        wake()
        if (queue.length >= most && !stopped) await new Promise<void>(resolve => (room = resolve))
        if (stopped) return
      }
    } catch (reason) {
      failure = { reason }
    } finally {
      ended = true
      wake()
    }
  }
  const pumped = pump()
  try {
    for (;;) {
      if (queue.length === 0) {
        if (ended) break
        await new Promise<void>(resolve => (wake = resolve))
        continue
      }
      const taken = queue
      queue = []
      room()
      yield* taken
    }
    if (failure !== undefined) throw failure.reason
  } finally {
    stopped = true
    room()
    await pumped
  }
}
