/** Said at the top of every page that is made and not written. */
export const generated = '<!-- Made by `npm run docs`. Change what it is made of instead. -->'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A text as code. */
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** A table of Markdown. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`; a text without these marks stays as it is. */
export function filled(text: string, name: string, content: string): string {
  return text.replace(new RegExp(`<!-- ${name} -->[^]*?<!-- /${name} -->`), () => `<!-- ${name} -->\n\n${content}\n\n<!-- /${name} -->`)
}
