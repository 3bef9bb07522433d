import { printable } from '../../contract/reference.ts'
import { padWidth, textWidth } from './text-width.ts'

/** One cell: text to the left, a number to the right. */
export type Cell = string | number

/**
 * Rows with one head as aligned lines, two spaces between columns. A column of numbers is aligned to the right; wide
 * characters count as the terminal shows them; control characters become escapes.
 */
export function formatTable(head: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  const count = rows.reduce((most, row) => Math.max(most, row.length), head.length)
  const columns = Array.from({ length: count }, (_, index) => {
    const cells = rows.map(row => row[index] ?? '')
    const texts = [head[index] ?? '', ...cells.map(String)].map(text => printable(text, Infinity))
    const numeric =
      cells.length > 0 && cells.some(cell => typeof cell === 'number') && cells.every(cell => typeof cell === 'number' || cell === '')
    const width = texts.reduce((most, text) => Math.max(most, textWidth(text)), 0)
    return texts.map(text => padWidth(text, width, numeric ? 'start' : 'end'))
  })
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    columns
      .map(column => column[line] ?? '')
      .join('  ')
      .trimEnd(),
  ).join('\n')
}
