/** A quoted text of JSON5, as one that YAML reads. */
function quoted(text: string, from: number): readonly [written: string, end: number] {
  const quote = text.charAt(from)
  let written = '"'
  for (let index = from + 1; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\') {
      const next = text.charAt(++index)
      written += next === "'" ? "'" : `\\${next}`
    } else if (character === quote) return [`${written}"`, index + 1]
    else written += character === '"' ? '\\"' : character
  }
  return [written, text.length]
}

/**
 * JSON with comments, trailing commas and the quotes of JSON5 as YAML of the same lines: comments and tabs become spaces,
 * single quotes double ones, and a space follows each colon. YAML reads the rest as it is.
 */
export function jsonAsYaml(text: string): string {
  let written = ''
  for (let index = 0; index < text.length;) {
    const character = text.charAt(index)
    if (character === '"' || character === "'") {
      const [piece, end] = quoted(text, index)
      written += piece
      index = end
    } else if (text.startsWith('//', index)) {
      const end = text.indexOf('\n', index)
      index = end < 0 ? text.length : end
    } else if (text.startsWith('/*', index)) {
      const end = text.indexOf('*/', index + 2)
      written += text.slice(index, end < 0 ? text.length : end + 2).replaceAll(/[^\n]/g, ' ')
      index = end < 0 ? text.length : end + 2
    } else {
      written += character === '\t' ? '  ' : character === ':' ? ': ' : character
      index++
    }
  }
  return written
}
