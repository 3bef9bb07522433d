import type { TraitValue } from '../traits/trait.ts'
import { keyOf, listed, shown, type AssetRule, type RuleMaker } from './rule.ts'
import type { ColumnType } from '../traits/column.ts'

/** A rule that is on or off. */
export function flag(about: string, words: string, check: AssetRule['check'], fits?: readonly ColumnType[]): RuleMaker {
  return {
    scope: 'asset',
    about,
    ...(fits !== undefined && { fits }),
    operand: () => ({ type: 'boolean' }),
    make: operand =>
      operand === true
        ? { words, check }
        : operand === false
          ? { words: 'can be anything', check: () => undefined }
          : 'needs true or false',
  }
}

function homogeneous(values: readonly TraitValue[]): string | undefined {
  const counts = new Map<string, { value: TraitValue; files: number }>()
  for (const value of values) {
    const key = keyOf(value)
    const entry = counts.get(key)
    if (entry === undefined) counts.set(key, { value, files: 1 })
    else entry.files++
  }
  if (counts.size <= 1) return undefined
  const most = [...counts.values()].sort((a, b) => b.files - a.files)
  return `differs between the files: ${listed(most.map(({ value, files }) => `${shown(value)} in ${files}`))}`
}

/** The gaps between the least and the greatest of some whole numbers, as texts ("7", "9-12"), and how many numbers they hold. */
function gaps(sorted: readonly number[]): { texts: readonly string[]; missing: number } {
  const texts: string[] = []
  let missing = 0
  let previous: number | undefined
  for (const value of sorted) {
    if (previous !== undefined && value > previous + 1) {
      missing += value - previous - 1
      texts.push(value === previous + 2 ? String(previous + 1) : `${previous + 1}-${value - 1}`)
    }
    previous = value
  }
  return { texts, missing }
}

/** A value that occurs in several files, as a frame does at several coordinates, is no fault: only gaps are. */
function noMissingValues(values: readonly TraitValue[]): string | undefined {
  const numbers = new Set<number>()
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      return `is ${shown(value)}, which is not a whole number, so gaps can't be determined`
    numbers.add(value)
  }
  const { texts, missing } = gaps([...numbers].sort((a, b) => a - b))
  if (missing === 0) return undefined
  return `lacks ${missing === 1 ? 'the value' : `${missing} values:`} ${listed(texts)}`
}

/** Rules over the values of all files. */
export const listRules = {
  homogeneous: flag('All files of the asset have the same value.', 'must be the same in all files', homogeneous),
  noMissingValues: flag(
    'Every whole number from the lowest to the highest occurs; several files can have the same number.',
    'must have no gaps from its least to its greatest value',
    noMissingValues,
    ['integer', 'number'],
  ),
} as const satisfies Record<string, RuleMaker>
