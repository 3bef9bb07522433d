import type { QueryResult } from '../query.ts'
import type { QueryValue } from '../protocol.ts'

/** Writes rows as JSON objects: the names of the columns are quoted only once. */
function objectWriter(result: QueryResult): (row: readonly QueryValue[]) => string {
  const keys = result.columns.map(({ name }, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`)
  return row => {
    let text = '{'
    for (const [index, key] of keys.entries()) text += key + JSON.stringify(row[index] ?? null)
    return `${text}}`
  }
}

/** One JSON array, an object a line. */
export async function* jsonText(result: QueryResult): AsyncGenerator<string> {
  const write = objectWriter(result)
  let between = '[\n'
  for await (const batch of result.batches) {
    let text = ''
    for (const row of batch) {
      text += between + write(row)
      between = ',\n'
    }
    if (text !== '') yield text
  }
  yield between === '[\n' ? '[]\n' : '\n]\n'
}

/** One JSON object a line: https://jsonlines.org */
export async function* jsonLinesText(result: QueryResult): AsyncGenerator<string> {
  const write = objectWriter(result)
  for await (const batch of result.batches) {
    let text = ''
    for (const row of batch) text += `${write(row)}\n`
    if (text !== '') yield text
  }
}
