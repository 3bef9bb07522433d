import { invalid } from './answer.ts'

/** A partial response: names to what is wanted of them; an empty map is all of it. */
type Mask = ReadonlyMap<string, Mask>

/** Reads `fields`: https://developers.google.com/workspace/drive/api/guides/fields-parameter */
function parseFields(text: string): Mask {
  let at = 0
  const list = (end: string): Mask => {
    const mask = new Map<string, Mask>()
    for (;;) {
      const name = /^[A-Za-z*]+/.exec(text.slice(at))?.[0]
      if (name === undefined) throw invalid(`Invalid field selection ${text}`, 'fields')
      at += name.length
      let below: Mask = new Map()
      if (text[at] === '/') {
        at += 1
        below = path()
      } else if (text[at] === '(') {
        at += 1
        below = list(')')
        at += 1
      }
      mask.set(name, new Map([...(mask.get(name) ?? []), ...below]))
      if (text[at] === ',') at += 1
      else if (text[at] === (end === '' ? undefined : end)) return mask
      else throw invalid(`Invalid field selection ${text}`, 'fields')
    }
  }
  const path = (): Mask => {
    const name = /^[A-Za-z*]+/.exec(text.slice(at))?.[0] ?? ''
    at += name.length
    if (text[at] === '/') {
      at += 1
      return new Map([[name, path()]])
    }
    if (text[at] === '(') {
      at += 1
      const below = list(')')
      at += 1
      return new Map([[name, below]])
    }
    return new Map([[name, new Map()]])
  }
  return list('')
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
