import type { Bounds, TypeReference } from './types.ts'

const primitives = new Set(['String', 'Boolean', 'Bytes', 'Int32', 'Int64', 'UInt32', 'UInt64', 'Float32', 'Float64', 'Timestamp', 'Void'])

/** Reads a type: `String(min_length=1)`, `List(Metadata, max_items=3)?`, `common.Date`. */
export function parseType(source: string, namespace: string): TypeReference {
  const text = source.trim()
  const nullable = text.endsWith('?')
  const [, name = '', given] = /^([A-Za-z0-9_.]+)(?:\((.*)\))?$/s.exec(nullable ? text.slice(0, -1) : text) ?? []
  if (name === '') throw new Error(`"${text}" is no type`)
  const parts = given === undefined ? [] : splitArguments(given)
  if (name === 'List') return { kind: 'list', of: parseType(parts[0] ?? '', namespace), bounds: boundsOf(parts.slice(1)), nullable }
  if (primitives.has(name)) return { kind: 'primitive', name, bounds: boundsOf(parts), nullable }
  const [first = '', second] = name.split('.')
  return second === undefined
    ? { kind: 'named', namespace, name: first, nullable }
    : { kind: 'named', namespace: first, name: second, nullable }
}

/** Arguments between commas that stand in no quotes and no parentheses. */
function splitArguments(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (quoted && character === '\\') {
      part += character + text.charAt(at + 1)
      at += 1
      continue
    }
    if (character === '"') quoted = !quoted
    if (!quoted && character === '(') depth += 1
    if (!quoted && character === ')') depth -= 1
    if (character === ',' && !quoted && depth === 0) {
      parts.push(part)
      part = ''
    } else part += character
  }
  return [...parts, part].map(item => item.trim())
}

function boundsOf(parts: readonly string[]): Bounds {
  const named = new Map(
    parts.flatMap(part => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(part) ?? []
      return name === undefined || value === undefined ? [] : [[name, value] as const]
    }),
  )
  const first = parts.find(part => part.startsWith('"'))
  const [min, max] = ['min', 'max'].map(end => named.get(`${end}_length`) ?? named.get(`${end}_items`) ?? named.get(`${end}_value`))
  const pattern = named.get('pattern')
  return {
    ...(min !== undefined && { min: Number(min) }),
    ...(max !== undefined && { max: Number(max) }),
    ...(pattern !== undefined && { pattern: new RegExp(`^(?:${unquoted(pattern)})$`) }),
    ...(first !== undefined && { format: unquoted(first) }),
  }
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1')
}
