import type { QueryResult } from '../query.ts'
import type { QueryValue } from '../protocol.ts'

/** What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r]/

function cell(value: QueryValue, isSafe: boolean): string {
  if (value === null) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const shown = isSafe && formula.test(text) ? `'${text}` : text
  // An empty text is quoted, so that it is told from what is null.
  return shown === '' || /["\r\n,]|^\s|\s$/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}

/**
 * Rows as RFC 4180 has them: a header, commas, CRLF, quotes where needed, UTF-8. Null is an empty cell and an empty text
 * `""`; lists are JSON. With `isSafe` text that a spreadsheet would run as a formula gets an apostrophe before it.
 */
export async function* csvText(result: QueryResult, isSafe = false): AsyncGenerator<string> {
  yield `${result.columns.map(({ name }) => cell(name, isSafe)).join(',')}\r\n`
  for await (const batch of result.batches) {
    let text = ''
    for (const row of batch) text += `${row.map(value => cell(value, isSafe)).join(',')}\r\n`
    if (text !== '') yield text
  }
}
