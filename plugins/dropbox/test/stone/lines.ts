/** A line of a .stone file that says something: its depth in steps of four spaces, and its text. */
export interface Line {
  readonly depth: number
  readonly text: string
}

/** The lines of a file without documentation, comments and examples. */
export function linesOf(source: string): Line[] {
  const lines: Line[] = []
  let documentation = false
  let exampleDepth: number | undefined
  for (const raw of source.split('\n')) {
    const text = raw.trim()
    if (documentation) {
      documentation = !closes(text)
      continue
    }
    if (text === '' || text.startsWith('#') || text.startsWith('@')) continue
    if (text.startsWith('"')) {
      documentation = !closes(text.slice(1))
      continue
    }
    const depth = Math.floor((raw.length - raw.trimStart().length) / 4)
    if (exampleDepth !== undefined && depth > exampleDepth) continue
    exampleDepth = text.startsWith('example ') ? depth : undefined
    if (exampleDepth === undefined) lines.push({ depth, text })
  }
  return lines
}

/** Whether a piece of documentation ends here: with a quote that is not escaped. */
function closes(text: string): boolean {
  return /(?:^|[^\\])"$/.test(text)
}
