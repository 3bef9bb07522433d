import { nearest } from '@fairlead/core/host'
import type { Schema } from '../config/schema.ts'
import { templateScope } from './report-schema.ts'
import { parseTemplate } from './template.ts'

/** What is wrong with a path into the report; undefined when every report has a value there, or may have. */
function pathProblem(path: readonly string[]): string | undefined {
  let at: Schema = templateScope
  for (const [index, name] of path.entries()) {
    const so = path.slice(0, index).join('.')
    if (at.kind === 'map') {
      const inner: Schema | undefined = Object.hasOwn(at.keys, name) ? at.keys[name] : undefined
      if (inner === undefined) {
        const known = Object.keys(at.keys)
        const meant = nearest(name, known)
        const help = meant === undefined ? `; there are ${known.join(', ')}` : `; did you mean "${meant}"?`
        return `{{ ${path.join('.')} }}: there is no "${name}"${so === '' ? '' : ` in ${so}`}${help}`
      }
      at = inner
    } else if (at.kind === 'list') {
      if (!/^\d+$/.test(name)) return `{{ ${path.join('.')} }}: ${so} is a list; give a position, such as ${so}[0]`
      at = at.of
    } else return `{{ ${path.join('.')} }}: ${so} has nothing inside of it`
  }
  return undefined
}

/** What is wrong with a template, in words; undefined when it can be filled in. */
export function templateProblem(text: string): string | undefined {
  const parts = parseTemplate(text)
  if (typeof parts === 'string') return parts
  return parts.map(part => (part.kind === 'value' ? pathProblem(part.path) : undefined)).find(problem => problem !== undefined)
}
