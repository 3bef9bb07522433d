import { FairleadError } from '@fairlead/core'

/** One repeated element of an answer: the texts of its direct children by name. */
export interface Row {
  readonly name: string
  readonly fields: Readonly<Record<string, string>>
}

/** An answer of the service: the texts below its root element, and its rows in the order they came. */
export interface Answer {
  readonly root: string
  readonly fields: Readonly<Record<string, string>>
  readonly rows: readonly Row[]
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads the two levels that answers of S3 have below their root. It is many times faster than a tree of the whole, and
 * listings are most of what is read. What is deeper (owners) is passed over; document types are refused, and so is what is
 * no XML: `unexpected`.
 */
export function readAnswer(xml: string): Answer {
  const fields: Record<string, string> = Object.create(null)
  const rows: Row[] = []
  let row: Record<string, string> | undefined
  let root: string | undefined
  let depth = 0
  /** The text of the element that is open at depth 2 or 3; undefined once it has an element inside. */
  let text: string | undefined
  let at = 0
  const open: string[] = []
  /** As they are written, with their prefixes. */
  const written: string[] = []
  for (;;) {
    const tag = xml.indexOf('<', at)
    if (tag < 0) break
    if (tag > at && depth > 1 && text !== undefined) text += decoded(xml.slice(at, tag))
    const next = xml.charCodeAt(tag + 1)
    if (next === 0x21 || next === 0x3f) {
      const cdata = xml.startsWith('<![CDATA[', tag)
      const end = skipped(xml, tag, cdata)
      if (cdata && depth > 1 && text !== undefined) text += xml.slice(tag + 9, end - 3)
      at = end
      continue
    }
    const end = tagEnd(xml, tag)
    at = end + 1
    if (next === 0x2f) {
      const name = open.pop()
      const expected = written.pop()
      if (name === undefined || expected === undefined) throw malformed()
      // The end of what is open, as nearly always, needs no look at its name.
      const asWritten = end - tag - 2 === expected.length && xml.startsWith(expected, tag + 2)
      if (!asWritten && localName(xml.slice(tag + 2, end)) !== name) throw malformed()
      if (depth === 2) {
        if (row !== undefined) rows.push({ name, fields: row })
        else fields[name] = text ?? ''
        row = undefined
      } else if (depth === 3 && row !== undefined) row[name] = text ?? ''
      text = undefined
      depth--
      if (depth === 0) break
      continue
    }
    const closed = xml.charCodeAt(end - 1) === 0x2f
    const whole = xml.slice(tag + 1, closed ? end - 1 : end)
    const name = localName(whole)
    if (depth === 0) root = name
    // The first element inside another one makes that a row.
    if (depth === 2) row ??= Object.create(null)
    if (closed) {
      if (depth === 1) fields[name] = ''
      else if (depth === 2 && row !== undefined) row[name] = ''
      text = undefined
      if (depth === 0) break
      continue
    }
    open.push(name)
    written.push(whole)
    depth++
    text = depth === 2 || depth === 3 ? '' : undefined
  }
  if (root === undefined || depth !== 0) throw malformed()
  return { root, fields, rows }
}

/** The tags of an object, which lie one level deeper than anything else that is read. */
export function readTags(xml: string): ReadonlyArray<readonly [key: string, value: string]> {
  const [set] = /<(?:[\w-]+:)?TagSet[\s>][\s\S]*<\/(?:[\w-]+:)?TagSet\s*>/.exec(xml) ?? []
  if (set === undefined) return []
  return readAnswer(set).rows.map(({ fields: { Key: key = '', Value: value = '' } }) => [key, value] as const)
}

/** Text as XML writes it inside an element. Characters that XML 1.0 can't hold must not get here. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r\n\t]/g, character => `&#${character.charCodeAt(0)};`)
}

function malformed(): FairleadError {
  return new FairleadError('unexpected', 'the response of the service is not readable XML', {
    hint: 'Check that the setting "endpoint" is the address of an S3 service, not of a console or proxy.',
  })
}

/** Behind a comment, a processing instruction or a CDATA section. */
function skipped(xml: string, tag: number, cdata: boolean): number {
  const ending = cdata ? ']]>' : xml.startsWith('<!--', tag) ? '-->' : xml.startsWith('<?', tag) ? '?>' : undefined
  if (ending === undefined) throw malformed()
  const end = xml.indexOf(ending, tag + 2)
  if (end < 0) throw malformed()
  return end + ending.length
}

/** The `>` of a tag; one inside an attribute's quotes is none. */
function tagEnd(xml: string, tag: number): number {
  const end = xml.indexOf('>', tag)
  if (end < 0) throw malformed()
  let quoted = false
  for (let index = tag + 1; index < end && !quoted; index++) quoted = isQuote(xml.charCodeAt(index))
  if (!quoted) return end
  const match = /^<[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>/.exec(xml.slice(tag, tag + 8192))
  if (match === null) throw malformed()
  return tag + match[0].length - 1
}

function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27
}

/** The name of a tag without its namespace prefix and attributes. */
function localName(whole: string): string {
  if (plainName.test(whole)) return whole
  const space = whole.search(/\s/)
  const name = space >= 0 ? whole.slice(0, space) : whole
  const local = name.slice(name.indexOf(':') + 1)
  if (local === '') throw malformed()
  return local
}

const plainName = /^[A-Za-z]+$/

function decoded(text: string): string {
  if (!text.includes('&')) return text
  // Every ETag has two of them.
  const plain = text.replaceAll('&#34;', '"').replaceAll('&quot;', '"')
  if (!plain.includes('&')) return plain
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole
    const point = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16)
    return point > 0x10_ff_ff ? whole : String.fromCodePoint(point)
  })
}
