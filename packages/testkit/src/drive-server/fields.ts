import { invalid } from './answer.ts'

/** A partial response: names to what is wanted of them; an empty map is all of it. */
type Mask = ReadonlyMap<string, Mask>

/** Reads `fields`: https://developers.google.com/workspace/drive/api/guides/fields-parameter */
function parseFields(text: string): Mask {
  let at = 0
  const name = (): string => {
    const found = /^[A-Za-z0-9*]+/.exec(text.slice(at))?.[0]
    if (found === undefined) throw invalid(`Invalid field selection ${text}`, 'fields')
    at += found.length
    return found
  }
  const takes = (sign: string): boolean => {
    if (text[at] !== sign) return false
    at += 1
    return true
  }
  const below = (): Mask => {
    if (takes('/')) return new Map([[name(), below()]])
    if (!takes('(')) return new Map()
    const inner = list()
    if (!takes(')')) throw invalid(`Invalid field selection ${text}`, 'fields')
    return inner
  }
  const list = (): Mask => {
    const mask = new Map<string, Mask>()
    do {
      const field = name()
      mask.set(field, new Map([...(mask.get(field) ?? []), ...below()]))
    } while (takes(','))
    return mask
  }
  const mask = list()
  if (at < text.length) throw invalid(`Invalid field selection ${text}`, 'fields')
  return mask
}

/** The parts of an answer that were asked for. */
export function selectFields(value: unknown, fields: string): unknown {
  return select(value, parseFields(fields))
}

function select(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || mask.has('*')) return value
  if (Array.isArray(value)) return value.map(item => select(item, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
      const below = mask.get(name)
      return below === undefined ? [] : [[name, select(inner, below)]]
    }),
  )
}
