import { comparePaths } from './path-order.ts'

/** Texts that are sorted at once; no more than that are held as they are. */
const textsPerRun = 4096
const surrogate = /[\ud800-\udfff]/

/** Texts without NUL, given back in ascending order of their UTF-8 bytes. */
export interface TextSorter {
  add(text: string): void
  /** The next one; undefined at the end. After the first call nothing can be added. */
  next(): string | undefined
}

/**
 * Sorts any number of texts in little memory: every few thousand are sorted and kept as bytes outside of the engine's heap, which
 * grows to a multiple of what lives in it, and these runs are merged while the texts are taken.
 */
export function createTextSorter(): TextSorter {
  const runs: Buffer[] = []
  let texts: string[] = []
  // Code units are in the order of bytes unless there are surrogates, and the engine's own comparison is the faster one.
  let compare: ((a: string, b: string) => number) | undefined
  let take: (() => string | undefined) | undefined
  const store = (): void => {
    runs.push(Buffer.from(texts.sort(compare).join('\0')))
    texts = []
  }
  return {
    add(text) {
      if (compare === undefined && surrogate.test(text)) compare = comparePaths
      if (texts.push(text) >= textsPerRun) store()
    },
    next() {
      if (take === undefined) {
        if (runs.length > 0 && texts.length > 0) store()
        take = runs.length === 0 ? oneByOne(texts.sort(compare)) : merged(runs, compare ?? byCodeUnits)
      }
      return take()
    },
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function oneByOne(texts: readonly string[]): () => string | undefined {
  let index = 0
  return () => texts[index++]
}

interface Run {
  readonly bytes: Buffer
  head: string
  /** Where the text behind `head` begins; beyond the bytes there is none. */
  from: number
}

/** Takes the first text off a run; whether one came after it. */
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
function merged(runs: readonly Buffer[], compare: (a: string, b: string) => number): () => string | undefined {
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
    const text = first.head
    if (!advance(first)) {
      const last = heap.pop()
      if (last !== undefined && last !== first) heap[0] = last
    }
    sink(0)
    return text
  }
}
