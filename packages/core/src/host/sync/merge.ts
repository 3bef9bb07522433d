import type { Item } from '../transfer/place.ts'
import { comparePaths } from '../../contract/path-order.ts'

/** What the two sides have at one path; at least one of them has something. */
export interface Pair {
  readonly source?: Item
  readonly dest?: Item
}

/** An item with what it is sorted by, where that is not its path. */
export type KeyOf = (item: Item) => string

/**
 * Brings two listings together that are in the same order, path by path. Of each side the next batch is asked for while the last one
 * is worked on, so that a service answers while a folder is read; not more than two batches a side are held.
 */
export async function* mergeListings(
  source: AsyncIterable<readonly Item[]>,
  dest: AsyncIterable<readonly Item[]>,
  keyOf: KeyOf = pathOf,
): AsyncGenerator<readonly Pair[], void, undefined> {
  // The destination first: it is the one that waits for a service most often.
  await using right = ahead(dest)
  await using left = ahead(source)
  for (;;) {
    if (right.empty) await right.fill()
    if (left.empty) await left.fill()
    if (left.ended && right.ended) return
    const pairs: Pair[] = []
    while (!left.empty && !right.empty) {
      const [a, b] = [left.head, right.head]
      if (a === undefined || b === undefined) break
      const order = a.path === b.path ? 0 : compareKeys(keyOf(a), keyOf(b))
      if (order === 0) {
        pairs.push({ source: a, dest: b })
        left.shift()
        right.shift()
      } else if (order < 0) {
        pairs.push({ source: a })
        left.shift()
      } else {
        pairs.push({ dest: b })
        right.shift()
      }
    }
    if (right.ended) for (const item of left.rest()) pairs.push({ source: item })
    if (left.ended) for (const item of right.rest()) pairs.push({ dest: item })
    if (pairs.length > 0) yield pairs
  }
}

function pathOf({ path }: Item): string {
  return path
}

function compareKeys(a: string, b: string): number {
  return a === b ? 0 : comparePaths(a, b)
}

/** One side: the batch that is worked on, and the one that is on its way. */
class Ahead implements AsyncDisposable {
  private readonly iterator: AsyncIterator<readonly Item[]>
  private items: readonly Item[] = []
  private index = 0
  private next: Promise<IteratorResult<readonly Item[]>> | undefined
  private done = false

  constructor(listing: AsyncIterable<readonly Item[]>) {
    this.iterator = listing[Symbol.asyncIterator]()
    this.ask()
  }

  get head(): Item | undefined {
    return this.items[this.index]
  }

  /** Nothing is left of the batch. */
  get empty(): boolean {
    return this.index >= this.items.length
  }

  /** Nothing is left at all. */
  get ended(): boolean {
    return this.done && this.empty
  }

  shift(): void {
    this.index++
  }

  /** Takes all that is left of the batch. */
  rest(): readonly Item[] {
    const items = this.items.slice(this.index)
    this.index = this.items.length
    return items
  }

  async fill(): Promise<void> {
    while (this.empty && !this.done) {
      const result = await this.next
      if (result === undefined || result.done === true) {
        this.done = true
        this.next = undefined
        return
      }
      this.items = result.value
      this.index = 0
      this.ask()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.done) return
    // What is on its way is waited for, so that no request outlives the listing; how it ends no longer matters.
    await this.next?.then(
      () => undefined,
      () => undefined,
    )
    await this.iterator.return?.()
  }

  private ask(): void {
    this.next = this.iterator.next()
    // Whoever fills hears of a failure; until then it must not end the process.
    this.next.catch(() => undefined)
  }
}

function ahead(listing: AsyncIterable<readonly Item[]>): Ahead {
  return new Ahead(listing)
}
