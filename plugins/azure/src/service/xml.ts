const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The text of an element without its entities. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot|apos));/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? all
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return point > 0x10_ff_ff ? all : String.fromCodePoint(point)
  })
}

/** The text of the first element of that name; undefined without one. Elements with attributes are not found. */
export function textOf(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  if (start < 0) return undefined
  const from = start + name.length + 2
  const end = xml.indexOf(`</${name}>`, from)
  return end < 0 ? undefined : unescapeXml(xml.slice(from, end))
}

/** What stands between the tags of each element of these names, in order. Elements of one name do not lie in each other. */
export function* elementsOf(
  xml: string,
  names: readonly string[],
): Generator<{ readonly name: string; readonly inner: string }, void, undefined> {
  const next = names.map(name => ({ name, at: xml.indexOf(`<${name}>`) }))
  for (;;) {
    let first: (typeof next)[number] | undefined
    for (const one of next) if (one.at >= 0 && (first === undefined || one.at < first.at)) first = one
    if (first === undefined) return
    const { name, at } = first
    const end = xml.indexOf(`</${name}>`, at)
    if (end < 0) return
    yield { name, inner: xml.slice(at + name.length + 2, end) }
    first.at = xml.indexOf(`<${name}>`, end)
  }
}
