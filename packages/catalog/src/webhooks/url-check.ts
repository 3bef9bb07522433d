import { parseTemplate } from './template.ts'
import { templateProblem } from './template-check.ts'

/** What is wrong with the address of a webhook, in words that do not repeat it. Placeholders count as any text. */
export function urlProblem(text: string): string | undefined {
  const wrong = templateProblem(text)
  if (wrong !== undefined) return wrong
  const parts = parseTemplate(text)
  if (typeof parts === 'string') return parts
  // Only when it is called is it known what a variable in front holds.
  if (parts[0]?.kind === 'variable') return undefined
  return addressProblem(parts.map(part => (part.kind === 'text' ? part.text : 'x')).join(''))
}

/** What is wrong with an address that is filled in. */
export function addressProblem(text: string): string | undefined {
  if (/\s/.test(text)) return 'an address has no spaces'
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text)) return 'that is not a valid URL; it must start with https:// or http://'
  return url.hostname === '' ? 'the URL has no host' : undefined
}
