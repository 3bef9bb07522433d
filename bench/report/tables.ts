import type { Row } from '../measure/interleave.ts'
import type { Spread } from '../measure/spread.ts'
import { figure, timesAsLong, type Result } from './suite.ts'

function spreadText(spread: Spread | undefined, scale = 1): string {
  if (spread === undefined) return ''
  const [median, min, max] = [spread.median, spread.min, spread.max].map(value => figure(value / scale))
  return `${median} (${min}–${max})`
}

/** Aligned lines that are a Markdown table as well; the first column to the left, the rest to the right. */
function markdownTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const widths = head.map((text, column) => Math.max(text.length, 2, ...rows.map(row => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (column === 0 ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

function rowsTable(rows: readonly Row[]): string {
  const units = [...new Set(rows.flatMap(({ rates }) => Object.keys(rates)))]
  const [first] = rows
  const head = ['', 'wall s', 'CPU s', 'peak MiB', ...units.map(unit => `${unit}/s`), '× first']
  const body = rows.map(row => [
    row.name,
    spreadText(row.wallSeconds),
    spreadText(row.cpuSeconds),
    spreadText(row.peakBytes, 1024 * 1024),
    ...units.map(unit => (row.rates[unit] === undefined ? '' : figure(row.rates[unit]))),
    first === undefined ? '' : figure(timesAsLong(row, first)),
  ])
  return markdownTable(head, body)
}

/** A result as text: title, notes, rows, and the targets with whether they were met. */
export function resultText({ title, notes, rows, targets }: Result): string {
  const parts = [`### ${title}`, ...(notes.length > 0 ? [notes.join(' ')] : []), rowsTable(rows)]
  if (targets.length > 0) {
    const lines = targets.map(({ what, target, measured, met }) => [what, target, measured, met ? 'met' : 'missed'])
    parts.push(markdownTable(['target', 'wanted', 'measured', ''], lines))
  }
  return parts.join('\n\n')
}
