import { usageError } from './exit.ts'

/** `K=V` words as labels; a key twice is refused. */
export function parseLabels(words: readonly string[]): Record<string, string> | undefined {
  if (words.length === 0) return undefined
  const labels = new Map<string, string>()
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals <= 0) throw usageError(`--label takes KEY=VALUE, not "${word}".`)
    const key = word.slice(0, equals)
    if (labels.has(key)) throw usageError(`The label "${key}" is given twice.`)
    labels.set(key, word.slice(equals + 1))
  }
  return Object.fromEntries(labels)
}
