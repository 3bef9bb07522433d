import { comparePaths } from '@fairlead/core'

/** The names of a folder in order, each given once. */
export interface SortedNames {
  next(): string | undefined
  /** Lets go of all names up to and including this one; whether it was there. */
  skipPast(name: string): boolean
}

/** Names that are sorted at once; a folder with no more is held as it is. */
const namesPerRun = 4096
const surrogate = /[\ud800-\udfff]/

/**
 * Sorts the names of a folder of any size in little memory: every few thousand are sorted and kept as bytes outside of the
 * engine's heap, which grows to a multiple of what lives in it, and these runs are merged while the names are taken.
 */
export class NameSorter {
  readonly #runs: Buffer[] = []
  #names: string[] = []
  /** Code units are in the order of bytes unless there are surrogates, and the engine's own comparison is the faster one. */
  #compare: ((a: string, b: string) => number) | undefined

  add(name: string): void {
    if (this.#compare === undefined && surrogate.test(name)) this.#compare = comparePaths
    if (this.#names.push(name) < namesPerRun) return
    this.#runs.push(Buffer.from(this.#sorted().join('\0')))
    this.#names = []
  }

  sorted(): SortedNames {
    const compare = this.#compare ?? byCodeUnits
    if (this.#runs.length === 0) return taking(oneByOne(this.#sorted()), compare)
    if (this.#names.length > 0) this.#runs.push(Buffer.from(this.#sorted().join('\0')))
    return taking(merged(this.#runs, compare), compare)
  }

  #sorted(): string[] {
    return this.#names.sort(this.#compare)
  }
}

type Compare = (a: string, b: string) => number

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function taking(next: () => string | undefined, compare: Compare): SortedNames {
  let ahead: string | undefined
  const take = (): string | undefined => {
    if (ahead === undefined) return next()
    const name = ahead
    ahead = undefined
    return name
  }
  return {
    next: take,
    skipPast(wanted) {
      // The wanted name may have surrogates where none of the folder's has.
      const order = surrogate.test(wanted) ? comparePaths : compare
      for (let name = take(); name !== undefined; name = take()) {
        if (name === wanted) return true
        if (order(name, wanted) < 0) continue
        ahead = name
        return false
      }
      return false
    },
  }
}

function oneByOne(names: readonly string[]): () => string | undefined {
  let index = 0
  return () => names[index++]
}

interface Run {
  readonly bytes: Buffer
  head: string
  /** Where the name behind `head` begins; beyond the bytes there is none. */
  from: number
}

/** Takes the first name off a run; whether one came after it. */
function advance(run: Run): boolean {
  const { bytes, from } = run
  if (from > bytes.length) return false
  const end = bytes.indexOf(0, from)
  const stop = end < 0 ? bytes.length : end
  run.head = bytes.toString('utf8', from, stop)
  run.from = stop + 1
  return true
}

/** Merges sorted runs by a binary heap of their heads. */
function merged(runs: readonly Buffer[], compare: Compare): () => string | undefined {
  const heap = runs.map((bytes): Run => ({ bytes, head: '', from: 0 })).filter(advance)
  const isBefore = (a: number, b: number): boolean => compare(heap[a]?.head ?? '', heap[b]?.head ?? '') < 0
  const sink = (start: number): void => {
    for (let at = start; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      if (left >= heap.length) return
      const least = right < heap.length && isBefore(right, left) ? right : left
      const [upper, lower] = [heap[at], heap[least]]
      if (upper === undefined || lower === undefined || !isBefore(least, at)) return
      heap[at] = lower
      heap[least] = upper
      at = least
    }
  }
  for (let index = heap.length >> 1; index >= 0; index--) sink(index)
  return () => {
    const first = heap[0]
    if (first === undefined) return undefined
    const name = first.head
    if (!advance(first)) {
      const last = heap.pop()
      if (last !== undefined && last !== first) heap[0] = last
    }
    sink(0)
    return name
  }
}
