import type { QueryColumn, QueryValue } from '@fairlead/catalog'
import { printable } from '@fairlead/core'
import { fitWidth, padWidth, textWidth } from '@fairlead/core/host'
import { styled } from './style.ts'

/** No column is made narrower than this to make room for others. */
const leastWidth = 12
/** Spaces between columns. */
const gap = 2

/** A table of rows that fits a width. */
export interface RowTable {
  readonly lines: readonly string[]
  /** Names of the columns for which there was no room. */
  readonly hidden: readonly string[]
}

function cellText(value: QueryValue): string {
  if (value === null) return 'NULL'
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value), Infinity)
}

const sum = (widths: readonly number[]): number => widths.reduce((total, each) => total + each + gap, -gap)
const leastSum = (natural: readonly number[]): number => sum(natural.map(each => Math.min(each, leastWidth)))

/** Widths that fit: the widest columns give way first, then the last ones are left out. */
function fit(natural: readonly number[], width: number): readonly number[] {
  let count = natural.length
  while (count > 1 && leastSum(natural.slice(0, count)) > width) count--
  const widths = natural.slice(0, count)
  for (let excess = sum(widths) - width; excess > 0; excess = sum(widths) - width) {
    const widest = Math.max(...widths)
    if (widest <= leastWidth) break
    const next = Math.max(leastWidth, ...widths.filter(each => each < widest))
    const many = widths.filter(each => each === widest).length
    const step = Math.max(1, Math.min(widest - next, Math.ceil(excess / many)))
    for (const [index, each] of widths.entries()) if (each === widest) widths[index] = widest - step
  }
  return widths.map(each => Math.min(each, Math.max(1, width)))
}

/**
 * Rows under the names of their columns: numbers to the right, null dim, control characters as escapes, wide characters
 * as wide as they show. With a `width` (columns of a terminal) texts are cut with `…`, and what still has no room is
 * hidden: columns without any value first.
 */
export function rowTable(columns: readonly QueryColumn[], rows: ReadonlyArray<readonly QueryValue[]>, width = Infinity): RowTable {
  const allNames = columns.map(({ name }) => printable(name, Infinity))
  const isTight = width !== Infinity && leastSum(allNames.map(textWidth)) > width
  const all = columns.map((_, index) => index)
  const filled = all.filter(index => rows.some(row => (row[index] ?? null) !== null))
  const kept = isTight && filled.length > 0 ? filled : all
  const { lines, hidden } = tableOf(
    kept.map(index => allNames[index] ?? ''),
    rows.map(row => kept.map(index => row[index] ?? null)),
    width,
  )
  return { lines, hidden: [...hidden, ...allNames.filter((_, index) => !kept.includes(index))] }
}

function tableOf(names: readonly string[], rows: ReadonlyArray<readonly QueryValue[]>, width: number): RowTable {
  const texts = rows.map(row => names.map((_, index) => cellText(row[index] ?? null)))
  const natural = names.map((name, index) => texts.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), textWidth(name)))
  const widths = width === Infinity ? natural : fit(natural, width)
  const isNumeric = names.map((_, index) => rows.some(row => typeof row[index] === 'number') && rows.every(row => ['number', 'object'].includes(typeof row[index]) && !Array.isArray(row[index]))) // prettier-ignore
  const line = (cells: readonly string[], style: (text: string, index: number) => string) =>
    widths
      .map((each, index) => {
        const cell = fitWidth(cells[index] ?? '', each)
        const shown = isNumeric[index] === true ? padWidth(cell, each, 'start') : padWidth(cell, index === widths.length - 1 ? 0 : each)
        return style(shown, index)
      })
      .join(' '.repeat(gap))
      .trimEnd()
  const head = line(names, text => styled('bold', text))
  const body = texts.map((cells, row) => line(cells, (text, index) => ((rows[row]?.[index] ?? null) === null ? styled('dim', text) : text)))
  return { lines: [head, ...body], hidden: names.slice(widths.length) }
}
