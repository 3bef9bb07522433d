/** A descriptor that differs so little from another that both may mean the same. */
export interface NearDuplicate {
  /** The one that is rarer, or comes later where both are as frequent. */
  readonly descriptor: string
  readonly other: string
  readonly how: 'word-order' | 'hyphens' | 'one-letter'
}

/** Descriptors of one project beyond this number are compared by their words only. */
const letterLimit = 50_000

/** The most descriptors of one likeness that are compared with each other. */
const familyLimit = 32
const shortest = 5

function digitsOf(text: string): string {
  return text.replace(/[^0-9]+/g, ' ').trim()
}

/** Whether one letter more, less, other or swapped with its neighbour leads from one to the other. */
function isOneLetter(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let [endA, endB] = [a.length, b.length]
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const [restA, restB] = [a.slice(start, endA), b.slice(start, endB)]
  if (restA.length <= 1 && restB.length <= 1) return true
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0]
}

/**
 * Descriptors of one project that differ in one letter, in hyphens or in the order of their words, each with the one it is
 * most like. Numbers are never taken for a slip: `cat-1` and `cat-2` are two. `descriptors` says how often each occurs.
 * Time and memory grow with the letters of all descriptors, not with the number of pairs.
 */
export function nearDuplicates(descriptors: ReadonlyMap<string, number>): readonly NearDuplicate[] {
  const found = new Map<string, NearDuplicate>()
  const families = (keysOf: (text: string) => Iterable<string>, isAlike: (a: string, b: string) => boolean, how: NearDuplicate['how']) => {
    const seen = new Map<string, string[]>()
    for (const text of descriptors.keys()) {
      for (const key of keysOf(text)) {
        const family = seen.get(key)
        if (family === undefined) {
          seen.set(key, [text])
          continue
        }
        for (const other of family) {
          if (other === text || !isAlike(text, other)) continue
          const isRarer = (descriptors.get(text) ?? 0) - (descriptors.get(other) ?? 0) || (text < other ? 1 : -1)
          const [rare, common] = isRarer < 0 ? [text, other] : [other, text]
          if (!found.has(rare)) found.set(rare, { descriptor: rare, other: common, how })
        }
        if (family.length < familyLimit) family.push(text)
      }
    }
  }
  const words = (text: string) => text.split('-').filter(word => word !== '')
  families(
    text => [words(text).toSorted().join(' ')],
    (a, b) => words(a).join('-') !== words(b).join('-') && digitsOf(a) === digitsOf(b),
    'word-order',
  )
  families(
    text => [text.replaceAll('-', '')],
    (a, b) => digitsOf(a) === digitsOf(b),
    'hyphens',
  )
  if (descriptors.size <= letterLimit) families(withoutOneLetter, (a, b) => digitsOf(a) === digitsOf(b) && isOneLetter(a, b), 'one-letter')
  return [...found.values()].toSorted((a, b) => (a.descriptor < b.descriptor ? -1 : 1))
}

/** Two texts that are one letter apart share one of these. */
function* withoutOneLetter(text: string): Generator<string> {
  if (text.length < shortest || text.length > 100) return
  yield text
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== text[index - 1]) yield text.slice(0, index) + text.slice(index + 1)
  }
}
