/** Lets so many pieces of work run at once; the others wait in their order. */
export class Limiter {
  private free: number
  private readonly waiting: Array<() => void> = []

  constructor(limit: number) {
    this.free = Math.max(1, limit)
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--
    else await new Promise<void>(resolve => this.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.free++
      else next()
    }
  }
}
