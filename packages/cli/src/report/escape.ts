import { printable } from '@fairlead/core'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text from outside as HTML shows it: nothing of it is markup, and control characters are escapes. */
export function html(text: string): string {
  return printable(text, Infinity).replaceAll(/[&<>"']/g, character => entities[character] ?? '')
}

/** Text from outside as Markdown code, also in a cell of a table: no mention, link, picture or HTML comes out of it. */
export function markdownCode(text: string): string {
  const shown = printable(text, Infinity)
  if (shown.trim() === '') return ''
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return `${fence}${pad}${shown.replaceAll('|', '\\|')}${pad}${fence}`
}
