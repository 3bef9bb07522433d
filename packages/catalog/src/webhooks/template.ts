/** A piece of a template. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `${NAME}`: an environment variable, taken for a secret. */
  | { readonly kind: 'variable'; readonly name: string }
  /** `{{ report.valid }}`: a value of the report. */
  | { readonly kind: 'value'; readonly path: readonly string[] }

const opening = /\\(\$\{|\{\{)|\$\{|\{\{/g
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/
const valuePath = /^[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*|\.\d{1,6}|\[\d{1,6}\])*$/

/**
 * The pieces of a text: `${NAME}` and `{{ path }}` are placeholders, `\${` and `\{{` stand for themselves. A text in
 * place of the pieces says what is wrong; it never repeats the text around a placeholder.
 */
export function parseTemplate(text: string): readonly TemplatePart[] | string {
  const parts: TemplatePart[] = []
  let literal = ''
  let from = 0
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'text', text: literal })
    literal = ''
  }
  opening.lastIndex = 0
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    literal += text.slice(from, found.index)
    if (found[1] !== undefined) {
      literal += found[1]
      from = opening.lastIndex
      continue
    }
    const [open] = found
    const close = open === '{{' ? '}}' : '}'
    const end = text.indexOf(close, opening.lastIndex)
    if (end < 0) return `"${open}" is never closed by "${close}"; to write it as it is: \\${open}`
    const inner = text.slice(opening.lastIndex, end)
    flush()
    if (open === '{{') {
      if (!valuePath.test(inner.trim())) return `a placeholder is {{ name.name }}, a path into the report; to write "{{" as it is: \\{{`
      parts.push({
        kind: 'value',
        path: inner
          .trim()
          .split(/[.[\]]+/)
          .filter(name => name !== ''),
      })
    } else {
      if (!variableName.test(inner)) return 'a placeholder is ${NAME}, an environment variable; to write "${" as it is: \\${'
      parts.push({ kind: 'variable', name: inner })
    }
    from = end + close.length
    opening.lastIndex = from
  }
  literal += text.slice(from)
  flush()
  return parts
}
