/** How many bytes of bodies may be in memory at once, over all connections of an application. */
export interface MemoryBudget {
  /** Waits, in order, until so many bytes are free; undefined: they were. Rejects with the signal's reason. */
  take(bytes: number, signal?: AbortSignal): Promise<void> | undefined
  /** Gives back what was taken. */
  give(bytes: number): void
}

/** The memory of an application's bodies, with buffers that are used again: fresh ones cost page faults and wait for the collector. */
export interface Memory extends MemoryBudget {
  /** A buffer of this size, of what was taken. What is in it is left from before. */
  allocate(bytes: number): Uint8Array
  /** Takes back a buffer that nobody reads any more. */
  recycle(buffer: Uint8Array): void
}

/** What is left of 300 MB when Node, its code and the buffers that wait for the collector have theirs. */
const defaultBytes = 80 * 1024 * 1024

interface Waiting {
  readonly bytes: number
  readonly go: () => void
}

/** A budget. What is bigger than all of it has its turn when nothing else is held. */
export function createMemoryBudget(total = defaultBytes): Memory {
  const waiting = new Set<Waiting>()
  let spare: ArrayBufferLike[] = []
  let held = 0
  const fits = (bytes: number): boolean => held === 0 || held + bytes <= total
  const serve = (): void => {
    for (const next of waiting) {
      if (!fits(next.bytes)) return
      waiting.delete(next)
      held += next.bytes
      next.go()
    }
  }
  return {
    take(bytes, signal) {
      if (waiting.size === 0 && fits(bytes)) {
        held += bytes
        return undefined
      }
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        const abort = (): void => {
          waiting.delete(entry)
          reject(signal?.reason)
          serve()
        }
        const entry: Waiting = {
          bytes,
          go() {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        waiting.add(entry)
        signal?.addEventListener('abort', abort, { once: true })
      })
    },
    give(bytes) {
      held -= bytes
      // At rest, nothing is kept.
      if (held === 0) spare = []
      serve()
    },
    allocate(bytes) {
      const found = spare.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= bytes * 2)
      const [buffer] = found < 0 ? [] : spare.splice(found, 1)
      return buffer === undefined ? Buffer.allocUnsafeSlow(bytes) : Buffer.from(buffer, 0, bytes)
    },
    recycle({ buffer }) {
      if (spare.reduce((sum, { byteLength }) => sum + byteLength, buffer.byteLength) <= total / 2) spare.push(buffer)
    },
  }
}

/** A share of a budget that gives back what is left of it when it is disposed. */
export function createAccount(budget: MemoryBudget): MemoryBudget & Disposable {
  let held = 0
  return {
    async take(bytes, signal) {
      await budget.take(bytes, signal)
      held += bytes
    },
    give(bytes) {
      held -= bytes
      budget.give(bytes)
    },
    [Symbol.dispose]() {
      budget.give(held)
      held = 0
    },
  }
}
