import type { Variables } from '../config/environment.ts'
import { parseTemplate, type TemplatePart } from './template.ts'

/** What templates are filled in from. */
export interface Scope {
  /** `project` and `report`. */
  readonly values: unknown
  readonly environment: Variables
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  let at = values
  for (const name of path) at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : null
  return at
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function partsOf(text: string): readonly TemplatePart[] {
  const parts = parseTemplate(text)
  // The check refuses such a text before it comes here.
  return typeof parts === 'string' ? [{ kind: 'text', text }] : parts
}

/** The text with its placeholders filled in; `encode` is used on values of the report. */
export function fillText(text: string, { values, environment }: Scope, encode: (text: string) => string = one => one): string {
  return partsOf(text)
    .map(part => {
      if (part.kind === 'text') return part.text
      return part.kind === 'variable' ? (environment[part.name] ?? '') : encode(asText(valueAt(values, part.path)))
    })
    .join('')
}

/** Any value with the placeholders in its texts filled in; a text that is one placeholder takes the type of its value. */
export function fillValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(item => fillValue(item, scope))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fillValue(inner, scope)]))
  }
  if (typeof value !== 'string') return value
  const [only, ...others] = partsOf(value)
  if (only?.kind === 'value' && others.length === 0) return valueAt(scope.values, only.path)
  return fillText(value, scope)
}

/** The variables that the texts of a value name. */
export function variablesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(variablesIn)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(variablesIn)
  if (typeof value !== 'string') return []
  return partsOf(value).flatMap(part => (part.kind === 'variable' ? [part.name] : []))
}
