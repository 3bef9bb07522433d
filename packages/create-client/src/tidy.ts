const lineWidth = 140

/** Code from which lines were taken out, as a formatter would have left it. */
export function tidy(code: string): string {
  return code
    .replaceAll(/^(import|export)( type)? \{\n((?:  [^\n]*,\n)*)\} from ('[^'\n]*')$/gm, folded)
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll(/\n\n(\s*\})/g, '\n$1')
    .replace(/^\n+/, '')
    .replace(/\n*$/, '\n')
}

/** Names in one line where they fit; nothing where none is left. */
function folded(whole: string, keyword: string, type: string | undefined, lines: string, from: string): string {
  const names = lines
    .split('\n')
    .map(line => line.trim().replace(/,$/, ''))
    .filter(name => name !== '')
  if (names.length === 0) return ''
  const line = `${keyword}${type ?? ''} { ${names.join(', ')} } from ${from}`
  return line.length <= lineWidth ? line : whole
}
