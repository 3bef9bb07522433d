/** The records of a CSV text after RFC 4180: fields in quotes hold anything, and records end with CRLF. */
export function csvRecords(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  for (let at = 0; at < text.length;) {
    let field = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) throw new Error('A field is not closed.')
        field += text[at]
        if (text[at] === '"') at++
      }
      at++
    } else for (; at < text.length && text[at] !== ',' && text[at] !== '\r'; at++) field += text[at]
    record.push(field)
    if (text[at] === ',') at++
    else if (text.startsWith('\r\n', at)) {
      records.push(record)
      record = []
      at += 2
    } else throw new Error(`There is no end of a field at ${at}.`)
  }
  return records
}
