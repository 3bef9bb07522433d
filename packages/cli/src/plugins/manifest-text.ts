import { printable } from '@fairlead/core'
import { isRecord } from './json.ts'

/** What opens a template in help, which would run as code whatever is in it. */
const template = '<%'

/** Whether a text steers a terminal, or is more than text where it is shown. */
const isUnfit = (text: string): boolean => text.includes(template) || text.split('\n').some(line => printable(line, Infinity) !== line)

/**
 * What of the texts of a manifest can't be shown as it is, in lists, help and errors; undefined where all can. The
 * names and texts in it are shown while none of the package's code has been let in.
 */
export function textProblem(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const seen = new Set<object>()
  // The characters that a store forbids in paths are no text, and some steer terminals.
  if (isRecord(manifest.capabilities) && isRecord(manifest.capabilities.paths)) seen.add(manifest.capabilities.paths)
  // By hand: a manifest may be nested deeper than calls can be.
  const open: object[] = [manifest]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    for (const [key, value] of Object.entries(next)) {
      if (isUnfit(key) || (typeof value === 'string' && isUnfit(value)))
        return `"${printable(key, 60)}" contains control characters or "${template}", which are not allowed`
      if (typeof value === 'object' && value !== null) open.push(value)
    }
  }
  return undefined
}
